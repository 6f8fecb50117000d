import Model
import TestKit
import Testing

@testable import Settings

@Suite struct LifecycleTableTests {
    @Test("every state has a label, and every open state a deadline")
    func states() throws {
        let table = try Catalog.read().lifecycle
        #expect(Set(table.labels.keys) == Set(IncidentState.allCases.map(\.rawValue)))
        #expect(Set(table.deadlines.keys) == Set(IncidentState.allCases.filter(\.isOpen).map(\.rawValue)))
    }

    @Test("every open state can be left and every state but the first can be reached")
    func reachable() throws {
        let moves = try Catalog.read().lifecycle.moves
        let left = Set(moves.filter { $0.from != [$0.to] }.flatMap(\.from))
        #expect(left == Set(IncidentState.allCases.filter(\.isOpen).map(\.rawValue)))
        let reached = Set(moves.filter { !$0.from.contains($0.to) }.map(\.to))
        #expect(reached.union(["reported"]) == Set(IncidentState.allCases.map(\.rawValue)))
    }

    @Test("outcomes lead where the standard says")
    func outcomes() throws {
        let moves = try Catalog.read().lifecycle.moves
        func target(_ action: String, _ state: String, _ result: String?) -> String? {
            moves.first { $0.action == action && $0.from.contains(state) && $0.result == result }?.to
        }
        #expect(target("verify", "reported", "exists") == "collected")
        #expect(target("verify", "reported", "absent") == "rejected")
        #expect(target("verify", "reported", "unable") == "reported")
        #expect(target("check", "handled", "fail") == "dispatched")
        #expect(target("close", "checked", nil) == "closed")
        #expect(target("close", "handled", nil) == nil)
        #expect(target("note", "closed", nil) == "closed")
        #expect(moves.first { $0.action == "reject" }?.requires == ["reason"])
        #expect(moves.first { $0.action == "dispatch" }?.requires == ["department"])
    }

    @Test("an unknown state, action or parameter, a missing state and a doubled move are refused")
    func wrong() throws {
        let folder = try TemporaryFolder()
        var files = Settings.DataFiles()
        files.lifecycle = try folder.write(
            """
            version: "1"
            states:
              reported: {label: 甲, deadline: 1}
            moves:
              - {action: clos, from: [reported], to: closed, label: 乙}
              - {action: close, from: [reportd], to: nowhere, requires: [colour], label: 乙}
              - {action: note, from: [closed], to: closed, label: 乙}
              - {action: note, from: [closed], to: same, label: 乙}

            """, to: "l.yaml")
        let error = #expect(throws: SettingsError.self) { try Catalog.read(files) }
        let text = error?.description ?? ""
        for part in [
            "l.yaml:3:states.reported.deadline:", "states.closed: missing", "did you mean \"close\"?",
            "did you mean \"reported\"?", "moves[1].to:", "moves[1].requires[0]:", "stands more than once",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }
}

import Incidents
import Model
import TestKit
import Testing

@Suite("The life of an incident")
struct LifecycleTests {
    /// The national table, as the daemon reads it from `lifecycle.yaml`.
    static let national = Lifecycle(
        version: "2021-1",
        moves: [
            .init(action: .verify, from: [.reported], result: "exists", to: .collected, requires: ["result"]),
            .init(action: .verify, from: [.reported], result: "absent", to: .rejected, requires: ["result"]),
            .init(action: .verify, from: [.reported], result: "unable", to: .reported, requires: ["result"]),
            .init(action: .file, from: [.collected], to: .filed),
            .init(action: .reject, from: [.reported, .collected], to: .rejected, requires: ["reason"]),
            .init(action: .dispatch, from: [.filed], to: .dispatched, requires: ["department"]),
            .init(action: .reportBack, from: [.dispatched], to: .handled),
            .init(action: .check, from: [.handled], result: "pass", to: .checked, requires: ["result"]),
            .init(action: .check, from: [.handled], result: "fail", to: .dispatched, requires: ["result"]),
            .init(action: .close, from: [.checked], to: .closed),
        ], limits: [.reported: .hours(24)])

    /// The same table a second time, in the shape of a reader's notes: state, action, result, then the next state.
    private static let notes: [String: IncidentState] = [
        "reported verify exists": .collected, "reported verify absent": .rejected, "reported verify unable": .reported,
        "reported reject": .rejected, "collected reject": .rejected, "collected file": .filed,
        "filed dispatch": .dispatched, "dispatched report-back": .handled, "handled check pass": .checked,
        "handled check fail": .dispatched, "checked close": .closed,
    ]

    private static func expected(_ move: IncidentEvent, from state: IncidentState) -> IncidentState? {
        switch move.action {
        case .note, .sighted, .overdue: return state
        case .close where move.forced && state != .closed && state != .rejected: return .closed
        case .reject where (move.reason ?? "").isEmpty: return nil
        case .dispatch where (move.department ?? "").isEmpty: return nil
        case .verify, .check: return notes["\(state.rawValue) \(move.action.rawValue) \(move.result ?? "")"]
        default: return notes["\(state.rawValue) \(move.action.rawValue)"]
        }
    }

    @Test("10,000 moves at random: legal ones lead where the table says, illegal ones change nothing")
    func randomWalk() {
        let seed = UInt64.random(in: 0 ... .max)
        var numbers = SeededNumbers(seed)
        var state = IncidentState.reported
        var reached: Set<IncidentState> = [state]
        for step in 0..<10_000 {
            if !state.isOpen, step % 7 == 0 { state = .reported }
            var move = IncidentEvent(incident: "2021-1", action: .note, by: "walker")
            move.action = IncidentAction.allCases.randomElement(using: &numbers) ?? .note
            move.result = ["exists", "absent", "unable", "pass", "fail", "", nil].randomElement(using: &numbers) ?? nil
            move.reason = ["because", "", nil].randomElement(using: &numbers) ?? nil
            move.department = ["roads", "", nil].randomElement(using: &numbers) ?? nil
            move.forced = Int.random(in: 0..<50, using: &numbers) == 0
            let next = try? Self.national.next(move, from: state)
            #expect(next == Self.expected(move, from: state), "seed \(seed), step \(step), \(state) \(move)")
            guard next == Self.expected(move, from: state) else { return }
            state = next ?? state
            reached.insert(state)
        }
        #expect(reached == Set(IncidentState.allCases), "seed \(seed)")
    }

    @Test("every illegal move is refused with the moves that are legal from there", arguments: IncidentState.allCases)
    func illegalMoves(state: IncidentState) throws {
        let legal = Self.national.legal(in: state)
        for action in IncidentAction.allCases where ![.note, .sighted, .overdue].contains(action) && !legal.contains(action) {
            let move = IncidentEvent(incident: "i", action: action, by: "o", reason: "r", result: "pass", department: "d")
            let refusal = #expect(throws: IllegalMove.self) { try Self.national.next(move, from: state) }
            let sentence = try #require(refusal?.sentence)
            #expect(sentence.contains("'\(action.rawValue)'"))
            #expect(sentence.contains(state.rawValue))
            for other in legal { #expect(sentence.contains(other.rawValue)) }
            if legal.isEmpty { #expect(sentence.contains("nothing further is possible")) }
        }
    }

    @Test(
        "what a move lacks is said by the option's name",
        arguments: [
            (.reject, .reported, "--reason"), (.reject, .collected, "--reason"), (.dispatch, .filed, "--department"),
            (.verify, .reported, "--result exists|absent|unable"), (.check, .handled, "--result pass|fail"),
        ] as [(IncidentAction, IncidentState, String)])
    func missing(action: IncidentAction, state: IncidentState, named: String) {
        for empty in [nil, ""] {
            let move = IncidentEvent(incident: "i", action: action, by: "o", reason: empty, department: empty)
            let refusal = #expect(throws: IllegalMove.self) { try Self.national.next(move, from: state) }
            #expect(refusal?.sentence.contains(named) == true, "\(refusal?.sentence ?? "")")
        }
    }

    @Test("an unknown result is refused with the known ones")
    func unknownResult() {
        let move = IncidentEvent(incident: "i", action: .check, by: "o", result: "exists")
        let refusal = #expect(throws: IllegalMove.self) { try Self.national.next(move, from: .handled) }
        #expect(refusal?.problem == .resultMissing(["pass", "fail"]))
    }

    @Test("a closed or rejected incident stays so, even where a closing is forced", arguments: [IncidentState.closed, .rejected])
    func finalStates(state: IncidentState) {
        let move = IncidentEvent(incident: "i", action: .close, by: "rule", reason: "r", forced: true)
        #expect(throws: IllegalMove.self) { try Self.national.next(move, from: state) }
        #expect(Self.national.legal(in: state).isEmpty)
    }

    @Test("only a forced closing skips stages", arguments: IncidentState.allCases.filter { $0.isOpen && $0 != .checked })
    func forcedClosing(state: IncidentState) throws {
        var move = IncidentEvent(incident: "i", action: .close, by: "rule", reason: "r")
        #expect(throws: IllegalMove.self) { try Self.national.next(move, from: state) }
        move.forced = true
        #expect(try Self.national.next(move, from: state) == .closed)
    }
}

@Suite("Decisions as events")
struct DecisionTests {
    @Test("a decision's id follows from cause and rules, so deciding twice stores it once")
    func identity() {
        var decision = IncidentEvent(incident: "2021-7", action: .opened, by: "rule:x", cause: 7, rules: "r1")
        let first = Decision.event(decision, received: MemoryDesk.start)
        #expect(first.source == Decision.source)
        #expect(first.type == "cn.patrold.incident.opened")
        #expect(first.subject == "2021-7")
        #expect(Decision.event(decision, received: MemoryDesk.start + .days(1)).id == first.id)
        decision.cause = 8
        #expect(Decision.event(decision, received: MemoryDesk.start).id != first.id)
        decision.cause = 7
        decision.rules = "r2"
        #expect(Decision.event(decision, received: MemoryDesk.start).id != first.id)
    }

    @Test("what a decision says comes back from its payload")
    func roundTrip() throws {
        let decision = IncidentEvent(
            incident: "2021-7", action: .opened, by: "rule:x", cause: 7, rules: "r1", reason: "\"因为\"", result: "exists",
            department: "市政",
            opening: .init(
                at: MemoryDesk.start + .milliseconds(5), origin: "camera", channel: "c", reference: "cam-1",
                alarmClass: "intrusion", category: "0501", place: "p", state: .collected, key: "k"),
            forced: true, stage: "filed", at: MemoryDesk.start)
        let event = Decision.event(decision, received: MemoryDesk.start)
        #expect(event.payload.flatMap(IncidentEvent.init) == decision)
    }

    @Test("a passed limit is one fact for each incident, state and limit")
    func overdue() {
        let limit = MemoryDesk.start
        let first = Decision.overdue("2021-1", .filed, limit: limit, received: limit)
        #expect(first.type == "cn.patrold.incident.overdue")
        #expect(first.payload.flatMap(IncidentEvent.init)?.stage == "filed")
        #expect(Decision.overdue("2021-1", .filed, limit: limit, received: limit + .hours(1)).id == first.id)
        let others = [
            Decision.overdue("2021-2", .filed, limit: limit, received: limit),
            Decision.overdue("2021-1", .handled, limit: limit, received: limit),
            Decision.overdue("2021-1", .filed, limit: limit + .seconds(1), received: limit),
        ]
        #expect(Set(others.map(\.id) + [first.id]).count == 4)
    }
}

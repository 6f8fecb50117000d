import Model
import Testing

@testable import Ledger

@Suite("Incidents in the ledger")
struct IncidentRowsTests {
    let bench: LedgerBench
    private let start = LedgerBench.start

    init() throws {
        bench = try LedgerBench()
    }

    private func incident(_ id: String = "2021-1") throws -> IncidentRow {
        try #require(try bench.ledger.reader.incident(id))
    }

    @Test("an incident goes through its life; each step is dated, counted and traced")
    func wholeLife() throws {
        try bench.apply(Facts.opened("2021-1"))
        #expect(try incident().state == .collected)
        #expect(try incident().due == start + .hours(2))
        let moves = [
            Facts.move("2021-1", .file, at: start + .hours(1)),
            Facts.move("2021-1", .dispatch, at: start + .hours(2), department: "市政"),
            Facts.move("2021-1", .reportBack, at: start + .hours(3)),
            Facts.move("2021-1", .check, at: start + .hours(4), result: "fail"),
            Facts.move("2021-1", .reportBack, at: start + .hours(5)),
            Facts.move("2021-1", .check, at: start + .hours(6), result: "pass"),
            Facts.move("2021-1", .close, at: start + .hours(7)),
        ]
        let states: [IncidentState] = [.filed, .dispatched, .handled, .dispatched, .handled, .checked, .closed]
        for (move, state) in zip(moves, states) {
            try bench.apply(move)
            #expect(try incident().state == state)
            #expect(try incident().changed == move.received)
        }
        let row = try incident()
        #expect(row.department == "市政")
        #expect(row.rework == 1)
        #expect(row.due == nil)
        #expect(!row.forced)
        #expect(try bench.ledger.reader.steps(of: "2021-1").map(\.position) == Array(1...8))
    }

    @Test("what the lifecycle refuses changes nothing and is kept with its reason")
    func refused() throws {
        try bench.apply(Facts.opened("2021-1"), Facts.move("2021-1", .close), Facts.move("2021-1", .reject))
        #expect(try incident().state == .collected)
        let steps = try bench.ledger.reader.steps(of: "2021-1")
        #expect(steps.map { $0.refused == nil } == [true, false, false])
        #expect(steps[1].refused?.contains("file, reject") == true)
        #expect(steps[2].refused?.contains("--reason") == true)
    }

    @Test("sightings count and move the last sight forward only")
    func sightings() throws {
        try bench.apply(
            Facts.opened("2021-1"), Facts.move("2021-1", .sighted, seen: start + .minutes(9)),
            Facts.move("2021-1", .sighted, seen: start + .minutes(3)))
        #expect(try incident().sightings == 3)
        #expect(try incident().lastSeen == start + .minutes(9))
        #expect(try incident().changed == start)
    }

    @Test("an incident is opened once and counted once, by month, origin and class")
    func openedOnce() throws {
        try bench.apply(
            Facts.opened("2021-1"), Facts.opened("2021-1"), Facts.opened("2021-2", origin: "complaint", channel: "citizen"))
        #expect(
            try bench.tallies("incident.opened") == [
                Tally(keys: ["2021-06", "camera", "intrusion"], count: 1), Tally(keys: ["2021-06", "citizen", ""], count: 1),
            ])
    }

    @Test("a passed limit is found once its moment is over, flagged for its stage only, and cleared by the next move")
    func overdue() throws {
        try bench.apply(Facts.opened("2021-1"))
        let reader = bench.ledger.reader
        #expect(try reader.newlyOverdue(at: start + .hours(2), limit: 10).isEmpty)
        let after = start + .hours(2) + .seconds(1)
        #expect(try reader.newlyOverdue(at: after, limit: 10).map(\.id) == ["2021-1"])
        try bench.apply(Facts.move("2021-1", .overdue, stage: "filed"))
        #expect(try !incident().overdue)
        try bench.apply(Facts.move("2021-1", .overdue, stage: "collected"))
        #expect(try incident().overdue)
        #expect(try reader.newlyOverdue(at: after, limit: 10).isEmpty)
        try bench.apply(Facts.move("2021-1", .file, at: after))
        #expect(try !incident().overdue)
        #expect(try incident().due == after + .hours(2))
    }

    @Test("the correlator is shown the newest open incident of a key, and no closed one")
    func lookup() throws {
        var seen: [String?] = []
        func look() throws {
            let next = bench.store(Facts.other())
            try bench.ledger.apply([next], decided: 0) { _, lookup in seen.append(try lookup("camera//cam-1")?.incident) }
        }
        try look()
        try bench.apply(Facts.opened("2021-1"))
        try look()
        try bench.apply(Facts.opened("2021-2", at: start + .hours(1)))
        try look()
        try bench.apply(Facts.move("2021-2", .close, forced: true))
        try look()
        try bench.apply(Facts.move("2021-1", .reject, reason: "nothing there"))
        try look()
        #expect(seen == [nil, "2021-1", "2021-2", "2021-1", nil])
    }

    @Test("listing filters by state, origin and openness, newest first, up to a limit")
    func listing() throws {
        try bench.apply(
            Facts.opened("2021-1"), Facts.opened("2021-2", origin: "feed", at: start + .hours(1)),
            Facts.opened("2021-3", at: start + .hours(2)), Facts.move("2021-3", .close, forced: true))
        let reader = bench.ledger.reader
        var filter = IncidentFilter()
        #expect(try reader.incidents(filter).map(\.id) == ["2021-3", "2021-2", "2021-1"])
        filter.openOnly = true
        #expect(try reader.incidents(filter).map(\.id) == ["2021-2", "2021-1"])
        filter.origin = "camera"
        #expect(try reader.incidents(filter).map(\.id) == ["2021-1"])
        filter = IncidentFilter()
        filter.state = .closed
        #expect(try reader.incidents(filter).map(\.id) == ["2021-3"])
        filter = IncidentFilter()
        filter.limit = 1
        #expect(try reader.incidents(filter).map(\.id) == ["2021-3"])
        #expect(try reader.incidentCounts().map { "\($0.state) \($0.count)" } == ["closed 1", "collected 2"])
    }

    @Test("a move of an incident that is not there passes without a trace")
    func unknown() throws {
        try bench.apply(Facts.move("2021-9", .close, forced: true))
        #expect(try bench.ledger.reader.incident("2021-9") == nil)
        #expect(try bench.ledger.reader.steps(of: "2021-9").isEmpty)
    }
}

import Journal
import Model
import TestKit
import Testing

@testable import Ledger

@Suite("Replaying the journal")
struct ReplayTests {
    /// A journal of every kind of event, with repeats, refusals and strays among them.
    private static func journal(_ seed: UInt64, _ count: Int) -> [Event] {
        var numbers = SeededNumbers(seed)
        return (0..<count).map { index in
            let at = LedgerBench.start + .hours(Int64(index * 3))
            let number = "\(Int.random(in: 1...40, using: &numbers))"
            let incident = "2021-\(Int.random(in: 1...30, using: &numbers))"
            let day = Day(at, in: .shanghai).description
            switch Int.random(in: 0..<18, using: &numbers) {
            case 0: return Facts.complaint(number, at.text(), category: ["0501", nil].randomElement(using: &numbers) ?? nil)
            case 1: return Facts.complaintClosed(number, at.text())
            case 2: return Facts.register(.added, number, ["decided": day])
            case 3: return Facts.register(.corrected, number, ["decided": day, "amount": number])
            case 4: return Facts.register(.voided, number, ["decided": day])
            case 5: return Facts.gap(.open, from: at)
            case 6: return Facts.gap(.closed, from: at, until: at + .hours(1))
            case 7: return Facts.status("cam-\(number)", .online, at: at)
            case 8: return Facts.recording("phone-1", clock: at.text())
            case 9: return Facts.opened(incident, origin: "complaint", channel: "citizen", reference: number, at: at)
            case 10: return Facts.move(incident, .close, at: at, reason: "r", forced: true)
            case 11:
                let state: PatrolVisit.State = Bool.random(using: &numbers) ? .done : .missed
                return Facts.visit(day + "T08:00:00+08:00", number, state, section: incident)
            case 12:
                let category = ["0501", "0703", nil].randomElement(using: &numbers) ?? nil
                return Facts.updated(number, text: incident, category: category)
            case 13: return Facts.merged(number, into: "\(Int.random(in: 1...40, using: &numbers))")
            case 14: return Facts.separated(number)
            case 15: return Facts.queued(number)
            case 16:
                let result = OutboxAttempt.Result.allCases.randomElement(using: &numbers) ?? .failed
                return Facts.tried(number, result, index, at: at)
            default:
                let action = IncidentAction.allCases.randomElement(using: &numbers) ?? .note
                return Facts.move(incident, action, at: at, reason: "r", result: "pass", department: "d", stage: "filed")
            }
        }
    }

    @Test("batches of any size give the same rows", arguments: [1, 7, 100, 1000])
    func anyBatchSize(batch: Int) throws {
        let bench = try LedgerBench()
        for event in Self.journal(42, 1000) { bench.store(event) }
        try bench.ledger.apply(bench.events, decided: 0)
        #expect(try bench.tallies("complaint.closed").isEmpty == false)
        #expect(try bench.difference(batch: batch) == nil)
    }

    @Test("the running counts are what a recount of the rows gives", arguments: 1...5 as ClosedRange<UInt64>)
    func talliesFitRows(seed: UInt64) throws {
        let bench = try LedgerBench()
        for event in Self.journal(seed, 600) { bench.store(event) }
        try bench.ledger.apply(bench.events, decided: 0)
        let visits = try bench.ledger.reader.patrolVisits(limit: 1000)
        #expect(!visits.isEmpty)
        #expect(try bench.tallies("patrol.done").map(\.count).reduce(0, +) == visits.count { $0.done })
        #expect(try bench.tallies("patrol.missed").map(\.count).reduce(0, +) == visits.count { !$0.done })
        var accepted = 0
        var closed = 0
        try bench.ledger.reader.snapshot { snapshot in
            try snapshot.forEachComplaint(from: LedgerBench.start, until: LedgerBench.start + .days(3650)) { view in
                accepted += 1
                closed += view.closed == nil ? 0 : 1
            }
        }
        #expect(accepted > 0)
        #expect(try bench.tallies("complaint.accepted").map(\.count).reduce(0, +) == accepted)
        #expect(try bench.tallies("complaint.closed").map(\.count).reduce(0, +) == closed)
    }

    @Test(
        "whatever is changed in the ledger is found by holding it against the journal",
        arguments: [
            ("tally", "UPDATE tally SET count = count + 1 WHERE name = 'complaint.accepted'"),
            ("tally", "DELETE FROM tally WHERE name = 'complaint.closed'"),
            ("tally", "INSERT INTO tally VALUES ('complaint.accepted', 2020, '2020-01', 'citizen', '', 1)"),
            ("complaint", "UPDATE complaint SET closed = NULL WHERE closed IS NOT NULL"),
            ("complaint", "UPDATE complaint SET accepted_leaf = zeroblob(32)"),
            ("complaint", "UPDATE complaint SET merged_into = NULL"),
            ("complaint_event", "UPDATE complaint_event SET refused = 'x'"),
            ("outbox", "UPDATE outbox SET tries = tries + 1"),
            ("incident", "UPDATE incident SET merged_into = 'citizen/1'"),
            ("register", "UPDATE register SET voided = 1 - voided"),
            ("register_event", "DELETE FROM register_event"),
            ("incident", "UPDATE incident SET rework = rework + 1"),
            ("incident_event", "UPDATE incident_event SET refused = 'x'"),
            ("gap", "UPDATE gap SET until = until + 1"),
            ("camera", "DELETE FROM camera"),
            ("patrol", "UPDATE patrol SET done = 1 - done"),
            ("tally", "DELETE FROM tally WHERE name = 'patrol.missed'"),
            ("recording", "UPDATE recording SET sha256 = 'cd'"),
        ])
    func tampering(table: String, sql: String) throws {
        let bench = try LedgerBench()
        for event in Self.journal(42, 1000) { bench.store(event) }
        try bench.ledger.apply(bench.events, decided: 0)
        #expect(try bench.difference() == nil)
        try bench.sql(sql)
        let difference = try bench.difference()
        #expect(difference?.hasPrefix("table \(table):") == true, "\(difference ?? "nothing found")")
        #expect(difference?.contains("patrold rebuild") == true)
    }
}

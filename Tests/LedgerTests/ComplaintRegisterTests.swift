import Incidents
import Journal
import Model
import TestKit
import Testing

@testable import Ledger

@Suite("The complaint register")
struct ComplaintRegisterTests {
    let bench: LedgerBench

    init() throws {
        bench = try LedgerBench()
    }

    private static func name(_ number: String, _ channel: String = "citizen") -> ComplaintName {
        ComplaintName(channel: channel, number: number)
    }

    private func numbers(_ change: (inout ComplaintFilter) -> Void) throws -> [String] {
        var filter = ComplaintFilter()
        change(&filter)
        return try bench.ledger.reader.register(filter).map(\.name.number)
    }

    @Test("complaints are listed newest first, by channel, state, time and merging")
    func list() throws {
        try bench.apply(
            Facts.complaint("1", "2021-03-01T08:00:00+08:00"),
            Facts.complaint("2", "2021-03-02T08:00:00+08:00", channel: "media"),
            Facts.complaint("3", "2021-03-03T08:00:00+08:00"), Facts.complaintClosed("3", "2021-03-04T08:00:00+08:00"),
            Facts.complaint("4", "2021-03-04T08:00:00+08:00"), Facts.merged("4", into: "1"))
        #expect(try numbers { _ in } == ["4", "3", "2", "1"])
        #expect(try numbers { $0.channel = "media" } == ["2"])
        #expect(try numbers { $0.open = true } == ["4", "2", "1"])
        #expect(try numbers { $0.open = false } == ["3"])
        #expect(try numbers { $0.merged = true } == ["4"])
        #expect(
            try numbers {
                $0.merged = false; $0.limit = 2
            } == ["3", "2"])
        #expect(
            try numbers {
                $0.from = Timestamp("2021-03-02T08:00:00+08:00")
                $0.until = Timestamp("2021-03-04T08:00:00+08:00")
            } == ["3", "2"])
        #expect(try bench.ledger.reader.complaints(numbered: "2").map(\.name.channel) == ["media"])
    }

    @Test("what a channel says anew replaces what it says and nothing else; the category moves in the counts")
    func updated() throws {
        try bench.apply(
            Facts.complaint("1", "2021-03-01T08:00:00+08:00", category: "0501"), Facts.updated("1", place: "青年路3号"),
            Facts.updated("1", text: "又来了", category: "0703"), Facts.updated("9", text: "nobody sent it"))
        let row = try #require(try bench.ledger.reader.complaint(Self.name("1")))
        #expect(row.place == "青年路3号")
        #expect(row.category == "0703")
        #expect(row.acceptedPosition == 1)
        #expect(row.textPosition == 3)
        #expect(try bench.tallies("complaint.accepted") == [Tally(keys: ["2021-03", "citizen", "0703"], count: 1)])
        #expect(try bench.ledger.reader.steps(of: Self.name("1")).map(\.position) == [1, 2, 3])
        #expect(try bench.ledger.reader.complaint(Self.name("9")) == nil)
    }

    @Test("a complaint leads to its incident and to its outcome")
    func linked() throws {
        try bench.apply(
            Facts.complaint("1", "2021-06-01T08:00:00+08:00"),
            Facts.opened("2021-1", origin: "complaint", channel: "citizen", reference: "1"),
            Facts.move("2021-1", .close, at: LedgerBench.start + .hours(1), reason: "已清理，电话13900139000", forced: true))
        let row = try #require(try bench.ledger.reader.complaint(Self.name("1")))
        #expect(row.incident == "2021-1")
        #expect(row.incidentState == .closed)
        #expect(row.closedPosition == 3)
        #expect(row.json["outcome"] == "已清理，电话***")
    }

    @Test("complaints are compared by their words in the journal")
    func facts() async throws {
        let journal = try Journal(path: bench.folder.file("journal.sqlite"), clock: ManualClock(LedgerBench.start))
        defer { journal.close() }
        for (number, text) in [("1", "钢铁大街12号烧烤摊占道"), ("2", "烧烤摊在钢铁大街12号占道")] {
            var event = Facts.complaint(number, "2021-06-01T08:00:00+08:00")
            var complaint = try #require(event.payload.flatMap(Complaint.init))
            complaint.text = text
            complaint.place = "钢铁大街12号"
            event.data = complaint.json.bytes
            event.id = number
            _ = try await journal.append([.event(event)])
            try bench.apply(event)
        }
        let reader = bench.ledger.reader
        let facts = try reader.facts(of: try reader.register(ComplaintFilter()), journal.reader)
        let pairs = ComplaintSuggestions().pairs(among: facts)
        #expect(pairs.map(\.earlier.number) == ["1"])
        #expect(try reader.facts(of: [#require(try reader.complaint(Self.name("2")))], journal.reader).count == 1)
    }
}

@Suite("The outbox in the ledger")
struct OutboxRowsTests {
    let bench: LedgerBench

    init() throws {
        bench = try LedgerBench()
    }

    private func lines() throws -> [String] {
        try bench.ledger.reader.outbox().map { row in
            "\(row.entry.key.message) \(row.entry.key.recipient) \(row.state.rawValue) \(row.entry.tries)"
        }
    }

    @Test("a row a recipient: delivered, failed and given up apart, each with its last word")
    func rows() throws {
        try bench.apply(
            Facts.queued("m1"), Facts.queued("m1", to: "mail:a@b"), Facts.queued("m2"), Facts.queued("m3"), Facts.queued("m1"),
            Facts.tried("m1", .failed, 1, at: LedgerBench.start + .minutes(1)), Facts.tried("m1", .delivered, 2),
            Facts.tried("m2", .rejected, 1), Facts.tried("m3", .failed, 1), Facts.tried("m3", .expired, 2))
        #expect(
            try lines() == [
                "m3 channel:citizen given-up 2", "m2 channel:citizen given-up 1", "m1 mail:a@b pending 0",
                "m1 channel:citizen delivered 2",
            ])
        #expect(try bench.ledger.reader.pendingOutbox().map(\.key.recipient) == ["mail:a@b"])
        #expect(try bench.ledger.reader.outbox(state: .delivered).first?.sentence == "it said 2")
        #expect(try bench.ledger.reader.outbox(subject: "citizen/1").count == 4)
        #expect(try bench.ledger.reader.outboxCounts().map(\.count) == [1, 2, 1])
    }

    @Test("an attempt that is told again, late, or of an unknown message changes nothing")
    func late() throws {
        try bench.apply(
            Facts.queued("m1"), Facts.tried("m1", .failed, 1), Facts.tried("m1", .failed, 1), Facts.tried("m9", .failed, 1))
        #expect(try lines() == ["m1 channel:citizen pending 1"])
        try bench.apply(Facts.tried("m1", .delivered, 2), Facts.tried("m1", .failed, 3))
        #expect(try lines() == ["m1 channel:citizen delivered 2"])
    }
}

import Journal
import Model
import Testing

@testable import Ledger

@Suite("Feeds in the ledger")
struct FeedRowsTests {
    let bench: LedgerBench
    private let start = LedgerBench.start

    init() throws {
        bench = try LedgerBench()
    }

    private func gaps(_ from: Timestamp, _ until: Timestamp) throws -> [GapRow] {
        try bench.ledger.reader.snapshot { try $0.gaps(from: from, until: until) }
    }

    @Test("a camera is known since it was first heard online, and only once")
    func cameras() throws {
        try bench.apply(
            Facts.status("cam-2", .offline), Facts.status("cam-2", .online, at: start + .hours(1)),
            Facts.status("cam-1", .online, at: start + .hours(2)), Facts.status("cam-2", .online, at: start + .hours(3)))
        let rows = try bench.ledger.reader.snapshot { try $0.cameras() }
        #expect(rows.map(\.device) == ["cam-1", "cam-2"])
        #expect(rows.map(\.since) == [start + .hours(2), start + .hours(1)])
        #expect(rows.map(\.event.position) == [3, 2])
        #expect(rows[1].event.leaf == bench.events[1].leaf)
    }

    @Test("a gap opens and closes, with both events")
    func gap() throws {
        try bench.apply(Facts.gap(.open, from: start))
        #expect(try gaps(start, start + .days(1)).map(\.until) == [nil])
        try bench.apply(Facts.gap(.closed, from: start, until: start + .minutes(5)))
        let row = try #require(try gaps(start, start + .days(1)).first)
        #expect(row.until == start + .minutes(5))
        #expect(row.reason == "silent")
        #expect(row.events.map(\.position) == [1, 2])
    }

    @Test("a gap that was only ever told as closed is a gap all the same")
    func closedOnly() throws {
        try bench.apply(Facts.gap(.closed, from: start, until: start + .minutes(5)))
        #expect(try gaps(start, start + .days(1)).map(\.events.count) == [1])
    }

    @Test("gaps overlap a period where they share a moment with it, by start and feed")
    func overlap() throws {
        for (feed, from, until) in [("c", 10, 20), ("b", 0, 5), ("a", 10, 30), ("d", 30, nil)] as [(String, Int64, Int64?)] {
            try bench.apply(Facts.gap(.open, from: start + .minutes(from), feed: feed))
            guard let until else { continue }
            try bench.apply(
                Facts.gap(.closed, from: start + .minutes(from), until: start + .minutes(until), feed: feed))
        }
        #expect(try gaps(start + .minutes(5), start + .minutes(30)).map(\.feed) == ["a", "c"])
        #expect(try gaps(start + .minutes(4), start + .minutes(31)).map(\.feed) == ["b", "a", "c", "d"])
        #expect(try gaps(start + .days(9), start + .days(10)).map(\.feed) == ["d"])
        #expect(try gaps(start - .days(1), start).isEmpty)
    }
}

import Incidents
import Model
import TestKit
import Testing

@testable import Ledger

@Suite("Merged complaints in the ledger")
struct MergeTests {
    let bench: LedgerBench

    init() throws {
        bench = try LedgerBench()
    }

    private static func name(_ number: String) -> ComplaintName { ComplaintName(channel: "citizen", number: number) }

    private func openCase(_ number: String, category: String? = nil) throws {
        try bench.apply(
            Facts.complaint(number, "2021-06-01T08:00:00+08:00", category: category),
            Facts.opened("2021-\(number)", origin: "complaint", channel: "citizen", reference: number))
    }

    private func counted() throws -> Int { try bench.tallies("incident.opened").map(\.count).reduce(0, +) }

    @Test("a merged complaint's incident counts no longer, leaves the open list and the clock; complaints count on")
    func merging() throws {
        try openCase("1")
        try openCase("2")
        let survivor = try #require(try bench.ledger.reader.incident("2021-1"))
        try bench.apply(Facts.merged("2", into: "1"))
        #expect(try counted() == 1)
        #expect(try bench.tallies("complaint.accepted").map(\.count).reduce(0, +) == 2)
        var open = IncidentFilter()
        open.openOnly = true
        #expect(try bench.ledger.reader.incidents(open).map(\.id) == ["2021-1"])
        var filter = IncidentFilter()
        #expect(try bench.ledger.reader.incidents(filter).map(\.id) == ["2021-1"])
        filter.merged = .only
        #expect(try bench.ledger.reader.incidents(filter).map(\.id) == ["2021-2"])
        filter.merged = .shown
        #expect(try bench.ledger.reader.incidents(filter).map(\.id) == ["2021-2", "2021-1"])
        #expect(try bench.ledger.reader.incident("2021-2")?.mergedInto == "citizen/1")
        #expect(try bench.ledger.reader.incident("2021-1") == survivor)
        #expect(try bench.ledger.reader.incidentCounts().map(\.count) == [1])
        #expect(try bench.ledger.reader.newlyOverdue(at: LedgerBench.start + .days(9), limit: 9).map(\.id) == ["2021-1"])
        #expect(try bench.ledger.reader.merged(into: Self.name("1")).map(\.name.number) == ["2"])
        #expect(try bench.ledger.reader.root(of: Self.name("2"))?.incident == "2021-1")
    }

    @Test("a count that a merging takes back to nothing leaves no row, in any batch size")
    func countedDown() throws {
        try openCase("1", category: "0501")
        try openCase("2", category: "0703")
        try bench.apply(Facts.merged("2", into: "1"))
        #expect(try bench.tallies("incident.opened").allSatisfy { $0.count > 0 })
        #expect(try bench.difference() == nil)
        #expect(try bench.difference(batch: 1) == nil)
    }

    @Test("separating restores everything as it was")
    func separating() throws {
        try openCase("1", category: "0501")
        try openCase("2", category: "0703")
        let before = (try bench.tallies("incident.opened"), try bench.ledger.reader.incidents(IncidentFilter()))
        try bench.apply(Facts.merged("2", into: "1"), Facts.separated("2"))
        #expect(try bench.tallies("incident.opened") == before.0)
        #expect(try bench.ledger.reader.incidents(IncidentFilter()) == before.1)
        #expect(try bench.ledger.reader.complaint(Self.name("2"))?.mergedInto == nil)
    }

    @Test("an incident that is opened after its complaint was merged is merged from the beginning")
    func openedLater() throws {
        try openCase("1")
        try bench.apply(
            Facts.complaint("2", "2021-06-01T08:00:00+08:00"), Facts.merged("2", into: "1"),
            Facts.opened("2021-2", origin: "complaint", channel: "citizen", reference: "2"))
        #expect(try counted() == 1)
        #expect(try bench.ledger.reader.incident("2021-2")?.mergedInto == "citizen/1")
        try bench.apply(Facts.separated("2"))
        #expect(try counted() == 2)
    }

    @Test("illegal mergings have no effect and stand in the history with their reason")
    func refused() throws {
        try openCase("1")
        try openCase("2")
        try bench.apply(
            Facts.merged("2", into: "1"), Facts.merged("1", into: "2"), Facts.merged("2", into: "2"),
            Facts.merged("9", into: "1"), Facts.separated("1"), Facts.merged("2", into: "9"))
        #expect(try counted() == 1)
        let refusals = try bench.ledger.reader.steps(of: Self.name("1")).compactMap(\.refused)
        #expect(refusals.count == 2)
        #expect(refusals.first?.contains("is merged into citizen/1 already") == true)
        #expect(try bench.ledger.reader.steps(of: Self.name("9")).isEmpty)
        #expect(try bench.difference() == nil)
    }

    @Test("random mergings and separatings agree with a simple model, in any batch size", arguments: 1...6 as ClosedRange<UInt64>)
    func property(seed: UInt64) throws {
        var numbers = SeededNumbers(seed)
        var into: [Int: Int] = [:]
        let count = 8
        var known: Set<Int> = []
        var opened: Set<Int> = []
        for _ in 0..<400 {
            let (one, other) = (Int.random(in: 1...count, using: &numbers), Int.random(in: 1...count, using: &numbers))
            switch Int.random(in: 0..<8, using: &numbers) {
            case 0:
                bench.store(Facts.complaint("\(one)", "2021-06-01T08:00:00+08:00"))
                known.insert(one)
            case 1:
                bench.store(Facts.opened("2021-\(one)", origin: "complaint", channel: "citizen", reference: "\(one)"))
                opened.insert(one)
            case 2, 3, 4:
                bench.store(Facts.merged("\(one)", into: "\(other)"))
                var above: Int? = other
                var seen = false
                while let next = above {
                    seen = seen || next == one
                    above = into[next]
                }
                if known.contains(one), known.contains(other), into[one] == nil, !seen { into[one] = other }
            default:
                bench.store(Facts.separated("\(one)"))
                into[one] = nil
            }
        }
        try bench.ledger.apply(bench.events, decided: 0)
        #expect(try counted() == opened.subtracting(into.keys).count, "seed \(seed)")
        for number in known {
            let row = try #require(try bench.ledger.reader.complaint(Self.name("\(number)")))
            #expect(row.mergedInto?.number == into[number].map { "\($0)" }, "seed \(seed)")
        }
        #expect(try bench.tallies("complaint.accepted").map(\.count).reduce(0, +) == known.count)
        for batch in [1, 13, 400] { #expect(try bench.difference(batch: batch) == nil, "seed \(seed), batch \(batch)") }
    }
}

@Suite("What a closing asks to close back")
struct ClosingQueriesTests {
    let bench: LedgerBench

    init() throws {
        bench = try LedgerBench()
        for number in ["1", "2", "3"] {
            try bench.apply(
                Facts.complaint(number, "2021-06-01T08:00:00+08:00"),
                Facts.opened("2021-\(number)", origin: "complaint", channel: "citizen", reference: number))
        }
    }

    private func due(_ event: Event) throws -> [String] {
        let stored = bench.store(event)
        try bench.ledger.apply([stored], decided: 0)
        guard let cause = ClosingBack.cause(event) else { return [] }
        return try bench.ledger.reader.closingsDue(cause, stored).map { $0.name.number + " " + ($0.outcome ?? "-") }.sorted()
    }

    private func close(_ incident: String) -> Event { Facts.move(incident, .close, reason: "已清理", forced: true) }

    @Test("closing an incident closes its complaint and all that were merged into it, also by way of others")
    func family() throws {
        try bench.apply(Facts.merged("2", into: "1"), Facts.merged("3", into: "2"))
        #expect(try due(close("2021-1")) == ["1 已清理", "2 已清理", "3 已清理"])
    }

    @Test("what its own channel has closed is not told again, what was merged into it is")
    func closedByChannel() throws {
        try bench.apply(Facts.merged("2", into: "1"), Facts.complaintClosed("1", "2021-06-02T08:00:00+08:00"))
        #expect(try due(close("2021-1")) == ["2 已清理"])
    }

    @Test("a refused closing, another incident's, and a second one ask for nothing")
    func nothing() throws {
        #expect(try due(Facts.move("2021-1", .close)).isEmpty)
        try bench.apply(Facts.opened("2021-9", origin: "camera"))
        #expect(try due(close("2021-9")).isEmpty)
        #expect(try due(close("2021-1")) == ["1 已清理"])
        #expect(try due(close("2021-1")).isEmpty)
        #expect(try due(close("2021-8")).isEmpty)
    }

    @Test("a complaint that is merged into a closed one is closed with the same outcome; into an open one it waits")
    func mergedLate() throws {
        #expect(try due(Facts.merged("3", into: "2")).isEmpty)
        _ = try due(close("2021-1"))
        #expect(try due(Facts.merged("2", into: "1")) == ["2 已清理", "3 已清理"])
        #expect(try due(Facts.merged("2", into: "1")).isEmpty)
    }

    @Test("through journal and ledger: every complaint of the family closes once and its channel is told once")
    func wholeWay() throws {
        try bench.apply(Facts.merged("2", into: "1"))
        let back = ClosingBack(replying: ["citizen"])
        let stored = bench.store(close("2021-1"))
        try bench.ledger.apply([stored], decided: 0)
        for _ in 0..<2 {
            let events = try back.on(stored) { try bench.ledger.reader.closingsDue($0, $1) }
            for event in events { try bench.apply(event) }
        }
        #expect(try bench.tallies("complaint.closed").map(\.count).reduce(0, +) == 2)
        #expect(try bench.ledger.reader.pendingOutbox().map(\.subject) == ["citizen/1", "citizen/2"])
        #expect(try bench.ledger.reader.complaint(ComplaintName(channel: "citizen", number: "2"))?.outcome == "已清理")
        #expect(try bench.difference() == nil)
    }
}

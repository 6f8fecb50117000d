import Journal
import Model
import Testing

@testable import Ledger

@Suite("Complaints in the ledger")
struct ComplaintTests {
    let bench: LedgerBench

    init() throws {
        bench = try LedgerBench()
    }

    @Test("acceptances count by month, channel and category, each complaint once")
    func accepted() throws {
        try bench.apply(
            Facts.complaint("1", "2021-03-01T00:00:00+08:00", category: "0501"),
            Facts.complaint("2", "2021-03-31T23:59:59+08:00", category: "0501"),
            Facts.complaint("3", "2021-04-01T00:00:00+08:00"),
            Facts.complaint("1", "2021-03-01T00:00:00+08:00", channel: "superior"),
            // The same number again, even with another day, is the same complaint.
            Facts.complaint("1", "2021-05-01T00:00:00+08:00"))
        #expect(
            try bench.tallies("complaint.accepted") == [
                Tally(keys: ["2021-03", "citizen", "0501"], count: 2), Tally(keys: ["2021-03", "superior", ""], count: 1),
                Tally(keys: ["2021-04", "citizen", ""], count: 1),
            ])
    }

    @Test("what was accepted and refused afterwards is told by month of acceptance and channel, and stays accepted")
    func refused() throws {
        for (number, accepted) in [
            ("1", "2021-03-01T00:00:00+08:00"), ("2", "2021-03-31T23:59:59+08:00"), ("3", "2022-01-01T00:00:00+08:00"),
        ] {
            try bench.apply(
                Facts.complaint(number, accepted),
                Facts.opened("2021-\(number)", origin: "complaint", channel: "citizen", reference: number),
                Facts.move("2021-\(number)", .reject, reason: "不属于职责范围"))
        }
        try bench.apply(
            Facts.complaint("4", "2021-03-31T23:59:59+08:00"),
            Facts.opened("2021-4", origin: "complaint", channel: "citizen", reference: "4"),
            // Of a camera of that name, not of the complaint.
            Facts.opened("2021-5", reference: "4"), Facts.move("2021-5", .reject, reason: "误报"))
        func refused(_ year: String) throws -> [Tally] {
            let (from, until) = (Timestamp(year + "-01-01T00:00:00+08:00"), Timestamp(year + "-12-31T23:59:59+08:00"))
            return try bench.ledger.reader.snapshot {
                try $0.refusedComplaints(from: #require(from), until: #require(until))
            }
        }
        #expect(try refused("2021") == [Tally(keys: ["2021-03", "citizen"], count: 2)])
        #expect(try refused("2022") == [Tally(keys: ["2022-01", "citizen"], count: 1)])
        #expect(try bench.tallies("complaint.accepted").map(\.count).reduce(0, +) == 3)
    }

    @Test("the year turns at midnight in Shanghai")
    func yearBoundary() throws {
        try bench.apply(
            Facts.complaint("old", "2021-12-31T23:59:59+08:00"), Facts.complaint("new", "2022-01-01T00:00:00+08:00"),
            Facts.complaint("utc", "2021-12-31T16:00:00Z"))
        #expect(try bench.tallies("complaint.accepted") == [Tally(keys: ["2021-12", "citizen", ""], count: 1)])
        #expect(try bench.tallies("complaint.accepted", year: 2022) == [Tally(keys: ["2022-01", "citizen", ""], count: 2)])
    }

    @Test("a closing counts in the year of acceptance, on its own day")
    func closed() throws {
        try bench.apply(
            Facts.complaint("1", "2021-12-31T23:59:59+08:00"),
            Facts.complaintClosed("1", "2022-01-01T00:00:00+08:00"))
        #expect(try bench.tallies("complaint.closed") == [Tally(keys: ["2022-01-01", "citizen", ""], count: 1)])
        #expect(try bench.tallies("complaint.closed", year: 2022).isEmpty)
    }

    @Test("a second closing and a closing of an unknown complaint change nothing")
    func closedOnce() throws {
        try bench.apply(
            Facts.complaintClosed("1", "2021-05-01T10:00:00+08:00"), Facts.complaint("1", "2021-05-01T09:00:00+08:00"),
            Facts.complaintClosed("1", "2021-05-02T10:00:00+08:00"), Facts.complaintClosed("1", "2021-05-03T10:00:00+08:00"),
            Facts.complaintClosed("1", "2021-05-03T10:00:00+08:00", channel: "superior"))
        #expect(try bench.tallies("complaint.closed") == [Tally(keys: ["2021-05-02", "citizen", ""], count: 1)])
        #expect(try complaints() == ["citizen/1 accepted 2 closed 3 2021-05-02T10:00:00+08:00"])
    }

    @Test("closing a complaint's incident closes the complaint at that moment")
    func closedByIncident() throws {
        let done = LedgerBench.start + .hours(1)
        try bench.apply(
            Facts.complaint("1", "2021-06-01T08:00:00+08:00"),
            Facts.opened("2021-1", origin: "complaint", channel: "citizen", reference: "1"),
            Facts.move("2021-1", .close, at: done, reason: "done", forced: true))
        #expect(try bench.tallies("complaint.closed") == [Tally(keys: ["2021-06-01", "citizen", ""], count: 1)])
        #expect(try complaints() == ["citizen/1 accepted 1 closed 3 2021-06-01T09:00:00+08:00"])
    }

    @Test("a refused closing of its incident leaves the complaint open")
    func refusedClosing() throws {
        try bench.apply(
            Facts.complaint("1", "2021-06-01T08:00:00+08:00"),
            Facts.opened("2021-1", origin: "complaint", channel: "citizen", reference: "1"),
            Facts.move("2021-1", .close), Facts.move("2021-1", .reject, reason: "nothing there"))
        #expect(try bench.tallies("complaint.closed").isEmpty)
        #expect(try complaints() == ["citizen/1 accepted 1 open"])
    }

    @Test("complaints are walked by acceptance, channel, number, from included and until not")
    func order() throws {
        try bench.apply(
            Facts.complaint("9", "2021-01-02T00:00:00+08:00"), Facts.complaint("2", "2021-01-01T00:00:00+08:00", channel: "b"),
            Facts.complaint("10", "2021-01-01T00:00:00+08:00", channel: "a"),
            Facts.complaint("1", "2021-01-01T00:00:00+08:00", channel: "a"), Facts.complaint("x", "2020-12-31T23:59:59+08:00"),
            Facts.complaint("y", "2021-01-03T00:00:00+08:00"))
        let names = try complaints("2021-01-01T00:00:00+08:00", "2021-01-03T00:00:00+08:00").map { $0.prefix { $0 != " " } }
        #expect(names == ["a/1", "a/10", "b/2", "citizen/9"])
    }

    @Test("a complaint carries the leaf hashes of its events")
    func leaves() throws {
        try bench.apply(
            Facts.complaint("1", "2021-06-01T08:00:00+08:00"), Facts.complaintClosed("1", "2021-06-02T08:00:00+08:00"))
        try bench.ledger.reader.snapshot { snapshot in
            try snapshot.forEachComplaint(from: LedgerBench.start, until: LedgerBench.start + .days(1)) { view in
                #expect(Array(view.acceptedLeaf) == bench.events[0].leaf)
                #expect(Array(view.closedLeaf) == bench.events[1].leaf)
            }
        }
    }

    private func complaints(
        _ from: String = "2000-01-01T00:00:00Z", _ until: String = "2100-01-01T00:00:00Z"
    ) throws -> [String] {
        var lines: [String] = []
        let (from, until) = (try #require(Timestamp(from)), try #require(Timestamp(until)))
        try bench.ledger.reader.snapshot { snapshot in
            try snapshot.forEachComplaint(from: from, until: until) { view in
                let name = String(decoding: view.channel, as: UTF8.self) + "/" + String(decoding: view.number, as: UTF8.self)
                let end = view.closed.map { "closed \(view.closedPosition) \($0.text())" } ?? "open"
                lines.append("\(name) accepted \(view.acceptedPosition) \(end)")
            }
        }
        return lines
    }
}

import Incidents
import Journal
import Model
import TestKit
import Testing

@testable import Ledger

@Suite("Rows, counts and cursor move together")
struct ProgressTests {
    let bench: LedgerBench
    private struct Stop: Error {}

    init() throws {
        bench = try LedgerBench()
    }

    @Test("a batch that fails in the middle moves nothing, and is counted once when it comes again", arguments: 0..<4)
    func failure(at index: Int) throws {
        try bench.apply(Facts.complaint("0", "2021-06-01T08:00:00+08:00"))
        let batch = [
            Facts.complaint("1", "2021-06-01T08:00:00+08:00"), Facts.opened("2021-1"),
            Facts.complaintClosed("0", "2021-06-02T08:00:00+08:00"), Facts.register(.added, "1", ["decided": "2021-06-01"]),
        ].map { bench.store($0) }
        #expect(throws: Stop.self) {
            try bench.ledger.apply(batch, decided: 1) { stored, _ in
                if stored.position == batch[index].position { throw Stop() }
            }
        }
        #expect(try bench.ledger.progress() == Ledger.Progress(cursor: 1, decided: 0))
        #expect(try bench.ledger.reader.snapshot { $0.position } == 1)
        #expect(try bench.ledger.reader.incident("2021-1") == nil)
        #expect(try bench.tallies("complaint.closed").isEmpty)
        #expect(try bench.tallies("complaint.accepted").map(\.count) == [1])

        try bench.ledger.apply(batch, decided: 1)
        #expect(try bench.ledger.progress() == Ledger.Progress(cursor: 5, decided: 1))
        #expect(try bench.tallies("complaint.accepted").map(\.count) == [2])
        #expect(try bench.tallies("complaint.closed").map(\.count) == [1])
        #expect(try bench.difference() == nil)
    }

    @Test("applying what was applied changes nothing; decisions are asked for all the same")
    func twice() throws {
        try bench.apply(Facts.complaint("1", "2021-06-01T08:00:00+08:00"), Facts.recording("phone-1"), Facts.opened("2021-1"))
        var asked: [Position] = []
        try bench.ledger.apply(bench.events, decided: 0) { stored, _ in asked.append(stored.position) }
        try bench.ledger.apply(
            Array(bench.events.prefix(2)) + [bench.store(Facts.recording("phone-1", sha256: "cd"))], decided: 0)
        #expect(asked == [1, 2, 3])
        #expect(try bench.tallies("recording.received").map(\.count) == [2])
        #expect(try bench.ledger.reader.cursor() == 4)
        #expect(try bench.difference() == nil)
    }

    @Test("each decision sees the ledger as it stands after its own event")
    func decisionSeesItsEvent() throws {
        let batch = [Facts.opened("2021-1"), Facts.move("2021-1", .close, forced: true)].map { bench.store($0) }
        var seen: [Bool] = []
        try bench.ledger.apply(batch, decided: 0) { _, lookup in seen.append(try lookup("camera//cam-1") != nil) }
        #expect(seen == [true, false])
    }

    @Test("an export's own trace does not move the position that figures name")
    func exportsLeaveFigures() throws {
        try bench.apply(Facts.complaint("1", "2021-06-01T08:00:00+08:00"), Facts.exported())
        #expect(try bench.ledger.reader.snapshot { $0.position } == 1)
        #expect(try bench.ledger.reader.cursor() == 2)
        try bench.apply(Facts.exported())
        #expect(try bench.ledger.reader.snapshot { $0.position } == 1)
        try bench.apply(Facts.exported(), Facts.other(), Facts.exported())
        #expect(try bench.ledger.reader.snapshot { $0.position } == 5)
        #expect(try bench.ledger.reader.cursor() == 6)
    }

    @Test("what cannot be read or is not ours passes without effect")
    func foreign() throws {
        let types = [
            "org.example", "cn.patrold.new.kind", EventType.complaintReceived, EventType.complaintClosed, EventType.feedGap,
            EventType.cameraStatus, EventType.recordingFile, EventType.incident("opened"), EventType.incident("unheard"),
            EventType.register("penalty", .added),
        ]
        for type in types {
            for data in ["", "{}", "[1]", "not JSON", "{\"incident\":\"x\",\"action\":\"opened\"}"] {
                bench.store(
                    Event(source: "s", id: "i", type: type, received: LedgerBench.start, data: Array(data.utf8)))
            }
        }
        try bench.ledger.apply(bench.events, decided: 0)
        #expect(try bench.ledger.reader.cursor() == 50)
        #expect(try bench.ledger.reader.incidents(.init()).isEmpty)
    }

    @Test("a ledger that is opened again goes on where it was")
    func reopening() throws {
        try bench.apply(Facts.complaint("1", "2021-06-01T08:00:00+08:00"))
        bench.ledger.close()
        let again = try LedgerBench.open(bench.path)
        #expect(try again.progress().cursor == 1)
        try again.apply([bench.store(Facts.complaint("2", "2021-06-01T08:00:00+08:00"))], decided: 0)
        #expect(try bench.tallies("complaint.accepted").map(\.count) == [2])
        #expect(try bench.difference() == nil)
    }

    @Test("a file of another format is refused, naming the way out")
    func otherFormat() throws {
        try bench.sql("PRAGMA user_version = 7")
        let error = #expect(throws: LedgerError.self) { _ = try LedgerBench.open(bench.path) }
        #expect(error?.code == .otherFormat)
        #expect(error?.detail.contains("patrold rebuild") == true)
    }
}

import GRDB
import Journal
import Model
import Testing

@testable import Ledger

@Suite("Registers in the ledger")
struct RegisterTests {
    let bench: LedgerBench

    init() throws {
        bench = try LedgerBench()
    }

    private func records(_ kind: String = "penalty") throws -> [LedgerRecord] {
        try bench.ledger.reader.snapshot { try $0.records(of: kind) }
    }

    @Test("a correction replaces the fields and keeps the history")
    func correction() throws {
        try bench.apply(
            Facts.register(.added, "昆罚〔2021〕1号", ["decided": "2021-03-01", "amount": "200"]),
            Facts.register(.corrected, "昆罚〔2021〕1号", ["decided": "2021-03-02", "amount": "300.50"]))
        let record = try #require(try records().first)
        #expect(record.record["amount"] == "300.50")
        #expect(record.record["decided"] == "2021-03-02")
        #expect(record.events == bench.events.map { EventReference(position: $0.position, leaf: $0.leaf) })
    }

    @Test("a voided record is no longer among the records, its history stays")
    func voiding() throws {
        try bench.apply(
            Facts.register(.added, "1", ["decided": "2021-03-01"]), Facts.register(.added, "2", ["decided": "2021-03-01"]),
            Facts.register(.voided, "1", ["decided": "2021-03-01"]))
        #expect(try records().map(\.record.id) == ["2"])
        let trail = try bench.ledger.reader.pool.read { db in
            try Int64.fetchAll(db, sql: "SELECT position FROM register_event WHERE id = '1' ORDER BY position")
        }
        #expect(trail == [1, 3])
    }

    @Test("an addition of what is there and a change of what is not have no effect and leave no trail")
    func withoutEffect() throws {
        try bench.apply(
            Facts.register(.corrected, "1", ["decided": "2021-01-01"]), Facts.register(.voided, "1", [:]),
            Facts.register(.added, "1", ["decided": "2021-03-01"]), Facts.register(.added, "1", ["decided": "2021-09-09"]))
        let record = try #require(try records().first)
        #expect(record.record["decided"] == "2021-03-01")
        #expect(record.events.map(\.position) == [3])
    }

    @Test("records come by counting day, then id; kinds do not mix")
    func order() throws {
        try bench.apply(
            Facts.register(.added, "b", ["decided": "2021-03-01"]), Facts.register(.added, "c", ["decided": "2021-01-01"]),
            Facts.register(.added, "a", ["decided": "2021-03-01"]),
            Facts.register(.added, "f", kind: "fee", ["charged": "2021-01-01"]))
        #expect(try records().map(\.record.id) == ["c", "a", "b"])
        #expect(try records("fee").map(\.record.id) == ["f"])
        #expect(try records("unknown").isEmpty)
    }

    @Test("an event whose kind is not its type's has no effect")
    func kindMustFit() throws {
        var event = Facts.register(.added, "1", ["decided": "2021-03-01"])
        event.type = EventType.register("fee", .added)
        try bench.apply(event)
        #expect(try records().isEmpty)
        #expect(try records("fee").isEmpty)
    }
}

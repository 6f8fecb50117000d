import GRDB
import Model
import TestKit
import Testing

@testable import Journal

@Suite("A delivery is stored as a whole or not at all")
struct AllOrNoneTests {
    let bench: JournalBench

    init() throws {
        bench = try JournalBench()
    }

    @Test("a failure in the middle of a commit stores nothing of it, and the next delivery goes through")
    func failureInTheMiddle() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append(bench.arrivals(["before"]))
            try bench.sql(
                """
                CREATE TRIGGER broken BEFORE INSERT ON event WHEN new.id = 'poison'
                BEGIN SELECT RAISE(ABORT, 'no room for this'); END
                """)
            let delivery = bench.arrivals(["a", "poison", "b"], source: "urn:new") + [bench.unreadable("raw")]
            let refusal = await #expect(throws: DeliveryRefused.self) { try await journal.append(delivery) }
            #expect(refusal?.code == .unwritable)
            #expect(refusal?.detail.contains("no room for this") == true)
            #expect(journal.status.trouble != nil)
            #expect(journal.status.failures == 1)
            #expect(try bench.sql("SELECT id FROM event") == [["before"]])
            #expect(try bench.sql("SELECT name FROM source") == [["urn:test"]])
            #expect(try journal.reader.waitingInQuarantine() == 0)

            try bench.sql("DROP TRIGGER broken")
            let receipt = try await journal.append(delivery)
            #expect(receipt.accepted == 3)
            // One for the notice of the quarantined bytes.
            #expect(receipt.position == 5)
            #expect(journal.status.trouble == nil)
            #expect(try JournalVerification(journal.reader).run().difference == nil)
        }
    }

    @Test("everybody in a commit that fails is refused")
    func wholeGroupRefused() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append(bench.arrivals(["before"]))
            try bench.sql("CREATE TRIGGER broken BEFORE INSERT ON tree BEGIN SELECT RAISE(ABORT, 'no'); END")
            let blockade = await Blockade(journal)
            let answers = Answers()
            for index in 0..<5 { journal.append(bench.arrivals(["g\(index)"]), answer: answers.take) }
            blockade.release()
            #expect(await answers.arrived(5))
            #expect(answers.refusals.map(\.code) == Array(repeating: .unwritable, count: 5))
            #expect(try journal.reader.lastPosition() == 1)
            try bench.sql("DROP TRIGGER broken")
            #expect(try await journal.append(bench.arrivals((0..<5).map { "g\($0)" })).accepted == 5)
        }
    }

    @Test("a full disk refuses the delivery, and there is room again afterwards")
    func diskFull() throws {
        let pool = try JournalStore.open(bench.path)
        try pool.writeWithoutTransaction { db in
            let writer = try BatchWriter(db)
            _ = try writer.write([pending(["first"])], at: bench.clock.now())
            let pages = try #require(try Int.fetchOne(db, sql: "PRAGMA page_count"))
            try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
            let big = [UInt8](repeating: 0x20, count: 100_000)
            let failure = #expect(throws: SQLiteFailure.self) {
                _ = try writer.write([pending(["small"]), pending(["big"], data: big)], at: bench.clock.now())
            }
            #expect(failure?.isFull == true)
            #expect(writer.position == 1)
            #expect(!db.isInsideTransaction)
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM event") == 1)
            try db.execute(sql: "PRAGMA max_page_count = 1000000")
            _ = try writer.write([pending(["small"]), pending(["big"], data: big)], at: bench.clock.now())
            #expect(writer.position == 3)
        }
        #expect(try JournalVerification(JournalReader(path: bench.path)).run().difference == nil)
    }

    private func pending(_ ids: [String], data: [UInt8] = []) -> PendingDelivery {
        let entries = ids.map { id -> PendingDelivery.Entry in
            let event = bench.event(id, data: data)
            return .event(event, leaf: TreeHash.leaf(event))
        }
        return PendingDelivery(entries: entries, settles: nil) { _ in }
    }
}

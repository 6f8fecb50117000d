import Dispatch
import Foundation
import GRDB
import Model
import TestKit
import Testing

@testable import Journal

@Suite("Acknowledged means durable")
struct DurabilityTests {
    let bench: JournalBench

    init() throws {
        bench = try JournalBench()
    }

    @Test("when the answer comes, another connection sees the rows")
    func answerAfterCommit() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        let seen = Answers()
        let path = bench.path
        for count in 1...20 {
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                journal.append(bench.arrivals(["e\(count)"])) { _ in
                    let rows = try? SQLiteFile(path).run("SELECT count(*) FROM event")
                    seen.take(.success(Receipt(accepted: rows.flatMap { Int($0[0][0]) } ?? -1)))
                    done.resume()
                }
            }
        }
        #expect(seen.receipts.map(\.accepted) == Array(1...20))
    }

    @Test("what was answered survives the process: a copy of the files at that moment holds it")
    func survivesTheProcess() async throws {
        let journal = try bench.open()
        defer { journal.close() }
        _ = try await journal.append(bench.arrivals(["a", "b", "c"]) + [bench.unreadable("raw")])
        let copy = try TemporaryFolder("journal-copy")
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: bench.path + suffix, toPath: copy.file("journal.sqlite") + suffix)
        }
        let revived = try Journal(path: copy.file("journal.sqlite"), clock: bench.clock)
        defer { revived.close() }
        #expect(revived.status.position == 4)
        #expect(try revived.reader.waitingInQuarantine() == 1)
        #expect(try JournalVerification(revived.reader).run().difference == nil)
        #expect(try await revived.append(bench.arrivals(["b", "d"])) == Receipt(accepted: 1, duplicate: 1, position: 5))
    }

    @Test("the writer runs with synchronous=FULL on a WAL file")
    func synchronousFull() throws {
        let pool = try JournalStore.open(bench.path)
        try pool.writeWithoutTransaction { db throws in
            #expect(try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2)
            #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal")
        }
    }

    @Test("a file of a later version is refused with a sentence and left as it is")
    func newerFormat() async throws {
        try await bench.withJournal { _ = try await $0.append(bench.arrivals(["a"])) }
        try bench.sql("PRAGMA user_version = 99")
        let error = #expect(throws: JournalError.self) { _ = try bench.open() }
        #expect(error?.code == .newerFormat)
        #expect(error?.detail.contains(bench.path) == true)
        #expect(error?.detail.contains("99") == true)
        #expect(try bench.sql("SELECT count(*) FROM event") == [["1"]])
    }

    @Test("a file that is no database is refused, not overwritten")
    func noDatabase() throws {
        let text = String(repeating: "these are minutes of a meeting, not a database\n", count: 100)
        try bench.folder.write(text, to: "journal.sqlite")
        let error = #expect(throws: JournalError.self) { _ = try bench.open() }
        #expect(error?.code == .cannotOpen)
        #expect(try String(contentsOfFile: bench.path, encoding: .utf8) == text)
    }

    @Test("a folder that is not there is said with its path")
    func noFolder() throws {
        let path = bench.folder.file("absent/journal.sqlite")
        let error = #expect(throws: JournalError.self) { _ = try Journal(path: path, clock: bench.clock) }
        #expect(error?.code == .cannotOpen)
        #expect(error?.detail.contains(path) == true)
    }

    @Test("a tree that does not fit its events is refused at the start")
    func damagedTree() async throws {
        try await bench.withJournal { _ = try await $0.append(bench.arrivals(["a", "b"])) }
        try bench.sql("DELETE FROM event WHERE position = 2")
        let error = #expect(throws: JournalError.self) { _ = try bench.open() }
        #expect(error?.code == .damaged)
    }

    @Test("reading an absent journal is an error with its path")
    func readingNothing() {
        let error = #expect(throws: JournalError.self) { _ = try JournalReader(path: bench.path) }
        #expect(error?.detail.contains(bench.path) == true)
    }

    @Test("closing commits what waits and refuses what comes")
    func closing() async throws {
        let journal = try bench.open()
        let blockade = await Blockade(journal)
        let answers = Answers()
        for index in 0..<10 { journal.append(bench.arrivals(["w\(index)"]), answer: answers.take) }
        let closed = Task.detached { await onThread { journal.close() } }
        // The door shuts first: whoever comes from now on is refused at once.
        let refusedEarly = Answers()
        #expect(
            await eventually {
                journal.append([], answer: refusedEarly.take)
                return refusedEarly.refusals.contains { $0.code == .stopping }
            })
        blockade.release()
        await closed.value
        #expect(await answers.arrived(10))
        #expect(answers.receipts.count == 10)
        await #expect(throws: DeliveryRefused.self) { try await journal.append(bench.arrivals(["late"])) }
        #expect(try bench.sql("SELECT id FROM event ORDER BY position") == (0..<10).map { ["w\($0)"] })
    }
}

/// Runs what blocks on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: body()) }
    }
}

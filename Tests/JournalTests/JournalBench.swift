import Dispatch
import Foundation
import GRDBSQLite
import Model
import Synchronization
import TestKit

@testable import Journal

/// A journal in a folder of its own, and what tests do to both.
final class JournalBench: Sendable {
    let folder: TemporaryFolder
    let clock = ManualClock()

    init() throws {
        folder = try TemporaryFolder("journal")
    }

    var path: String { folder.file("journal.sqlite") }

    func open(limit: Int = 65_536) throws -> Journal {
        try Journal(path: path, clock: clock, limit: limit)
    }

    /// Opens, runs and closes, so that the file holds everything.
    func withJournal<Value>(_ body: (Journal) async throws -> Value) async throws -> Value {
        let journal = try open()
        defer { journal.close() }
        return try await body(journal)
    }

    func event(_ id: String, source: String = "urn:test", data: [UInt8] = Array("{}".utf8)) -> Event {
        Event(source: source, id: id, type: "org.example.fact", received: clock.now(), data: data)
    }

    func arrivals(_ ids: [String], source: String = "urn:test") -> [Arrival] {
        ids.map { .event(event($0, source: source)) }
    }

    func unreadable(_ text: String, source: String = "urn:test", reason: String = "not XML") -> Arrival {
        .unreadable(
            Unreadable(
                source: source, adapter: "isapi", reason: reason, contentType: "application/xml", bytes: Array(text.utf8),
                received: clock.now()))
    }

    /// Runs SQL on a connection of its own, as somebody with the file would.
    @discardableResult
    func sql(_ text: String) throws -> [[String]] {
        try SQLiteFile(path).run(text)
    }
}

/// A bare SQLite connection, independent of the code under test.
final class SQLiteFile {
    private var handle: OpaquePointer?

    init(_ path: String) throws {
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw Failure(text: "open \(path)") }
        sqlite3_busy_timeout(handle, 120_000)
    }

    deinit { sqlite3_close(handle) }

    struct Failure: Error { let text: String }

    /// Every row as text, NULL as an empty string.
    func run(_ text: String) throws -> [[String]] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, text, -1, &statement, nil) == SQLITE_OK else { throw failure() }
        defer { sqlite3_finalize(statement) }
        var rows: [[String]] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                rows.append(
                    (0..<sqlite3_column_count(statement)).map { column in
                        sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
                    })
            case SQLITE_DONE: return rows
            default: throw failure()
            }
        }
    }

    private func failure() -> Failure { Failure(text: String(cString: sqlite3_errmsg(handle))) }
}

/// Keeps the journal's queue busy until released, so that what is appended meanwhile waits together.
final class Blockade: Sendable {
    private let gate = DispatchSemaphore(value: 0)

    init(_ journal: Journal) async {
        let gate = gate
        await withCheckedContinuation { (holding: CheckedContinuation<Void, Never>) in
            journal.turnToken {
                holding.resume()
                // A broken promise must fail, not hang.
                _ = gate.wait(timeout: .now() + 300)
            }
        }
    }

    func release() { gate.signal() }

    // A test that failed before must not leave the journal hanging.
    deinit { gate.signal() }
}

/// Answers that come on the journal's queue, gathered for the test.
final class Answers: Sendable {
    private let list = Mutex<[Result<Receipt, DeliveryRefused>]>([])

    var all: [Result<Receipt, DeliveryRefused>] { list.withLock { $0 } }
    var receipts: [Receipt] { all.compactMap { try? $0.get() } }

    var refusals: [DeliveryRefused] {
        all.compactMap { if case .failure(let refusal) = $0 { refusal } else { nil } }
    }

    func take(_ result: Result<Receipt, DeliveryRefused>) { list.withLock { $0.append(result) } }

    func arrived(_ count: Int) async -> Bool { await eventually { all.count >= count } }
}

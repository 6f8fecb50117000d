import Foundation
import GRDBSQLite
import Journal
import Model
import SampleEvent

/// The event of all intake figures, read from its JSON as the daemon reads it.
func sampleEvent() throws -> Event {
    let bytes = SampleEvent(source: "bench:/in-process").bytes
    let reader = CloudEventReader(received: SystemTime().now())
    return try bytes.withUnsafeBufferPointer { try reader.structured($0) }
}

/// The machine's clock.
struct SystemTime: WallClock {
    func now() -> Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
    func uptime() -> Span { Span(microseconds: Int64(ProcessInfo.processInfo.systemUptime * 1_000_000)) }
}

/// `Journal.append`, one delivery after the other: hashing, tree and commit, but no HTTP and no JSON.
struct JournalIntake {
    private let journal: Journal
    private let event: Event

    init(_ folder: String) throws {
        journal = try Journal(path: folder + "/journal.sqlite", clock: SystemTime())
        event = try sampleEvent()
    }

    /// Durable events a second.
    func rate(batch: Int, seconds: Double) async throws -> Int {
        let clock = ContinuousClock()
        let began = clock.now
        var id: UInt64 = 0
        repeat {
            let arrivals = (0..<batch).map { index -> Arrival in
                var event = event
                event.id = SampleEvent.text(id: id + UInt64(index))
                return .event(event)
            }
            id += UInt64(batch)
            _ = try await journal.append(arrivals)
        } while clock.now - began < .seconds(seconds)
        let took = (clock.now - began) / .seconds(1)
        journal.close()
        return Int(Double(id) / took)
    }
}

/// The floor: the journal's own tables and settings, the same rows, through SQLite's C interface and nothing else.
final class SQLiteFloor {
    struct Failure: Error {
        let code: Int32
    }

    private var connection: OpaquePointer?
    private var insert: OpaquePointer?
    private let event: Event
    private let leaf = [UInt8](repeating: 7, count: 32)
    private var position: Int64 = 0

    init(_ folder: String) throws {
        let path = folder + "/journal.sqlite"
        // The journal makes its own tables, so that they are the same.
        try Journal(path: path, clock: SystemTime()).close()
        event = try sampleEvent()
        try check(sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil))
        try run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
        try run("INSERT INTO source (number, name) VALUES (1, 'bench:/in-process')")
        let sql = """
            INSERT INTO event (position, source, id, type, subject, time, received, contenttype, extensions, data, leaf)
            VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, x'', ?8, ?9)
            """
        try check(sqlite3_prepare_v2(connection, sql, -1, &insert, nil))
    }

    deinit {
        sqlite3_finalize(insert)
        sqlite3_close(connection)
    }

    /// Durable rows a second, `batch` a transaction.
    func rate(batch: Int, seconds: Double) throws -> Int {
        let rate = try repeated(seconds: seconds) {
            try run("BEGIN IMMEDIATE")
            for _ in 0..<batch { try insertNext() }
            try run("COMMIT")
        }
        return Int(rate * Double(batch))
    }

    private func insertNext() throws {
        position += 1
        sqlite3_bind_int64(insert, 1, position)
        bind(SampleEvent.text(id: UInt64(position)), at: 2)
        bind(event.type, at: 3)
        bind(event.subject ?? "", at: 4)
        bind(event.time ?? "", at: 5)
        sqlite3_bind_int64(insert, 6, event.received.microseconds)
        bind(event.contentType, at: 7)
        bind(event.data, at: 8)
        bind(leaf, at: 9)
        let code = sqlite3_step(insert)
        sqlite3_reset(insert)
        guard code == SQLITE_DONE else { throw Failure(code: code) }
    }

    private let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func bind(_ text: String, at index: Int32) {
        sqlite3_bind_text(insert, index, text, Int32(text.utf8.count), copying)
    }

    private func bind(_ bytes: [UInt8], at index: Int32) {
        sqlite3_bind_blob(insert, index, bytes, Int32(bytes.count), copying)
    }

    private func run(_ sql: String) throws { try check(sqlite3_exec(connection, sql, nil, nil, nil)) }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw Failure(code: code) }
    }
}

import GRDB
import Incidents
import Journal
import Model

/// What the journal adds up to; rows, counts and cursor move in one transaction.
///
/// `@unchecked Sendable`: `projector` and the statements are touched inside the pool's writer only, which is serial.
package final class Ledger: @unchecked Sendable {
    private let pool: DatabasePool
    private let projector: Projector
    /// Reads beside the writer.
    package let reader: LedgerReader

    /// How far the ledger has come.
    package struct Progress: Hashable, Sendable {
        /// The last projected position.
        package var cursor: Position
        /// The last position whose decisions are known to be durable.
        package var decided: Position
    }

    /// Opens or creates the ledger.
    ///
    /// - Parameter countedBy: register kind → the day field that decides in which year a record counts.
    /// - Throws: `LedgerError`.
    package init(path: String, lifecycle: Lifecycle, countedBy: [String: String]) throws(LedgerError) {
        pool = try LedgerStore.open(path)
        do {
            projector = try pool.writeWithoutTransaction { db in
                guard let connection = db.sqliteConnection else { throw LedgerError(.cannotOpen, "the ledger is closed") }
                return try Projector(connection, lifecycle: lifecycle, countedBy: countedBy)
            }
        } catch {
            throw LedgerError(.cannotOpen, "cannot prepare the ledger \(path): \(error)")
        }
        reader = LedgerReader(pool)
    }

    package func progress() throws -> Progress {
        try pool.read { db in
            Progress(cursor: try Self.value("cursor", db), decided: try Self.value("decided", db))
        }
    }

    /// Applies events in order and moves the cursor, all in one transaction.
    ///
    /// - Parameters:
    ///   - events: those after the cursor; earlier ones are passed over, so that a repeat changes nothing.
    ///   - decided: up to where decisions are durable.
    ///   - decide: called for every event given, after it was applied; `lookup` sees the ledger as it then stands.
    package func apply(
        _ events: [StoredEvent], decided: Position,
        decide: (StoredEvent, _ lookup: (String) throws -> OpenCase?) throws -> Void = { _, _ in }
    ) throws {
        try pool.writeWithoutTransaction { db in
            do {
                try db.inTransaction(.immediate) {
                    let cursor = try Self.value("cursor", db)
                    for stored in events {
                        if stored.position > cursor { try projector.apply(stored) }
                        try decide(stored) { try projector.incidents.open($0) }
                    }
                    try projector.finish()
                    try move(db, from: cursor, events, decided)
                    return .commit
                }
            } catch {
                projector.discard()
                throw error
            }
        }
    }

    private func move(_ db: Database, from cursor: Position, _ events: [StoredEvent], _ decided: Position) throws {
        let fresh = events.filter { $0.position > cursor }
        if let last = fresh.last { try Self.set("cursor", last.position, db) }
        // Exports and looks at data leave traces that no figure counts, and must not change the next export.
        if let last = fresh.last(where: { Self.mayCount($0.event.type) }) {
            try Self.set("figures", last.position, db)
        }
        try Self.set("decided", decided, db)
    }

    private static func mayCount(_ type: String) -> Bool {
        type != EventType.reportExported && type != EventType.personalRead && !type.hasPrefix(EventType.evidence(""))
            && !type.hasPrefix(EventType.prefix + "outbox.")
    }

    static func value(_ name: String, _ db: Database) throws -> Position {
        try Int64.fetchOne(db, sql: "SELECT value FROM progress WHERE name = ?", arguments: [name]) ?? 0
    }

    private static func set(_ name: String, _ value: Position, _ db: Database) throws {
        let statement = try db.cachedStatement(sql: "UPDATE progress SET value = ? WHERE name = ?")
        try statement.execute(arguments: [value, name])
    }

    /// Closes the file; nothing may be asked afterwards.
    package func close() {
        pool.writeWithoutTransaction { db in _ = try? db.checkpoint(.truncate) }
    }
}

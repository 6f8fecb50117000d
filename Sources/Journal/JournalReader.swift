import GRDB
import Glibc
import Model

/// Reads the journal: events by position, the tree, the quarantine; beside the writer or from another process.
package final class JournalReader: Sendable {
    private let pool: DatabasePool
    private let seal: PersonalSeal?

    init(_ pool: DatabasePool, _ seal: PersonalSeal? = nil) {
        self.pool = pool
        self.seal = seal
    }

    /// Opens an existing journal read-only; the daemon may be up or down.
    ///
    /// - Parameter seal: opens what waits in quarantine; events are always read as they are stored.
    package convenience init(path: String, seal: PersonalSeal? = nil) throws(JournalError) {
        self.init(try JournalStore.openForReading(path), seal)
    }

    /// The last position, 0 for an empty journal.
    package func lastPosition() throws -> Position {
        try pool.read { try Int64.fetchOne($0, sql: "SELECT max(position) FROM event") ?? 0 }
    }

    /// The events in `after+1 ... after+limit`, oldest first.
    package func events(after: Position, limit: Int) throws -> [StoredEvent] {
        var events: [StoredEvent] = []
        events.reserveCapacity(min(limit, 4096))
        try forEach(after: after, limit: limit) { events.append($0) }
        return events
    }

    /// Walks events in order without keeping them.
    package func forEach(after: Position, limit: Int, _ body: (StoredEvent) throws -> Void) throws {
        try pool.read { db in
            guard let connection = db.sqliteConnection else { return }
            let statement = try PreparedStatement(
                connection, Self.columns + " WHERE position > ?1 ORDER BY position LIMIT ?2")
            statement.bind(after, at: 1)
            statement.bind(Int64(limit), at: 2)
            var known = KnownTexts()
            while try statement.step() { try body(Self.stored(statement, &known)) }
        }
    }

    /// The event at a position.
    package func event(at position: Position) throws -> StoredEvent? {
        try events(after: position - 1, limit: 1).first { $0.position == position }
    }

    /// The event of that identity.
    func event(source: String, id: String) throws -> StoredEvent? {
        try pool.read { db in
            guard let connection = db.sqliteConnection else { return nil }
            let statement = try PreparedStatement(connection, Self.columns + " WHERE name = ?1 AND id = ?2")
            statement.bind(source, at: 1)
            statement.bind(id, at: 2)
            var known = KnownTexts()
            return try statement.step() ? Self.stored(statement, &known) : nil
        }
    }

    /// The first position received at or after a moment, or one past the end.
    package func position(receivedSince time: Timestamp) throws -> Position {
        // Receive times follow the wall clock and may step back, so this is the first such event, by a walk of the tree
        // commits and then of one commit's events.
        try pool.read { db in
            let before =
                try Int64.fetchOne(
                    db, sql: "SELECT max(last) FROM tree WHERE committed < ?", arguments: [time.microseconds]) ?? 0
            return try Int64.fetchOne(
                db, sql: "SELECT min(position) FROM event WHERE position > ? AND received >= ?",
                arguments: [before, time.microseconds]) ?? (try Int64.fetchOne(db, sql: "SELECT max(position) FROM event") ?? 0)
                + 1
        }
    }

    /// The tree's root over the first `size` events (RFC 6962).
    package func root(size: Position) throws -> [UInt8] {
        try frontier(size: size).root
    }

    func frontier(size: Position) throws -> Frontier {
        try pool.read { db in
            var frontier = Frontier()
            if let row = try Row.fetchOne(
                db, sql: "SELECT last, frontier FROM tree WHERE last <= ? ORDER BY last DESC LIMIT 1", arguments: [size])
            {
                guard let found = Frontier(size: row["last"], bytes: row.bytes("frontier")) else {
                    throw JournalError(.damaged, "the tree at position \(row["last"] as Int64) is damaged; run 'patrold verify'")
                }
                frontier = found
            }
            try Self.forEachLeaf(db, after: frontier.size, through: size) { frontier.append($0) }
            return frontier
        }
    }

    /// The leaf hashes of the events in `after+1 ... through`.
    func leaves(after: Position, through last: Position) throws -> [[UInt8]] {
        try pool.read { db in
            var leaves: [[UInt8]] = []
            try Self.forEachLeaf(db, after: after, through: last) { leaves.append($0) }
            return leaves
        }
    }

    private static func forEachLeaf(
        _ db: Database, after: Position, through last: Position, _ body: ([UInt8]) throws -> Void
    ) throws {
        guard let connection = db.sqliteConnection else { throw JournalError(.unreadable, "the journal is closed") }
        let statement = try PreparedStatement(
            connection, "SELECT leaf FROM event WHERE position > ?1 AND position <= ?2 ORDER BY position")
        statement.bind(after, at: 1)
        statement.bind(last, at: 2)
        while try statement.step() { try body(statement.blob(0)) }
    }

    /// The tree as each commit left it, oldest first.
    func commits() throws -> [(last: Position, root: [UInt8], frontier: [UInt8])] {
        try pool.read { db in
            try Row.fetchAll(db, sql: "SELECT last, root, frontier FROM tree ORDER BY last").map {
                ($0["last"], $0.bytes("root"), $0.bytes("frontier"))
            }
        }
    }

    /// The quarantine, newest first.
    package func quarantine(state: QuarantineState? = .waiting, limit: Int = 1000) throws -> [QuarantineRow] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM quarantine WHERE ?1 IS NULL OR state = ?1 ORDER BY number DESC LIMIT ?2",
                arguments: [state?.rawValue, limit]
            ).map(quarantined)
        }
    }

    /// One row of the quarantine.
    package func quarantined(_ number: Int64) throws -> QuarantineRow? {
        try pool.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM quarantine WHERE number = ?", arguments: [number]).map(quarantined)
        }
    }

    /// How many rows wait in the quarantine.
    package func waitingInQuarantine() throws -> Int {
        try pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM quarantine WHERE state = 'waiting'") ?? 0 }
    }

    private func quarantined(_ row: Row) -> QuarantineRow {
        let stored = row.bytes("bytes")
        let bytes = SealedBytes.open(stored, with: seal, for: SealedBytes.quarantine)
        return QuarantineRow(
            number: row["number"],
            unreadable: Unreadable(
                source: row["source"], adapter: row["adapter"], reason: row["reason"], contentType: row["contenttype"],
                bytes: bytes ?? stored, received: Timestamp(microseconds: row["first"])),
            digest: row.bytes("digest"), last: Timestamp(microseconds: row["last"]), count: row["count"],
            state: QuarantineState(rawValue: row["state"]) ?? .waiting, isSealed: bytes == nil)
    }

    private static let columns = """
        SELECT position, name, id, type, subject, time, received, contenttype, extensions, data, leaf
        FROM event JOIN source ON source.number = event.source
        """

    private static func stored(_ row: PreparedStatement, _ known: inout KnownTexts) -> StoredEvent {
        StoredEvent(
            position: row.int(0),
            event: Event(
                source: known.source.text(row, 1), id: row.text(2), type: known.type.text(row, 3), subject: row.optionalText(4),
                time: row.optionalText(5), received: Timestamp(microseconds: row.int(6)),
                contentType: known.contentType.text(row, 7),
                data: row.blob(9), extensions: row.blob(8)),
            leaf: row.blob(10))
    }
}

/// Texts that most rows of a walk share: making them once a walk rather than once a row is a third of a row's cost.
private struct KnownTexts {
    struct Column {
        private var bytes: [UInt8] = []
        private var text = ""

        private static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: [UInt8]) -> Bool {
            guard left.count == right.count, let start = left.baseAddress else { return left.isEmpty && right.isEmpty }
            return right.withUnsafeBytes { right in right.baseAddress.map { memcmp(start, $0, left.count) == 0 } ?? true }
        }

        mutating func text(_ row: PreparedStatement, _ column: Int32) -> String {
            let found = row.bytes(column)
            if !Self.equal(found, bytes) {
                bytes = Array(found)
                text = String(decoding: found, as: UTF8.self)
            }
            return text
        }
    }

    var source = Column()
    var type = Column()
    var contentType = Column()
}

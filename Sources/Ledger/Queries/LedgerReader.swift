import GRDB
import Journal
import Model

/// The SQLite ledger as readers see it; works beside a writer and from another process.
package final class LedgerReader: LedgerReading {
    let pool: DatabasePool

    init(_ pool: DatabasePool) {
        self.pool = pool
    }

    /// Opens an existing ledger read-only.
    package convenience init(path: String) throws(LedgerError) {
        self.init(try LedgerStore.openForReading(path))
    }

    package func snapshot<Value>(_ body: (any LedgerSnapshot) throws -> Value) throws -> Value {
        try pool.read { db in
            guard let connection = db.sqliteConnection else { throw LedgerError(.missing, "the ledger is closed") }
            return try body(
                SQLiteSnapshot(db: db, connection: connection, position: try Ledger.value("figures", db)))
        }
    }

    /// The last projected position.
    package func cursor() throws -> Position {
        try pool.read { try Ledger.value("cursor", $0) }
    }
}

/// One read transaction's view; lives only inside `LedgerReader.snapshot`.
struct SQLiteSnapshot: LedgerSnapshot {
    let db: Database
    let connection: OpaquePointer
    let position: Position

    func records(of kind: String) throws -> [LedgerRecord] {
        let trails = try Row.fetchAll(
            db, sql: "SELECT id, position, leaf FROM register_event WHERE kind = ? ORDER BY id, position", arguments: [kind])
        let events = Dictionary(grouping: trails) { $0["id"] as String }
        return try Row.fetchAll(
            db, sql: "SELECT id, fields FROM register WHERE kind = ? AND voided = 0 ORDER BY day, id", arguments: [kind]
        ).map { row in
            let id: String = row["id"]
            let fields = try JSON(parsing: row.bytes("fields")).members ?? []
            let record = RegisterRecord(
                kind: kind, id: id,
                fields: fields.compactMap { member in member.value.plainText.map { RegisterRecord.Field(member.key, $0) } })
            return LedgerRecord(record: record, events: (events[id] ?? []).map(Self.reference))
        }
    }

    private static func reference(_ row: Row) -> EventReference {
        EventReference(position: row["position"], leaf: row.bytes("leaf"))
    }

    func tallies(_ name: String, year: Int) throws -> [Tally] {
        try Row.fetchAll(
            db, sql: "SELECT a, b, c, count FROM tally WHERE name = ? AND year = ? AND count <> 0 ORDER BY a, b, c",
            arguments: [name, year]
        ).map { Tally(keys: [$0["a"], $0["b"], $0["c"]], count: $0["count"]) }
    }

    func forEachComplaint(from: Timestamp, until: Timestamp, _ body: (ComplaintView) throws -> Void) throws {
        let statement = try PreparedStatement(
            connection,
            """
            SELECT accepted, channel, number, accepted_position, accepted_leaf, closed, closed_position, closed_leaf
            FROM complaint WHERE accepted >= ?1 AND accepted < ?2 ORDER BY accepted, channel, number
            """)
        statement.bind(from.microseconds, at: 1)
        statement.bind(until.microseconds, at: 2)
        while try statement.step() {
            try body(
                ComplaintView(
                    channel: statement.bytes(1), number: statement.bytes(2),
                    accepted: Timestamp(microseconds: statement.int(0)), acceptedPosition: statement.int(3),
                    acceptedLeaf: statement.bytes(4),
                    closed: statement.isNull(5) ? nil : Timestamp(microseconds: statement.int(5)),
                    closedPosition: statement.int(6), closedLeaf: statement.bytes(7)))
        }
    }

    func refusedComplaints(from: Timestamp, until: Timestamp) throws -> [Tally] {
        var counts: [[String]: Int] = [:]
        // Few are refused, and their incidents are found by their state.
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT complaint.accepted, complaint.channel FROM incident JOIN complaint
                ON complaint.channel = incident.channel AND complaint.number = incident.reference
                WHERE incident.state = 'rejected' AND incident.origin = 'complaint'
                AND complaint.accepted >= ? AND complaint.accepted < ?
                """, arguments: [from.microseconds, until.microseconds])
        while let row = try rows.next() {
            let month = Day(Timestamp(microseconds: row["accepted"]), in: .shanghai).monthText
            counts[[month, row["channel"]], default: 0] += 1
        }
        return counts.map { Tally(keys: $0.key, count: $0.value) }.sorted { $0.keys.lexicographicallyPrecedes($1.keys) }
    }

    func cameras() throws -> [CameraRow] {
        try Row.fetchAll(db, sql: "SELECT device, since, position, leaf FROM camera ORDER BY device").map { row in
            CameraRow(
                device: row["device"], since: Timestamp(microseconds: row["since"]), event: Self.reference(row))
        }
    }

    func gaps(from: Timestamp, until: Timestamp) throws -> [GapRow] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM gap WHERE start < ?2 AND (until IS NULL OR until > ?1) ORDER BY start, feed",
            arguments: [from.microseconds, until.microseconds]
        ).map { row in
            let events = [("open_position", "open_leaf"), ("close_position", "close_leaf")].compactMap { position, leaf in
                (row[position] as Int64?).map { EventReference(position: $0, leaf: row.bytes(leaf)) }
            }
            return GapRow(
                feed: row["feed"], from: Timestamp(microseconds: row["start"]),
                until: (row["until"] as Int64?).map { Timestamp(microseconds: $0) }, reason: row["reason"], events: events)
        }
    }
}

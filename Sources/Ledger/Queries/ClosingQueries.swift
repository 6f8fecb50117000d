import GRDB
import Incidents
import Model

extension LedgerReader {
    /// The complaints that must be closed back because of an event, as `ClosingBack` asks for them.
    ///
    /// None where the event had no effect, and none that its own channel has closed.
    package func closingsDue(_ cause: ClosingBack.Cause, _ stored: StoredEvent) throws -> [ClosingBack.Due] {
        try pool.read { db in
            switch cause {
            case .incident(let id): try Self.due(closed: id, stored, db)
            case .merged(let name): try Self.due(merged: name, stored, db)
            }
        }
    }

    private static func due(closed id: String, _ stored: StoredEvent, _ db: Database) throws -> [ClosingBack.Due] {
        let sql = """
            SELECT channel, reference FROM incident JOIN incident_event ON incident_event.incident = incident.id
            WHERE id = ? AND origin = 'complaint' AND channel IS NOT NULL AND position = ? AND refused IS NULL
            """
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [id, stored.position]) else { return [] }
        let name = ComplaintName(channel: row["channel"], number: row["reference"])
        let outcome = stored.event.payload?["reason"]?.string
        return try open(under: name, besides: stored.position, db).map {
            ClosingBack.Due(name: $0, closed: stored.event.received, outcome: outcome)
        }
    }

    /// A complaint that joins one which is closed already has nobody left to wait for.
    private static func due(merged name: ComplaintName, _ stored: StoredEvent, _ db: Database) throws -> [ClosingBack.Due] {
        let sql = "SELECT 1 FROM complaint WHERE channel = ? AND number = ? AND merged_position = ?"
        guard try Row.fetchOne(db, sql: sql, arguments: [name.channel, name.number, stored.position]) != nil,
            let root = try root(of: name, db), root.closed != nil
        else { return [] }
        return try open(under: name, besides: stored.position, db).map {
            ClosingBack.Due(name: $0, closed: stored.event.received, outcome: root.outcome)
        }
    }

    /// A complaint and all that are merged into it, also by way of others, as far as no earlier event closed them.
    private static func open(under name: ComplaintName, besides position: Position, _ db: Database) throws -> [ComplaintName] {
        try Row.fetchAll(
            db,
            sql: """
                WITH RECURSIVE family (channel, number) AS (
                    VALUES (:channel, :number)
                    UNION SELECT complaint.channel, complaint.number FROM complaint
                        JOIN family ON complaint.merged_into = family.channel || '/' || family.number)
                SELECT complaint.channel AS channel, complaint.number AS number FROM complaint JOIN family
                    ON complaint.channel = family.channel AND complaint.number = family.number
                WHERE closed_position IS NULL OR closed_position = :position
                """, arguments: ["channel": name.channel, "number": name.number, "position": position]
        ).map { ComplaintName(channel: $0["channel"], number: $0["number"]) }
    }
}

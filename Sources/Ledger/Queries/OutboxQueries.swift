import GRDB
import Incidents
import Model

/// A message to one recipient as it stands.
package struct OutboxRow: Hashable, Sendable {
    package let entry: OutboxEntry
    /// Such as `complaint.closed`.
    package let kind: String
    package let state: OutboxState
    /// What the recipient said last, or why it could not be reached.
    package let sentence: String?

    package var json: JSON {
        .object(present: [
            ("message", .string(entry.key.message)), ("recipient", .string(entry.key.recipient)), ("kind", .string(kind)),
            ("subject", .string(entry.subject)), ("state", .string(state.rawValue)), ("tries", .int(entry.tries)),
            ("queued", .string(entry.queued.text())), ("tried", entry.tried.map { .string($0.text()) }),
            ("sentence", sentence.map { .string(PersonalText.masked($0)) }), ("position", .int(entry.position)),
        ])
    }

    init?(_ row: Row) {
        guard let state = OutboxState(rawValue: row["state"]) else { return nil }
        self.state = state
        kind = row["kind"]
        sentence = row["sentence"]
        entry = OutboxEntry(
            key: OutboxEntry.Key(message: row["message"], recipient: row["recipient"]), subject: row["subject"],
            position: row["position"], queued: Timestamp(microseconds: row["queued"]), tries: row["tries"],
            tried: (row["tried"] as Int64?).map { Timestamp(microseconds: $0) })
    }
}

extension LedgerReader {
    /// The oldest messages that are neither delivered nor given up.
    package func pendingOutbox(limit: Int = 10_000) throws -> [OutboxEntry] {
        try pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM outbox WHERE state = 'pending' ORDER BY position, recipient LIMIT ?", arguments: [limit]
            ).compactMap { OutboxRow($0)?.entry }
        }
    }

    /// Messages, newest first.
    ///
    /// - Parameters:
    ///   - state: nothing means all.
    ///   - subject: those about this complaint only.
    package func outbox(state: OutboxState? = nil, subject: String? = nil, limit: Int = 100) throws -> [OutboxRow] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM outbox WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR subject = ?2)
                    ORDER BY position DESC, recipient LIMIT ?3
                    """, arguments: [state?.rawValue, subject, limit]
            ).compactMap { OutboxRow($0) }
        }
    }

    /// How many messages stand in each state.
    package func outboxCounts() throws -> [(state: String, count: Int)] {
        try pool.read { db in
            try Row.fetchAll(db, sql: "SELECT state, count(*) AS n FROM outbox GROUP BY state ORDER BY state").map {
                ($0["state"], $0["n"])
            }
        }
    }
}

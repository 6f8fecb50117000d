import GRDB
import Journal
import Model

/// One event that brought an item of evidence.
package struct EvidenceRow: Hashable, Sendable {
    package let sha256: String
    package let kind: EvidenceItem.Kind
    package let device: String
    /// The device's clock where it can be read.
    package let clock: Timestamp?
    package let received: Timestamp
    /// The event's place in the journal; the rest of what is known stands there.
    package let position: Position
    /// Nothing where the event did not say.
    package let bytes: Int64?
    /// The feed, `patrold:/feeds/NAME`.
    package let source: String
    package let isHeld: Bool
    /// How many incidents it is attached to.
    package let incidents: Int

    package var json: JSON {
        .object(present: [
            ("sha256", .string(sha256)), ("kind", .string(kind.rawValue)), ("device", .string(device)),
            ("clock", clock.map { .string($0.text()) }), ("received", .string(received.text())), ("position", .int(position)),
            ("bytes", bytes.map { .int($0) }), ("source", .string(source)), ("held", .bool(isHeld)),
            ("incidents", .int(incidents)),
        ])
    }

    init?(_ row: Row) {
        guard let kind = EvidenceItem.Kind(rawValue: row["kind"]) else { return nil }
        self.kind = kind
        sha256 = row["sha256"]
        device = row["device"]
        clock = (row["clock"] as Int64?).map { Timestamp(microseconds: $0) }
        received = Timestamp(microseconds: row["received"])
        position = row["position"]
        bytes = row["bytes"]
        source = row["source"]
        isHeld = row["isHeld"]
        incidents = row["incidents"]
    }
}

/// Which items to list.
package struct EvidenceFilter: Hashable, Sendable {
    package var device: String?
    package var kind: EvidenceItem.Kind?
    /// Only what is attached to this incident.
    package var incident: String?
    package var heldOnly = false
    package var limit = 50

    package init() {}
}

extension LedgerReader {
    /// The newest items that fit, newest first; content that came several times is several rows.
    package func evidence(_ filter: EvidenceFilter = EvidenceFilter()) throws -> [EvidenceRow] {
        var conditions: [String] = []
        var arguments: [String: (any DatabaseValueConvertible)?] = ["limit": filter.limit]
        if let device = filter.device {
            conditions.append("device = :device")
            arguments["device"] = device
        }
        if let kind = filter.kind {
            conditions.append("kind = :kind")
            arguments["kind"] = kind.rawValue
        }
        if let incident = filter.incident {
            conditions.append("sha256 IN (SELECT sha256 FROM attachment WHERE incident = :incident)")
            arguments["incident"] = incident
        }
        if filter.heldOnly { conditions.append("sha256 IN (SELECT sha256 FROM held)") }
        let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        return try pool.read { db in
            try Row.fetchAll(
                db, sql: Self.items + " WHERE \(condition) ORDER BY position DESC LIMIT :limit",
                arguments: StatementArguments(arguments)
            ).compactMap { EvidenceRow($0) }
        }
    }

    /// The events that brought that content, oldest first; the first made the item.
    package func evidence(sha256: String) throws -> [EvidenceRow] {
        try pool.read { db in
            try Row.fetchAll(db, sql: Self.items + " WHERE sha256 = ? ORDER BY position", arguments: [sha256])
                .compactMap { EvidenceRow($0) }
        }
    }

    /// The items whose SHA-256 begins so, at most `limit` of them, so that a person may type the beginning only.
    package func evidence(beginning prefix: String, limit: Int = 2) throws -> [String] {
        guard !prefix.isEmpty, prefix.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return [] }
        return try pool.read { db in
            try String.fetchAll(
                db,
                sql: "SELECT DISTINCT sha256 FROM evidence WHERE sha256 >= ?1 AND sha256 < ?1 || 'g' ORDER BY sha256 LIMIT ?2",
                arguments: [prefix, limit])
        }
    }

    /// The positions of what was done with an item, oldest first.
    package func custody(of sha256: String) throws -> [Position] {
        try pool.read { db in
            try Int64.fetchAll(db, sql: "SELECT position FROM custody WHERE sha256 = ? ORDER BY position", arguments: [sha256])
        }
    }

    /// Whether a hold is in force or the item belongs to an incident: then nothing may remove it.
    package func mustStay(_ sha256: String) throws -> Bool {
        try pool.read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM held WHERE sha256 = ?1)
                        OR EXISTS (SELECT 1 FROM custody WHERE sha256 = ?1 AND act = 'attached'
                            AND EXISTS (SELECT 1 FROM attachment WHERE incident = custody.incident AND sha256 = ?1))
                    """, arguments: [sha256]) ?? false
        }
    }

    /// How far a device's clock was off, in milliseconds, when it was last measured by a moment.
    package func clockOffset(of device: String, by moment: Timestamp) throws -> Int64? {
        try pool.read { db in
            try Int64.fetchOne(
                db,
                sql: "SELECT milliseconds FROM clock_offset WHERE device = ? AND received <= ? ORDER BY received DESC LIMIT 1",
                arguments: [device, moment.microseconds])
        }
    }

    /// Walks the files that the store must have, `from..<until` by SHA-256, each once with its length where it is known.
    ///
    /// - Parameter until: nothing means the end.
    package func forEachStored(
        from: String, until: String?, _ body: (_ sha256: String, _ bytes: Int64?) throws -> Void
    ) throws {
        try pool.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT sha256, max(bytes) AS bytes FROM evidence WHERE sha256 >= ?1 AND sha256 < ?2
                    GROUP BY sha256 ORDER BY sha256
                    """, arguments: [from, until ?? "g"])
            while let row = try rows.next() { try body(row["sha256"], row["bytes"]) }
        }
    }

    /// What the last night's re-hashing found, and when.
    package func lastScrub() throws -> (received: Timestamp, report: ScrubReport)? {
        try pool.read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM scrub ORDER BY position DESC LIMIT 1"),
                let report = (try? JSON(parsing: row.bytes("report"))).flatMap({ ScrubReport($0) })
            else { return nil }
            return (Timestamp(microseconds: row["received"]), report)
        }
    }

    private static let items = """
        SELECT evidence.*, EXISTS (SELECT 1 FROM held WHERE held.sha256 = evidence.sha256) AS isHeld,
            (SELECT count(DISTINCT custody.incident) FROM custody JOIN attachment
                ON attachment.incident = custody.incident AND attachment.sha256 = custody.sha256
                WHERE custody.sha256 = evidence.sha256) AS incidents
        FROM evidence
        """
}

import GRDB
import Journal
import Model

/// An incident as it stands.
package struct IncidentRow: Hashable, Sendable {
    package let id: String
    package let state: IncidentState
    package let opened: Timestamp
    package let origin: String
    package let channel: String?
    package let reference: String
    package let alarmClass: String?
    package let category: String?
    package let place: String?
    package let sightings: Int
    package let lastSeen: Timestamp
    package let changed: Timestamp
    package let due: Timestamp?
    package let overdue: Bool
    package let department: String?
    package let rework: Int
    package let forced: Bool
    /// The complaint with whose incident this one counts, where its own complaint was merged.
    package let mergedInto: String?

    package var json: JSON {
        .object(present: [
            ("id", .string(id)), ("state", .string(state.rawValue)), ("opened", .string(opened.text())),
            ("origin", .string(origin)), ("channel", channel.map { .string($0) }), ("reference", .string(reference)),
            ("class", alarmClass.map { .string($0) }), ("category", category.map { .string($0) }),
            ("place", place.map { .string($0) }), ("sightings", .int(sightings)), ("lastSeen", .string(lastSeen.text())),
            ("changed", .string(changed.text())), ("due", due.map { .string($0.text()) }), ("overdue", .bool(overdue)),
            ("department", department.map { .string($0) }), ("rework", .int(rework)), ("forced", .bool(forced)),
            ("mergedInto", mergedInto.map { .string($0) }),
        ])
    }

    init?(_ row: Row) {
        guard let state = IncidentState(rawValue: row["state"]) else { return nil }
        self.state = state
        id = row["id"]
        opened = Timestamp(microseconds: row["opened"])
        origin = row["origin"]
        channel = row["channel"]
        reference = row["reference"]
        alarmClass = row["class"]
        category = row["category"]
        place = row["place"]
        sightings = row["sightings"]
        lastSeen = Timestamp(microseconds: row["seen"])
        changed = Timestamp(microseconds: row["changed"])
        due = (row["due"] as Int64?).map { Timestamp(microseconds: $0) }
        overdue = row["overdue"]
        department = row["department"]
        rework = row["rework"]
        forced = row["forced"]
        mergedInto = row["merged_into"]
    }
}

/// Which incidents to list.
package struct IncidentFilter: Hashable, Sendable {
    package var state: IncidentState?
    package var origin: String?
    package var openOnly = false
    /// What was merged into another is worked off, and counted, with that one.
    package var merged = Merged.hidden
    package var limit = 50

    /// What becomes of incidents that count with that of another complaint.
    package enum Merged: String, Hashable, Sendable, CaseIterable {
        case hidden, shown, only
    }

    package init() {}
}

/// One step of an incident's history: the event's position, and why it had no effect where it had none.
package struct IncidentStep: Hashable, Sendable {
    package let position: Position
    package let refused: String?
}

extension LedgerReader {
    /// The newest incidents that fit, newest first.
    package func incidents(_ filter: IncidentFilter) throws -> [IncidentRow] {
        var conditions: [String] = []
        var arguments: [String: (any DatabaseValueConvertible)?] = ["limit": filter.limit]
        if let state = filter.state {
            conditions.append("state = :state")
            arguments["state"] = state.rawValue
        }
        if let origin = filter.origin {
            conditions.append("origin = :origin")
            arguments["origin"] = origin
        }
        if filter.openOnly { conditions.append("state NOT IN ('closed', 'rejected')") }
        switch filter.merged {
        case .hidden: conditions.append("merged_into IS NULL")
        case .shown: break
        case .only: conditions.append("merged_into IS NOT NULL")
        }
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return try pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM incident\(condition) ORDER BY opened DESC, id DESC LIMIT :limit",
                arguments: StatementArguments(arguments)
            ).compactMap(IncidentRow.init)
        }
    }

    /// One incident.
    package func incident(_ id: String) throws -> IncidentRow? {
        try pool.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM incident WHERE id = ?", arguments: [id]).flatMap(IncidentRow.init)
        }
    }

    /// An incident's history, oldest first.
    package func steps(of incident: String) throws -> [IncidentStep] {
        try pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT position, refused FROM incident_event WHERE incident = ? ORDER BY position",
                arguments: [incident]
            ).map { IncidentStep(position: $0["position"], refused: $0["refused"]) }
        }
    }

    /// The incidents whose stage limit has passed by a moment and that are not flagged yet.
    package func newlyOverdue(at time: Timestamp, limit: Int) throws -> [IncidentRow] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM incident WHERE due IS NOT NULL AND overdue = 0 AND due < ?
                    AND state NOT IN ('closed', 'rejected') AND merged_into IS NULL ORDER BY due, id LIMIT ?
                    """,
                arguments: [time.microseconds, limit]
            ).compactMap(IncidentRow.init)
        }
    }

    /// How many incidents stand in each state, merged ones left out.
    package func incidentCounts() throws -> [(state: String, count: Int)] {
        try pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT state, count(*) AS n FROM incident WHERE merged_into IS NULL GROUP BY state ORDER BY state"
            ).map { ($0["state"], $0["n"]) }
        }
    }
}

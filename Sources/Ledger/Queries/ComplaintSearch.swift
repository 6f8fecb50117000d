import GRDB
import Model

/// Which complaints to list, and what a list tells of each.
package struct ComplaintSearch: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable, CaseIterable {
        case open, closed
    }

    /// A complaint as the register has it, with the incident that it opened.
    package struct Found: Hashable, Sendable {
        package let channel: String
        package let number: String
        /// 大类+小类, four digits.
        package let category: String?
        package let accepted: Timestamp
        /// The place as last told.
        package let place: String?
        /// Where the journal has the complaint as it was accepted, and its last text.
        package let acceptedPosition: Position
        package let textPosition: Position
        package let closed: Timestamp?
        /// The incident's state in the lifecycle, where it opened one.
        package let stage: IncidentState?
        /// When the incident last changed.
        package let changed: Timestamp?
        /// When the incident's present stage must be done.
        package let due: Timestamp?

        /// Closed by its channel or with its incident, or not accepted (不予受理).
        package var status: Status { closed != nil || stage == .rejected ? .closed : .open }
    }

    /// First and last moment of acceptance, both included.
    package var from: Timestamp
    package var through: Timestamp
    /// Of these channels only; nothing means all.
    package var channels: Set<String>?
    /// Of these categories only; nothing means all.
    package var categories: Set<String>?
    package var status: Status?
    package var limit = 1000

    package init(from: Timestamp, through: Timestamp) {
        self.from = from
        self.through = through
    }
}

extension LedgerReader {
    /// The complaints that fit, newest first.
    package func complaints(_ search: ComplaintSearch) throws -> [ComplaintSearch.Found] {
        var condition = "complaint.accepted BETWEEN ? AND ?"
        var arguments: [any DatabaseValueConvertible] = [search.from.microseconds, search.through.microseconds]
        for (column, values) in [("channel", search.channels), ("category", search.categories)] {
            guard let values else { continue }
            let marks = [String](repeating: "?", count: values.count).joined(separator: ", ")
            condition += " AND complaint.\(column) IN (\(marks))"
            arguments += values.sorted()
        }
        switch search.status {
        case .open: condition += " AND complaint.closed IS NULL AND coalesce(incident.state, '') <> 'rejected'"
        case .closed: condition += " AND (complaint.closed IS NOT NULL OR incident.state = 'rejected')"
        case nil: break
        }
        arguments.append(search.limit)
        return try pool.read { db in
            try Row.fetchAll(
                db,
                sql: Self.complaints + " WHERE " + condition
                    + " ORDER BY complaint.accepted DESC, complaint.channel DESC, complaint.number DESC LIMIT ?",
                arguments: StatementArguments(arguments)
            ).map { ComplaintSearch.Found($0) }
        }
    }

    /// The complaints of those names, in their order; unknown ones are left out.
    package func complaints(named names: [(channel: String, number: String)]) throws -> [ComplaintSearch.Found] {
        try pool.read { db in
            let statement = try db.cachedStatement(
                sql: Self.complaints + " WHERE complaint.channel = ? AND complaint.number = ? LIMIT 1")
            return try names.compactMap { name in
                try Row.fetchOne(statement, arguments: [name.channel, name.number]).map { ComplaintSearch.Found($0) }
            }
        }
    }

    /// A complaint's incident begins when it was accepted, and `incident_time` finds it by that.
    private static let complaints = """
        SELECT complaint.channel AS channel, complaint.number AS number, complaint.category AS category,
            complaint.place AS place, complaint.accepted AS accepted, complaint.accepted_position AS accepted_position,
            complaint.text_position AS text_position, complaint.closed AS closed, incident.state AS state, incident.changed AS changed, incident.due AS due
        FROM complaint LEFT JOIN incident ON incident.opened = complaint.accepted AND incident.origin = 'complaint'
            AND incident.channel = complaint.channel AND incident.reference = complaint.number
        """
}

extension ComplaintSearch.Found {
    fileprivate init(_ row: Row) {
        channel = row["channel"]
        number = row["number"]
        category = row["category"]
        accepted = Timestamp(microseconds: row["accepted"])
        place = row["place"]
        acceptedPosition = row["accepted_position"]
        textPosition = row["text_position"]
        closed = (row["closed"] as Int64?).map { Timestamp(microseconds: $0) }
        stage = (row["state"] as String?).flatMap { IncidentState(rawValue: $0) }
        changed = (row["changed"] as Int64?).map { Timestamp(microseconds: $0) }
        due = (row["due"] as Int64?).map { Timestamp(microseconds: $0) }
    }
}

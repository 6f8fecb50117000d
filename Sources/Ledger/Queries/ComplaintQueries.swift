import GRDB
import Incidents
import Journal
import Model

/// A complaint as it stands; no personal data, and its words stay in the journal.
package struct ComplaintRow: Hashable, Sendable {
    package let name: ComplaintName
    package let accepted: Timestamp
    /// 大类+小类, four digits.
    package let category: String?
    package let place: String?
    package let closed: Timestamp?
    package let outcome: String?
    /// The complaint with whose incident this one counts.
    package let mergedInto: ComplaintName?
    /// Its own first incident, whether it counts or not.
    package let incident: String?
    package let incidentState: IncidentState?
    /// Where the journal has its acceptance, its last text, and its closing.
    package let acceptedPosition: Position
    package let textPosition: Position
    package let closedPosition: Position?

    package var json: JSON {
        .object(present: [
            ("complaint", .string(name.description)), ("channel", .string(name.channel)), ("number", .string(name.number)),
            ("accepted", .string(accepted.text())), ("category", category.map { .string($0) }),
            ("place", place.map { .string(PersonalText.masked($0)) }), ("closed", closed.map { .string($0.text()) }),
            ("outcome", outcome.map { .string(PersonalText.masked($0)) }),
            ("mergedInto", mergedInto.map { .string($0.description) }), ("incident", incident.map { .string($0) }),
            ("incidentState", incidentState.map { .string($0.rawValue) }), ("acceptedPosition", .int(acceptedPosition)),
            ("textPosition", .int(textPosition)), ("closedPosition", closedPosition.map { .int($0) }),
        ])
    }

    init(_ row: Row) {
        name = ComplaintName(channel: row["channel"], number: row["number"])
        accepted = Timestamp(microseconds: row["accepted"])
        category = row["category"]
        place = row["place"]
        closed = (row["closed"] as Int64?).map { Timestamp(microseconds: $0) }
        outcome = row["outcome"]
        mergedInto = (row["merged_into"] as String?).flatMap { ComplaintName($0) }
        incident = row["incident"]
        incidentState = (row["state"] as String?).flatMap(IncidentState.init(rawValue:))
        acceptedPosition = row["accepted_position"]
        textPosition = row["text_position"]
        closedPosition = row["closed_position"]
    }
}

/// Which complaints to list.
package struct ComplaintFilter: Hashable, Sendable {
    package var channel: String?
    /// True for what is not closed, false for what is.
    package var open: Bool?
    /// Accepted at or after this moment.
    package var from: Timestamp?
    /// Accepted before this moment.
    package var until: Timestamp?
    /// True for what is merged into another, false for what is not.
    package var merged: Bool?
    package var limit = 50

    package init() {}
}

extension LedgerReader {
    /// The complaints that fit, newest first.
    package func register(_ filter: ComplaintFilter) throws -> [ComplaintRow] {
        var conditions: [String] = []
        var arguments: [String: (any DatabaseValueConvertible)?] = ["limit": filter.limit]
        if let channel = filter.channel {
            conditions.append("c.channel = :channel")
            arguments["channel"] = channel
        }
        if let open = filter.open { conditions.append(open ? "c.closed IS NULL" : "c.closed IS NOT NULL") }
        if let merged = filter.merged { conditions.append(merged ? "c.merged_into IS NOT NULL" : "c.merged_into IS NULL") }
        if let from = filter.from {
            conditions.append("c.accepted >= :from")
            arguments["from"] = from.microseconds
        }
        if let until = filter.until {
            conditions.append("c.accepted < :until")
            arguments["until"] = until.microseconds
        }
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return try pool.read { db in
            try Row.fetchAll(
                db,
                sql: Self.rows + condition + " ORDER BY c.accepted DESC, c.channel DESC, c.number DESC LIMIT :limit",
                arguments: StatementArguments(arguments)
            ).map { ComplaintRow($0) }
        }
    }

    /// One complaint.
    package func complaint(_ name: ComplaintName) throws -> ComplaintRow? {
        try pool.read { try Self.complaint(name, $0) }
    }

    /// The complaints whose number that is, whatever their channel.
    package func complaints(numbered number: String) throws -> [ComplaintRow] {
        try pool.read { db in
            try Row.fetchAll(db, sql: Self.rows + " WHERE c.number = ? ORDER BY c.channel", arguments: [number])
                .map { ComplaintRow($0) }
        }
    }

    /// The complaints that were merged into one and have not been separated again, by name; not those merged into them.
    package func merged(into name: ComplaintName) throws -> [ComplaintRow] {
        try pool.read { db in
            try Row.fetchAll(
                db, sql: Self.rows + " WHERE c.merged_into = ? ORDER BY c.channel, c.number", arguments: [name.description]
            ).map { ComplaintRow($0) }
        }
    }

    /// The complaint with whose incident one counts in the end; itself where it is not merged.
    package func root(of name: ComplaintName) throws -> ComplaintRow? {
        try pool.read { try Self.root(of: name, $0) }
    }

    /// How a complaint stands, as `ComplaintMerges` asks for it; nothing for an unknown one.
    package func standing(_ name: ComplaintName) throws -> ComplaintMerges.Standing? {
        try complaint(name).map { ComplaintMerges.Standing(mergedInto: $0.mergedInto) }
    }

    /// A complaint's history, oldest first.
    package func steps(of name: ComplaintName) throws -> [IncidentStep] {
        try pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT position, refused FROM complaint_event WHERE channel = ? AND number = ? ORDER BY position",
                arguments: [name.channel, name.number]
            ).map { IncidentStep(position: $0["position"], refused: $0["refused"]) }
        }
    }

    /// Complaints as they are compared, with their words from the journal; those without an event there are left out.
    package func facts(
        of rows: [ComplaintRow], _ journal: JournalReader, areas: [String] = PlaceText.areas
    ) throws -> [ComplaintFacts] {
        try rows.compactMap { row in
            guard let payload = try journal.event(at: row.textPosition)?.event.payload else { return nil }
            return ComplaintFacts(
                name: row.name, accepted: row.accepted, text: payload["text"]?.string ?? "", place: row.place,
                category: row.category, areas: areas)
        }
    }

    static func complaint(_ name: ComplaintName, _ db: Database) throws -> ComplaintRow? {
        try Row.fetchOne(
            db, sql: rows + " WHERE c.channel = ? AND c.number = ?", arguments: [name.channel, name.number]
        ).map { ComplaintRow($0) }
    }

    static func root(of name: ComplaintName, _ db: Database) throws -> ComplaintRow? {
        var row = try complaint(name, db)
        // The projection lets no ring arise.
        while let next = row?.mergedInto { row = try complaint(next, db) }
        return row
    }

    private static let rows = """
        SELECT c.accepted, c.channel, c.number, c.category, c.place, c.closed, c.outcome, c.merged_into,
            c.accepted_position, c.text_position, c.closed_position, i.id AS incident, i.state AS state
        FROM complaint c LEFT JOIN incident i ON i.id = (
            SELECT id FROM incident WHERE channel = c.channel AND reference = c.number AND origin = 'complaint'
            ORDER BY opened, id LIMIT 1)
        """
}

import Incidents
import Journal
import Model

/// Keeps the complaints: accepted once, told anew at will, closed at most once.
struct ComplaintRows {
    private let insert: PreparedStatement
    private let find: PreparedStatement
    private let update: PreparedStatement
    private let close: PreparedStatement
    private let trail: PreparedStatement

    /// Steps of complaints: what was said or done, and why it had no effect where it had none.
    static let tables = """
        CREATE TABLE complaint_event (
            channel TEXT NOT NULL, number TEXT NOT NULL, position INTEGER NOT NULL, refused TEXT,
            PRIMARY KEY (channel, number, position)) WITHOUT ROWID;
        """

    init(_ connection: OpaquePointer) throws {
        insert = try PreparedStatement(
            connection,
            """
            INSERT INTO complaint (accepted, channel, number, category, accepted_position, accepted_leaf, place, text_position,
                text_digest)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?5, ?8
            WHERE NOT EXISTS (SELECT 1 FROM complaint WHERE channel = ?2 AND number = ?3)
            """)
        find = try PreparedStatement(
            connection, "SELECT accepted, closed IS NOT NULL, category FROM complaint WHERE channel = ?1 AND number = ?2")
        update = try PreparedStatement(
            connection,
            """
            UPDATE complaint SET category = coalesce(?4, category), place = coalesce(?5, place),
                text_position = coalesce(?6, text_position), text_digest = coalesce(?7, text_digest)
            WHERE accepted = ?1 AND channel = ?2 AND number = ?3
            """)
        close = try PreparedStatement(
            connection,
            """
            UPDATE complaint SET closed = ?4, closed_position = ?5, closed_leaf = ?6, outcome = ?7
            WHERE accepted = ?1 AND channel = ?2 AND number = ?3
            """)
        trail = try PreparedStatement(
            connection, "INSERT OR IGNORE INTO complaint_event (channel, number, position, refused) VALUES (?1, ?2, ?3, ?4)")
    }

    func receive(_ complaint: Complaint, _ stored: StoredEvent, _ tallies: inout Tallies) throws {
        insert.bind(complaint.accepted.microseconds, at: 1)
        insert.bind(complaint.channel, at: 2)
        insert.bind(complaint.number, at: 3)
        insert.bind(complaint.category, at: 4)
        insert.bind(stored.position, at: 5)
        insert.bind(stored.leaf, at: 6)
        insert.bind(complaint.place, at: 7)
        insert.bind(textDigest(complaint.text), at: 8)
        guard try insert.run() == 1 else { return }
        let day = Day(complaint.accepted, in: .shanghai)
        tallies.count("complaint.accepted", year: day.year, day.monthText, complaint.channel, complaint.category ?? "")
        try record(complaint.name, stored)
    }

    /// Takes what the channel says anew; of a complaint that nobody has sent it has no effect.
    func update(_ said: ComplaintUpdate, _ stored: StoredEvent, _ tallies: inout Tallies) throws {
        guard let found = try row(said.name) else { return }
        update.bind(found.accepted, at: 1)
        update.bind(said.name.channel, at: 2)
        update.bind(said.name.number, at: 3)
        update.bind(said.category, at: 4)
        update.bind(said.place, at: 5)
        if let text = said.text {
            update.bind(stored.position, at: 6)
            update.bind(textDigest(text), at: 7)
        } else {
            update.bindNull(at: 6)
            update.bindNull(at: 7)
        }
        try update.run()
        if let category = said.category, category != found.category {
            // The complaint counts where it belongs now, still in the month of its acceptance.
            let day = Day(Timestamp(microseconds: found.accepted), in: .shanghai)
            let (name, channel) = ("complaint.accepted", said.name.channel)
            tallies.count(name, year: day.year, day.monthText, channel, found.category ?? "", by: -1)
            tallies.count(name, year: day.year, day.monthText, channel, category)
        }
        try record(said.name, stored)
    }

    /// Closes a complaint that is open; a second closing changes nothing.
    func close(_ closing: ComplaintClosing, _ stored: StoredEvent, _ tallies: inout Tallies) throws {
        guard let found = try row(closing.name), !found.isClosed else { return }
        close.bind(found.accepted, at: 1)
        close.bind(closing.channel, at: 2)
        close.bind(closing.number, at: 3)
        close.bind(closing.closed.microseconds, at: 4)
        close.bind(stored.position, at: 5)
        close.bind(stored.leaf, at: 6)
        close.bind(closing.outcome, at: 7)
        try close.run()
        let year = Day(Timestamp(microseconds: found.accepted), in: .shanghai).year
        tallies.count(
            "complaint.closed", year: year, Day(closing.closed, in: .shanghai).description, closing.channel)
        try record(closing.name, stored)
    }

    func record(_ name: ComplaintName, _ stored: StoredEvent, refused: String? = nil) throws {
        trail.bind(name.channel, at: 1)
        trail.bind(name.number, at: 2)
        trail.bind(stored.position, at: 3)
        trail.bind(refused, at: 4)
        try trail.run()
    }

    private func row(_ name: ComplaintName) throws -> (accepted: Int64, isClosed: Bool, category: String?)? {
        find.bind(name.channel, at: 1)
        find.bind(name.number, at: 2)
        guard try find.step() else { return nil }
        defer { find.reset() }
        return (find.int(0), find.int(1) == 1, find.optionalText(2))
    }
}

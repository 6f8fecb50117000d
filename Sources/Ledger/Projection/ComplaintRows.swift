import Journal
import Model

/// Keeps the complaints: accepted once, closed at most once.
struct ComplaintRows {
    private let insert: PreparedStatement
    private let find: PreparedStatement
    private let close: PreparedStatement

    init(_ connection: OpaquePointer) throws {
        insert = try PreparedStatement(
            connection,
            """
            INSERT INTO complaint (accepted, channel, number, category, accepted_position, accepted_leaf)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM complaint WHERE channel = ?2 AND number = ?3)
            """)
        find = try PreparedStatement(
            connection, "SELECT accepted, closed IS NOT NULL FROM complaint WHERE channel = ?1 AND number = ?2")
        close = try PreparedStatement(
            connection,
            """
            UPDATE complaint SET closed = ?4, closed_position = ?5, closed_leaf = ?6
            WHERE accepted = ?1 AND channel = ?2 AND number = ?3
            """)
    }

    func receive(_ complaint: Complaint, _ stored: StoredEvent, _ tallies: inout Tallies) throws {
        insert.bind(complaint.accepted.microseconds, at: 1)
        insert.bind(complaint.channel, at: 2)
        insert.bind(complaint.number, at: 3)
        insert.bind(complaint.category, at: 4)
        insert.bind(stored.position, at: 5)
        insert.bind(stored.leaf, at: 6)
        guard try insert.run() == 1 else { return }
        let day = Day(complaint.accepted, in: .shanghai)
        tallies.count("complaint.accepted", year: day.year, day.monthText, complaint.channel, complaint.category ?? "")
    }

    /// Closes a complaint that is open; a second closing changes nothing.
    func close(
        channel: String, number: String, at closed: Timestamp, _ stored: StoredEvent, _ tallies: inout Tallies
    ) throws {
        find.bind(channel, at: 1)
        find.bind(number, at: 2)
        guard try find.step() else { return }
        let (accepted, isClosed) = (find.int(0), find.int(1) == 1)
        find.reset()
        guard !isClosed else { return }
        close.bind(accepted, at: 1)
        close.bind(channel, at: 2)
        close.bind(number, at: 3)
        close.bind(closed.microseconds, at: 4)
        close.bind(stored.position, at: 5)
        close.bind(stored.leaf, at: 6)
        try close.run()
        let year = Day(Timestamp(microseconds: accepted), in: .shanghai).year
        tallies.count("complaint.closed", year: year, Day(closed, in: .shanghai).description, channel)
    }
}

import Journal
import Model

/// Keeps the registers' records as they stand; a correction replaces the fields and keeps the history.
struct RegisterRows {
    private let put: PreparedStatement
    private let amend: PreparedStatement
    private let trail: PreparedStatement

    init(_ connection: OpaquePointer) throws {
        put = try PreparedStatement(
            connection,
            """
            INSERT INTO register (kind, id, day, fields, voided) VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (kind, id) DO NOTHING
            """)
        amend = try PreparedStatement(
            connection,
            "UPDATE register SET day = ?3, fields = ?4, voided = ?5 WHERE kind = ?1 AND id = ?2 AND voided = 0")
        trail = try PreparedStatement(
            connection, "INSERT OR IGNORE INTO register_event (kind, id, position, leaf) VALUES (?1, ?2, ?3, ?4)")
    }

    /// - Parameter cause: the event that led to the record, which then heads its history.
    func change(
        _ record: RegisterRecord, _ change: RegisterChange, _ stored: StoredEvent, day: String, cause: EventReference?
    ) throws {
        let statement = change == .added ? put : amend
        statement.bind(record.kind, at: 1)
        statement.bind(record.id, at: 2)
        statement.bind(day, at: 3)
        statement.bind(record.json["fields"]?.bytes ?? [], at: 4)
        if change != .added { statement.bind(change == .voided ? 1 : 0, at: 5) }
        // An addition of a record that is there, or a change of one that is not (or is void), has no effect and no trail.
        guard try statement.run() == 1 else { return }
        if let cause { try note(cause, record) }
        try note(EventReference(position: stored.position, leaf: stored.leaf), record)
    }

    private func note(_ event: EventReference, _ record: RegisterRecord) throws {
        trail.bind(record.kind, at: 1)
        trail.bind(record.id, at: 2)
        trail.bind(event.position, at: 3)
        trail.bind(event.leaf, at: 4)
        try trail.run()
    }
}

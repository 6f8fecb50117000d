import Journal
import Model

/// Keeps what outlets published of the bureau and a clerk may enter into the register, and what became of it.
struct PublicationRows {
    private let put: PreparedStatement
    private let trail: PreparedStatement
    private let entered: PreparedStatement
    private let settle: PreparedStatement
    private let cause: PreparedStatement

    /// - `publication`: each suggestion as it was told last; `position` is where it came first, by which it is named, and
    ///   `latest` where the journal has its last words.
    /// - `publication_event`: the positions that made it so.
    static let tables = """
        CREATE TABLE publication (
            source TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, latest INTEGER NOT NULL,
            received INTEGER NOT NULL, outlet TEXT NOT NULL, title TEXT NOT NULL, link TEXT NOT NULL, published TEXT NOT NULL,
            keywords TEXT NOT NULL, state TEXT NOT NULL, number TEXT, reason TEXT, actor TEXT, decided INTEGER,
            PRIMARY KEY (source, id)) WITHOUT ROWID;
        CREATE INDEX publication_state ON publication (state, position);
        CREATE TABLE publication_event (
            position INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, leaf BLOB NOT NULL);
        CREATE INDEX publication_history ON publication_event (source, id);
        """

    init(_ connection: OpaquePointer) throws {
        put = try PreparedStatement(
            connection,
            """
            INSERT INTO publication (source, id, position, latest, received, outlet, title, link, published, keywords, state)
            VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open')
            ON CONFLICT (source, id) DO UPDATE SET latest = excluded.latest, outlet = excluded.outlet, title = excluded.title,
                link = excluded.link, published = excluded.published, keywords = excluded.keywords
            WHERE state = 'open'
            """)
        trail = try PreparedStatement(
            connection, "INSERT OR IGNORE INTO publication_event (position, source, id, leaf) VALUES (?1, ?2, ?3, ?4)")
        entered = try PreparedStatement(
            connection,
            """
            SELECT 1 FROM register_event JOIN publication_event USING (position)
            WHERE kind = 'publication' AND register_event.id = ?3 AND source = ?1 AND publication_event.id = ?2 LIMIT 1
            """)
        settle = try PreparedStatement(
            connection,
            """
            UPDATE publication SET state = ?3, number = ?4, reason = ?5, actor = ?6, decided = ?7
            WHERE source = ?1 AND id = ?2 AND state = 'open'
            """)
        cause = try PreparedStatement(connection, "SELECT leaf FROM publication_event WHERE position = ?1")
    }

    /// Takes an article, or what it says now; one that is decided stays as the clerk saw it.
    func suggested(_ suggestion: PublicationSuggestion, _ stored: StoredEvent) throws {
        put.bind(stored.event.source, at: 1)
        put.bind(suggestion.id, at: 2)
        put.bind(stored.position, at: 3)
        put.bind(stored.event.received.microseconds, at: 4)
        put.bind(suggestion.outlet, at: 5)
        put.bind(suggestion.title, at: 6)
        put.bind(suggestion.link, at: 7)
        put.bind(suggestion.published.description, at: 8)
        put.bind(JSON.array(suggestion.keywords.map { .string($0) }).text, at: 9)
        if try put.run() == 1 { try note(suggestion.id, stored) }
    }

    /// Takes a clerk's decision; the first stands, and a yes counts only if its record entered the register.
    func decided(_ decision: PublicationDecision, _ stored: StoredEvent) throws {
        if decision.outcome == .confirmed, try !hasEntered(decision, stored) { return }
        settle.bind(stored.event.source, at: 1)
        settle.bind(decision.suggestion, at: 2)
        settle.bind(PublicationState(after: decision.outcome).rawValue, at: 3)
        settle.bind(decision.number, at: 4)
        settle.bind(decision.reason, at: 5)
        settle.bind(decision.by, at: 6)
        settle.bind(stored.event.received.microseconds, at: 7)
        if try settle.run() == 1 { try note(decision.suggestion, stored) }
    }

    /// The suggestion that a record of the register names as its cause.
    func suggestion(behind record: RegisterRecord) throws -> EventReference? {
        guard record.kind == "publication", let position = record.cause else { return nil }
        cause.bind(position, at: 1)
        defer { cause.reset() }
        return try cause.step() ? EventReference(position: position, leaf: Array(cause.bytes(0))) : nil
    }

    private func hasEntered(_ decision: PublicationDecision, _ stored: StoredEvent) throws -> Bool {
        entered.bind(stored.event.source, at: 1)
        entered.bind(decision.suggestion, at: 2)
        entered.bind(decision.number, at: 3)
        defer { entered.reset() }
        return try entered.step()
    }

    private func note(_ id: String, _ stored: StoredEvent) throws {
        trail.bind(stored.position, at: 1)
        trail.bind(stored.event.source, at: 2)
        trail.bind(id, at: 3)
        trail.bind(stored.leaf, at: 4)
        try trail.run()
    }
}

/// Where a suggestion for the register stands.
package enum PublicationState: String, Sendable, CaseIterable {
    case open, confirmed, dismissed

    init(after outcome: PublicationDecision.Outcome) {
        switch outcome {
        case .confirmed: self = .confirmed
        case .dismissed: self = .dismissed
        }
    }
}

import Journal
import Model

/// Keeps what recipients outside must be told: a row for each message and recipient, and how telling it goes.
struct OutboxRows {
    private let queue: PreparedStatement
    private let settle: PreparedStatement

    /// Of each row `position` is the event that queued it, which holds what is said, and `tried` when the last attempt ended.
    static let tables = """
        CREATE TABLE outbox (
            message TEXT NOT NULL, recipient TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
            position INTEGER NOT NULL, queued INTEGER NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, tried INTEGER,
            sentence TEXT, PRIMARY KEY (message, recipient)) WITHOUT ROWID;
        CREATE INDEX outbox_pending ON outbox (position) WHERE state = 'pending';
        CREATE INDEX outbox_subject ON outbox (subject);
        """

    init(_ connection: OpaquePointer) throws {
        queue = try PreparedStatement(
            connection,
            """
            INSERT INTO outbox (message, recipient, kind, subject, position, queued, state, tries)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'pending', 0) ON CONFLICT (message, recipient) DO NOTHING
            """)
        settle = try PreparedStatement(
            connection,
            """
            UPDATE outbox SET state = ?3, tries = max(tries, ?4), tried = ?5, sentence = ?6
            WHERE message = ?1 AND recipient = ?2 AND state = 'pending'
            """)
    }

    func queued(_ message: OutboxMessage, _ stored: StoredEvent) throws {
        queue.bind(message.message, at: 1)
        queue.bind(message.recipient, at: 2)
        queue.bind(message.kind, at: 3)
        queue.bind(message.subject, at: 4)
        queue.bind(stored.position, at: 5)
        queue.bind(stored.event.received.microseconds, at: 6)
        try queue.run()
    }

    /// Takes the end of an attempt; what is delivered or given up stays so.
    func tried(_ attempt: OutboxAttempt, _ stored: StoredEvent) throws {
        settle.bind(attempt.message, at: 1)
        settle.bind(attempt.recipient, at: 2)
        settle.bind(OutboxState(after: attempt.result).rawValue, at: 3)
        settle.bind(Int64(attempt.attempt), at: 4)
        settle.bind(stored.event.received.microseconds, at: 5)
        settle.bind(attempt.sentence, at: 6)
        try settle.run()
    }
}

/// Where a message to one recipient stands.
package enum OutboxState: String, Sendable, CaseIterable {
    case pending, delivered
    /// The recipient said no for good, or was tried long enough.
    case givenUp = "given-up"

    init(after result: OutboxAttempt.Result) {
        switch result {
        case .delivered: self = .delivered
        case .failed: self = .pending
        case .rejected, .expired: self = .givenUp
        }
    }
}

import Model

/// How messages and attempts become events of the journal.
package enum OutboxEvents {
    package static let source = "patrold:/outbox"

    /// A message for one recipient; queued again it is the same fact.
    package static func queued(_ message: OutboxMessage, received: Timestamp) -> Event {
        Event(
            source: source, id: "\(message.message)/\(message.recipient)/queued", type: EventType.outboxQueued,
            subject: message.subject, received: received, data: message.json.bytes)
    }

    /// The end of one attempt; one number is told once, however often it was made.
    package static func tried(_ attempt: OutboxAttempt, subject: String, received: Timestamp) -> Event {
        Event(
            source: source, id: "\(attempt.message)/\(attempt.recipient)/\(attempt.attempt)", type: EventType.outboxTried,
            subject: subject, received: received, data: attempt.json.bytes)
    }
}

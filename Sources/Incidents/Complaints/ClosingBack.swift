import Model

/// What the closing of an incident means for the complaints behind it: each is closed, and its channel is told.
///
/// Pure: what stands in the ledger comes through `lookup`. Ids follow from the complaint and the cause, so that deciding
/// twice stores everything once, and the channel's own later word `complaint.closed` is the same fact as ours.
package struct ClosingBack: Sendable {
    /// Keys of the channels that take replies.
    package let replying: Set<String>

    package init(replying: Set<String>) {
        self.replying = replying
    }

    /// What asks for a closing back.
    package enum Cause: Hashable, Sendable {
        /// This incident was closed by the event at hand.
        case incident(String)
        /// This complaint was merged by the event at hand into one that is closed already.
        case merged(ComplaintName)
    }

    /// A complaint that its channel must hear of.
    package struct Due: Hashable, Sendable {
        package let name: ComplaintName
        package let closed: Timestamp
        package let outcome: String?

        package init(name: ComplaintName, closed: Timestamp, outcome: String?) {
            self.name = name
            self.closed = closed
            self.outcome = outcome
        }
    }

    /// The events that follow from one event, in the order of the complaints' names.
    ///
    /// - Parameter lookup: the complaints to close back, with the ledger as it stands after the event: none where the
    ///   event had no effect there, and none that its own channel has closed.
    package func on(
        _ stored: StoredEvent, lookup: (Cause, StoredEvent) throws -> [Due]
    ) rethrows -> [Event] {
        guard let cause = Self.cause(stored.event) else { return [] }
        return try lookup(cause, stored).sorted { $0.name < $1.name }.flatMap { due in
            var events = [Self.closing(due).event(received: stored.event.received)]
            if replying.contains(due.name.channel) { events.append(Self.reply(due, cause: stored)) }
            return events
        }
    }

    /// Whether an event may ask for a closing back.
    package static func cause(_ event: Event) -> Cause? {
        switch event.type {
        case EventType.incident(IncidentAction.close.rawValue):
            event.payload.flatMap(IncidentEvent.init).map { .incident($0.incident) }
        case EventType.complaintMerged:
            event.payload.flatMap(ComplaintMerging.init).map { .merged($0.complaint) }
        default: nil
        }
    }

    private static func closing(_ due: Due) -> ComplaintClosing {
        ComplaintClosing(channel: due.name.channel, number: due.name.number, closed: due.closed, outcome: due.outcome)
    }

    private static func reply(_ due: Due, cause: StoredEvent) -> Event {
        let message = OutboxMessage(
            message: "closed-\(cause.position)-\(due.name)", recipient: OutboxMessage.recipient(channel: due.name.channel),
            kind: OutboxMessage.complaintClosed, subject: due.name.description, body: closing(due).json)
        return OutboxEvents.queued(message, received: cause.event.received)
    }
}

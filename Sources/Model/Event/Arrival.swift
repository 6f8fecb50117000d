/// What an adapter hands to the journal: a fact, or bytes that it could not read and that nobody may lose.
package enum Arrival: Sendable {
    case event(Event)
    case unreadable(Unreadable)
}

/// Bytes that no adapter could read, kept raw in quarantine until somebody replays or dismisses them.
package struct Unreadable: Hashable, Sendable {
    /// The source that the events in it would have had.
    package var source: String
    /// Which decoder to try again with, such as `isapi` or `cloudevents`.
    package var adapter: String
    /// One sentence: what is wrong and where.
    package var reason: String
    package var contentType: String
    package var bytes: [UInt8]
    package var received: Timestamp

    package init(
        source: String, adapter: String, reason: String, contentType: String, bytes: [UInt8], received: Timestamp
    ) {
        self.source = source
        self.adapter = adapter
        self.reason = reason
        self.contentType = contentType
        self.bytes = bytes
        self.received = received
    }
}

/// What the journal made of one delivery, in the words of the HTTP answer.
package struct Receipt: Hashable, Sendable {
    package struct Quarantined: Hashable, Sendable {
        /// Index within the delivery.
        package let index: Int
        package let reason: String
        /// Number in the quarantine.
        package let quarantine: Int64

        package init(index: Int, reason: String, quarantine: Int64) {
            self.index = index
            self.reason = reason
            self.quarantine = quarantine
        }
    }

    package var accepted: Int
    package var duplicate: Int
    package var quarantined: [Quarantined]
    /// The journal's last position after the commit that made this delivery durable.
    package var position: Position

    package init(accepted: Int = 0, duplicate: Int = 0, quarantined: [Quarantined] = [], position: Position = 0) {
        self.accepted = accepted
        self.duplicate = duplicate
        self.quarantined = quarantined
        self.position = position
    }
}

/// Why a delivery was not taken; nothing of it is stored and the sender must keep it.
package struct DeliveryRefused: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// The mailbox is full: slow down and try again.
        case full
        /// The store cannot be written (disk full, I/O error).
        case unwritable
        /// The daemon is stopping.
        case stopping
    }

    package let code: Code
    package let detail: String

    package init(code: Code, detail: String) {
        self.code = code
        self.detail = detail
    }
}

/// How adapters deliver: all arrivals of one call become durable in one commit, then the answer comes, on any queue.
///
/// A success is the licence to acknowledge to the device; a failure means that nothing of the call was stored.
package typealias Deliver =
    @Sendable (_ arrivals: [Arrival], _ answer: @escaping @Sendable (Result<Receipt, DeliveryRefused>) -> Void) -> Void

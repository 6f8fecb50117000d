import Model

/// A message that waits for a recipient, as the ledger has it.
package struct OutboxEntry: Hashable, Sendable {
    package struct Key: Hashable, Sendable {
        package let message: String
        package let recipient: String

        package init(message: String, recipient: String) {
            self.message = message
            self.recipient = recipient
        }
    }

    package let key: Key
    package let subject: String
    /// Where the message stands in the journal; the order in which a recipient hears of one subject.
    package let position: Position
    package let queued: Timestamp
    /// Attempts that are known to have failed.
    package let tries: Int
    /// When the last of them ended.
    package let tried: Timestamp?

    package init(
        key: Key, subject: String, position: Position, queued: Timestamp, tries: Int = 0, tried: Timestamp? = nil
    ) {
        self.key = key
        self.subject = subject
        self.position = position
        self.queued = queued
        self.tries = tries
        self.tried = tried
    }
}

/// Which messages to send now: repeated with growing distance, recipients apart, those of one subject in order.
///
/// Pure: the same rows and moment give the same plan, so a restart goes on where it stopped. A message whose attempt was
/// under way at the stop is sent again under the same name (at least once).
package struct OutboxPlan: Hashable, Sendable {
    /// Between the first attempt and the second.
    package var first: Span
    package var longest: Span
    /// After that long without success a message is given up and shown as such.
    package var patience: Span
    /// Attempts under way at once, to all recipients together and to one.
    package var limit: Int
    package var limitPerRecipient: Int

    package init(
        first: Span = .seconds(10), longest: Span = .hours(1), patience: Span = .days(7), limit: Int = 16,
        limitPerRecipient: Int = 4
    ) {
        self.first = first
        self.longest = longest
        self.patience = patience
        self.limit = limit
        self.limitPerRecipient = limitPerRecipient
    }

    package struct Turn: Hashable, Sendable {
        /// To be sent now, oldest first.
        package var send: [OutboxEntry] = []
        /// To be given up.
        package var expired: [OutboxEntry] = []
        /// When the next one is due, where nothing else happens before.
        package var next: Timestamp?
    }

    /// - Parameters:
    ///   - pending: what is neither delivered nor given up.
    ///   - inFlight: attempts that are under way, or whose end is not in the ledger yet.
    package func turn(_ pending: [OutboxEntry], inFlight: Set<OutboxEntry.Key>, at now: Timestamp) -> Turn {
        var turn = Turn()
        var busy: [String: Int] = [:]
        for key in inFlight { busy[key.recipient, default: 0] += 1 }
        var heard: Set<Line> = []
        for entry in pending.sorted(by: { ($0.position, $0.key.recipient) < ($1.position, $1.key.recipient) }) {
            // Only the oldest of a line may go; the others wait for its end.
            guard heard.insert(Line(recipient: entry.key.recipient, subject: entry.subject)).inserted,
                !inFlight.contains(entry.key)
            else { continue }
            let due = due(entry)
            // A clock that was set back must not hold up what failed in its future.
            if due > now, let tried = entry.tried, tried <= now {
                turn.next = min(turn.next ?? due, due)
            } else if entry.tries > 0, now - entry.queued > patience {
                turn.expired.append(entry)
            } else if inFlight.count + turn.send.count < limit, busy[entry.key.recipient, default: 0] < limitPerRecipient {
                busy[entry.key.recipient, default: 0] += 1
                turn.send.append(entry)
            }
        }
        return turn
    }

    private struct Line: Hashable {
        let recipient: String
        let subject: String
    }

    /// When an entry is to be tried next.
    ///
    /// Twice the distance after each failure, up to a quarter shorter by the message's name, so that what failed together
    /// does not come back together.
    package func due(_ entry: OutboxEntry) -> Timestamp {
        guard entry.tries > 0, let tried = entry.tried else { return entry.queued }
        let doublings = min(entry.tries - 1, 30)
        let (grown, overflows) = first.microseconds.multipliedReportingOverflow(by: 1 << doublings)
        let distance = overflows ? longest.microseconds : min(grown, longest.microseconds)
        let share = Self.hash(entry.key, entry.tries) % 1024
        let spread = distance - distance / 4 * Int64(share) / 1024
        return tried + Span(microseconds: max(spread, first.microseconds))
    }

    /// FNV-1a: the same on every machine and at every start, unlike `Hasher`.
    private static func hash(_ key: OutboxEntry.Key, _ tries: Int) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in (key.message + "\n" + key.recipient + "\n" + String(tries)).utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return hash ^ hash >> 32
    }
}

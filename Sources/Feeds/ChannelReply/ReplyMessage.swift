import Model

/// A closing on its way back to the channel that sent the complaint.
package struct ReplyMessage: Hashable, Sendable {
    /// The same at every try: channels that know it take the closing once.
    package var id: String
    /// The channel's own number of the complaint.
    package var number: String
    package var closed: Timestamp
    package var outcome: String

    package init(id: String, number: String, closed: Timestamp, outcome: String) {
        self.id = id
        self.number = number
        self.closed = closed
        self.outcome = outcome
    }
}

/// What became of one try.
package enum ReplyResult: Hashable, Sendable {
    /// The channel has it.
    case delivered
    /// The channel will never take it: a person has to look; the sentence says at what.
    case rejected(String)
    /// Not now: to be tried again, at the earliest then where the channel said so.
    case failed(String, notBefore: Timestamp?)
}

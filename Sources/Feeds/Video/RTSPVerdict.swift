/// What a look at a picture stream came to.
package struct RTSPVerdict: Hashable, Sendable {
    package enum Outcome: String, Hashable, Sendable {
        /// The channel is there and offers video.
        case alive
        /// The server answers, and there is no such channel or no video in it.
        case noChannel = "no-channel"
        /// User or password are wrong, or the user lacks the right.
        case refused
        /// No free session or bandwidth.
        case busy
        /// Nobody answers, or not in time.
        case unreachable
        /// Something answers that is no RTSP.
        case otherProtocol = "other-protocol"
    }

    package let outcome: Outcome
    /// What was found and what to change.
    package let sentence: String

    package init(_ outcome: Outcome, _ sentence: String) {
        self.outcome = outcome
        self.sentence = sentence
    }
}

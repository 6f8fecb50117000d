/// The `data` of `cn.patrold.feed.gap`: minutes in which a feed was blind.
package struct FeedGap: Hashable, Sendable {
    package enum State: String, Sendable {
        /// The feed went blind; `until` is not known yet.
        case open
        /// The feed sees again.
        case closed
    }

    package var feed: String
    package var state: State
    package var from: Timestamp
    package var until: Timestamp?
    /// `silent`, `unreachable`, `refused`, or `daemon-stopped`.
    package var reason: String

    package init(feed: String, state: State, from: Timestamp, until: Timestamp? = nil, reason: String) {
        self.feed = feed
        self.state = state
        self.from = from
        self.until = until
        self.reason = reason
    }

    package var json: JSON {
        .object(present: [
            ("feed", .string(feed)), ("state", .string(state.rawValue)), ("from", .string(from.text())),
            ("until", until.map { .string($0.text()) }), ("reason", .string(reason)),
        ])
    }

    package init?(_ json: JSON) {
        guard let feed = json["feed"]?.string, let state = json["state"]?.string.flatMap(State.init(rawValue:)),
            let from = json["from"]?.string.flatMap({ Timestamp($0) }), let reason = json["reason"]?.string
        else { return nil }
        self.init(
            feed: feed, state: state, from: from, until: json["until"]?.string.flatMap { Timestamp($0) }, reason: reason)
    }
}

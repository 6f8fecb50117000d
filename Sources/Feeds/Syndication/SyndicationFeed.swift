import Model

/// A news feed (RSS or Atom) that is read every so often, as configured.
package struct SyndicationFeed: Sendable {
    /// What becomes of its items.
    package enum Use: Hashable, Sendable {
        /// Each is a complaint of the channel with this key.
        case channel(String)
        /// Each that holds a keyword is suggested for the `publication` register; the outlet's name as printed there.
        case outlet(String)
    }

    /// Name of the feed.
    package var name: String
    /// Where the document is; `url` is the whole address.
    package var address: DeviceAddress
    package var use: Use
    /// An item must hold one of them; with none every item of a channel counts, and no item of an outlet.
    package var keywords: [String]
    package var every: Span
    /// File in which it is kept how far it has come; nothing means in memory.
    package var mark: String?

    package init(
        name: String, address: DeviceAddress, use: Use, keywords: [String] = [], every: Span = .minutes(15),
        mark: String? = nil
    ) {
        self.name = name
        self.address = address
        self.use = use
        self.keywords = keywords
        self.every = every
        self.mark = mark
    }

    package var source: String { "patrold:/feeds/" + name }

    /// The feed that visits it.
    package func feed(in surroundings: FeedSurroundings, lookEvery: Span = .seconds(1)) -> PeriodicFeed {
        let profile = PeriodicProfile(name: name, adapter: "syndication", every: every)
        return feed(profile, in: surroundings, lookEvery: lookEvery)
    }

    /// The same with pauses of the caller's choice.
    package func feed(
        _ profile: PeriodicProfile, in surroundings: FeedSurroundings, lookEvery: Span = .seconds(1)
    ) -> PeriodicFeed {
        PeriodicFeed(profile, source: SyndicationSource(self), in: surroundings, lookEvery: lookEvery)
    }
}

import Model

/// The WeChat official account whose followers are counted, as configured.
package struct WeChatAccount: Sendable {
    package static let standardAddress = "https://api.weixin.qq.com"

    /// Name of the feed.
    package var name: String
    /// `https://` and the host of the interface, or of whatever stands between.
    package var url: String
    package var appID: String
    /// Asked for at each token, so that a changed secret is used.
    package var secret: @Sendable () -> String?
    package var trust = CurlTrust.system
    package var every = Span.hours(6)
    /// The first day that is asked for; nothing means 31 December before the day of the first visit.
    package var since: Day?
    /// For how many days after it could first be read a missing day is asked for again.
    package var patience = 7
    /// File in which the figures are kept; nothing means in memory.
    package var mark: String?

    package init(
        name: String = "wechat", url: String = WeChatAccount.standardAddress, appID: String,
        secret: @escaping @Sendable () -> String?
    ) {
        self.name = name
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.appID = appID
        self.secret = secret
    }

    package var source: String { "patrold:/feeds/" + name }

    /// The feed that asks for the figures.
    package func feed(in surroundings: FeedSurroundings, lookEvery: Span = .seconds(1)) -> PeriodicFeed {
        feed(PeriodicProfile(name: name, adapter: "wechat", every: every), in: surroundings, lookEvery: lookEvery)
    }

    /// The same with pauses of the caller's choice.
    package func feed(
        _ profile: PeriodicProfile, in surroundings: FeedSurroundings, lookEvery: Span = .seconds(1)
    ) -> PeriodicFeed {
        PeriodicFeed(profile, source: WeChatSource(self), in: surroundings, lookEvery: lookEvery)
    }
}

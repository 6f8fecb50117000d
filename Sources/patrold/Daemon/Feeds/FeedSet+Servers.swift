import Feeds
import Model
import Settings

// Feeds that visit a server again and again: channels, news outlets, WeChat.
extension FeedSet {
    /// Where a feed keeps how far it has read.
    private func mark(_ name: String) -> String { dataFolder + "/feeds/" + name + ".json" }

    func startConnection(_ connection: Settings.Connection, _ channel: Channel, _ channels: [Channel]) -> RunningFeed? {
        let server = Self.address(connection)
        let mark = mark(channel.feedName)
        if let feed = SyndicationFeed(channel, at: server, every: connection.interval(of: channel), mark: mark) {
            return run(feed.feed(in: surroundings), channel.feedName)
        }
        if let drop = MailDrop(channel, at: server, every: connection.interval(of: channel), mark: mark) {
            return run(drop.feed(in: surroundings, importFile: Self.importing(channel, channels)), channel.feedName)
        }
        let since = connection.since.map { $0.start(in: .shanghai) }
        let feed = ChannelPoll.feed(
            channel, over: replies.line(channel, server), every: connection.interval(of: channel), markFile: mark, since: since,
            in: surroundings)
        return feed.map { run($0, channel.feedName) }
    }

    func startOutlet(_ outlet: Settings.Outlet) -> RunningFeed {
        var address = DeviceAddress(url: outlet.url, user: outlet.user) { try? outlet.password?.read() }
        address.trust = Self.trust(outlet.tls)
        let feed = SyndicationFeed(
            name: outlet.name, address: address, use: .outlet(outlet.outlet), keywords: outlet.keywords, every: outlet.every,
            mark: mark(outlet.name))
        return run(feed.feed(in: surroundings), outlet.name)
    }

    func startWeChat(_ wechat: Settings.WeChat) -> RunningFeed {
        switch wechat.way {
        case .account(let settings):
            var account = WeChatAccount(name: wechat.name, url: settings.url, appID: settings.appID) {
                try? settings.secret.read()
            }
            account.trust = Self.trust(settings.tls)
            account.every = settings.every
            account.since = settings.since
            account.patience = settings.patience
            account.mark = mark(wechat.name)
            return run(account.feed(in: surroundings), wechat.name)
        case .folder(let path):
            var folder = WeChatFolder(name: wechat.name, folder: path)
            folder.mark = mark(wechat.name)
            let feed = WeChatFolderFeed(folder, in: surroundings)
            feed.start()
            return RunningFeed(names: [wechat.name], stop: feed.stop)
        }
    }

    private func run(_ feed: PeriodicFeed, _ name: String) -> RunningFeed {
        feed.start()
        return RunningFeed(names: [name], stop: feed.stop)
    }

    /// What reads the tables that a channel's mails bring.
    static func importing(_ channel: Channel, _ channels: [Channel]) -> MailDrop.ImportFile {
        let reading = ComplaintReading(channels: channels, source: "patrold:/feeds/" + channel.feedName)
        return { bytes, name, received in reading.arrivals(bytes, name: name, channel: channel.key, received: received) }
    }

    static func address(_ connection: Settings.Connection) -> ChannelAddress {
        ChannelAddress(
            url: connection.url, user: connection.user, password: { try? connection.password?.read() },
            token: { try? connection.token?.read() }, trust: trust(connection.tls))
    }
}

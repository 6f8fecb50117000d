import Model

// The other ways of feeding, as a channel's definition and its connection say together.

extension SyndicationFeed {
    /// Nothing where the channel is not fed by syndication.
    package init?(_ channel: Channel, at server: ChannelAddress, every: Span, mark: String?) {
        guard case .syndication(let definition) = channel.feed else { return nil }
        var address = DeviceAddress(url: server.url + definition.path, user: server.user, password: server.password)
        address.trust = server.trust
        self.init(
            name: channel.feedName, address: address, use: .channel(channel.key), keywords: definition.keywords, every: every,
            mark: mark)
    }
}

extension MailDrop {
    /// Nothing where the channel is not fed by mail.
    package init?(_ channel: Channel, at server: ChannelAddress, every: Span, mark: String?) {
        guard case .mail(let definition) = channel.feed else { return nil }
        var address = DeviceAddress(url: server.url, user: server.user, password: server.password)
        address.trust = server.trust
        self.init(name: channel.feedName, address: address, channel: channel.key)
        mailbox = definition.mailbox
        senders = definition.senders
        afterwards =
            switch definition.afterwards {
            case .seen: .seen
            case .keep: .keep
            case .move(let folder): .move(folder)
            }
        self.every = every
        self.mark = mark
    }
}

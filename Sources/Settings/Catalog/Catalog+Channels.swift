import Model

extension Catalog {
    /// `channels.yaml`: the complaint channels in the order in which the report lists them.
    mutating func takeChannels(_ root: Section) {
        versions.channels = root.version()
        for entry in root.needed("channels", "the list of channels")?.list() ?? [] {
            guard let section = entry.section() else { continue }
            channels.append(Catalog.channel(section))
            section.finish()
        }
        root.noteRepeats(channels.map(\.key), what: "channel key", key: "channels")
        root.noteRepeats(channels.flatMap { [$0.name] + $0.aliases }, what: "channel name", key: "channels")
    }

    private static func channel(_ section: Section) -> Channel {
        var channel = Channel(
            key: section.needed("key", "a stable key")?.name() ?? "",
            name: section.needed("name", "the name as the report prints it")?.text() ?? "",
            aliases: section.value("aliases")?.list().compactMap { $0.text() } ?? [],
            verifyFirst: section.needed("verify_first", "true or false")?.bool() ?? true)
        channel.limit = section.value("limit")?.section().flatMap(limit)
        if let feed = section.value("feed")?.section() { channel.feed = Self.feed(feed, &channel.every) }
        channel.reply = section.value("reply")?.section().map { reply($0, of: channel.feed) } ?? .none
        return channel
    }

    private static func limit(_ section: Section) -> Channel.Limit? {
        defer { section.finish() }
        let count = section.needed("count", "how many units")?.count(1...1000)
        let words = Channel.Limit.Unit.allCases.map(\.rawValue).joined(separator: ", ")
        let unit = section.needed("unit", "one of " + words)?.choice(Channel.Limit.Unit.self)
        let basis = section.value("basis")?.text()
        guard let count, let unit else { return nil }
        return Channel.Limit(count, unit, basis: basis)
    }

    private static func feed(_ section: Section, _ every: inout Span?) -> Channel.Feed {
        defer { section.finish() }
        let feed = feed(section)
        // Folders are watched, and nobody is asked for what is typed in.
        if feed.isConnected { every = section.value("every")?.span(.seconds(1) ... .days(1)) }
        return feed
    }

    private static func feed(_ section: Section) -> Channel.Feed {
        let words = Channel.Feed.Way.allCases.map(\.rawValue).joined(separator: ", ")
        switch section.needed("by", "one of " + words)?.choice(Channel.Feed.Way.self) {
        case .rest: return .rest(rest(section))
        case .open311: return .open311(open311(section))
        case .syndication: return .syndication(syndication(section))
        case .mail: return .mail(mail(section))
        case .folder: return .folder
        case .hand, nil: return .hand
        }
    }

    private static func reply(_ section: Section, of feed: Channel.Feed) -> Channel.Reply {
        defer { section.finish() }
        let way = section.needed("by", "rest, open311, folder or none")
        switch way?.choice(Channel.Reply.Way.self) {
        case .rest: return .rest(restReply(section))
        case .open311:
            if feed.way != .open311 { way?.report("an open311 reply needs a feed by open311; write rest, folder or none") }
            return .open311(path: section.value("path")?.text() ?? "/servicerequestupdates.json")
        case .folder: return .folder
        case .none?, nil: return .none
        }
    }

    private static func open311(_ section: Section) -> Channel.Open311 {
        var definition = Channel.Open311()
        definition.path = section.value("path")?.text() ?? definition.path
        definition.jurisdiction = section.value("jurisdiction")?.text()
        definition.window = section.value("window")?.choice(Channel.Open311.Window.self) ?? definition.window
        definition.categories = categories(section)
        definition.overlap = section.value("overlap")?.span(.zero ... .days(30)) ?? definition.overlap
        return definition
    }

    private static func syndication(_ section: Section) -> Channel.Syndication {
        var definition = Channel.Syndication()
        definition.path = section.value("path")?.text() ?? definition.path
        definition.keywords = section.value("keywords")?.list().compactMap { $0.text() } ?? []
        return definition
    }

    private static func mail(_ section: Section) -> Channel.Mail {
        var definition = Channel.Mail()
        definition.mailbox = section.value("mailbox")?.text() ?? definition.mailbox
        definition.senders = section.value("senders")?.list().compactMap { $0.text()?.lowercased() } ?? []
        if let entry = section.value("afterwards") {
            definition.afterwards = entry.afterwards() ?? definition.afterwards
        }
        return definition
    }

    /// `categories:` the channel's word → four digits.
    static func categories(_ section: Section) -> [String: String] {
        let entries = section.value("categories")?.section()?.entries() ?? []
        return Dictionary(
            entries.compactMap { name, entry in
                guard let code = entry.text() else { return nil }
                guard code.utf8.count == 4, code.utf8.allSatisfy({ (48...57).contains($0) }) else {
                    entry.report("expected the four digits of 大类 and 小类 between quotes, found \"\(code)\"")
                    return nil
                }
                return (name, code)
            }, uniquingKeysWith: { first, _ in first })
    }
}

extension Entry {
    /// `seen`, `keep` or `{move: FOLDER}`.
    fileprivate func afterwards() -> Channel.Mail.Afterwards? {
        if case .scalar(let scalar) = node {
            switch scalar.string {
            case "seen": return .seen
            case "keep": return .keep
            default:
                report("expected seen, keep or {move: FOLDER}, found \"\(scalar.string)\"")
                return nil
            }
        }
        guard let section = section() else { return nil }
        defer { section.finish() }
        return section.needed("move", "the folder that takes mails that were read")?.text().map { .move($0) }
    }
}

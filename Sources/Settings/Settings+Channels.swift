import Model

extension Settings {
    /// How complaints come in: the watched folder, and the servers of channels that have one.
    package struct Channels: Hashable, Sendable {
        /// Files dropped here are imported; nothing means by `patrold import` only.
        package var folder: String?
        /// Where closings are written for channels whose reply is a file; nothing means that they wait.
        package var replies: String?
        package var connections: [Connection] = []

        package init() {}

        /// Every secret with the key that names it.
        var secrets: [(key: String, secret: Secret)] {
            connections.enumerated().flatMap { index, connection in
                [("password", connection.password), ("token", connection.token)].compactMap { key, secret in
                    secret.map { ("channels.connections[\(index)].\(key)", $0) }
                }
            }
        }
    }

    /// A channel's server; naming it here switches the channel's feed on.
    package struct Connection: Hashable, Sendable {
        /// Key of the channel in the channel list.
        package var channel: String
        /// Scheme, host, perhaps port and path, never a trailing slash.
        package var url: String
        package var user: String?
        package var password: Secret?
        package var token: Secret?
        package var tls = TLS()
        /// How often the channel is asked; nothing means as often as its definition says.
        package var every: Span?
        /// The first poll ever asks from this day on; nothing means the last seven days.
        package var since: Day?

        package init(channel: String, url: String) {
            self.channel = channel
            self.url = url
        }

        /// How often the channel is asked.
        package func interval(of channel: Channel) -> Span { every ?? channel.every ?? .seconds(60) }
    }

    mutating func takeChannels(_ root: Section) {
        let section = root.section("channels")
        channels.folder = section.value("folder")?.path()
        channels.replies = section.value("replies")?.path()
        channels.connections = items(section, "connections", read: Self.connection)
        section.finish()
        section.noteRepeats(channels.connections.map(\.channel), what: "channel", key: section.key + ".connections")
    }

    private static func connection(_ section: Section) -> Connection {
        var connection = Connection(
            channel: section.needed("channel", "the key of a channel such as smart-kundulun")?.text() ?? "",
            url: section.needed("url", "the server's address such as https://192.0.2.30")?.channelURL() ?? "")
        connection.user = section.value("user")?.text()
        connection.password = section.value("password").map { password($0, section.findings) }
        connection.token = section.value("token").map { password($0, section.findings) }
        let tls = section.section("tls")
        connection.tls = TLS(ca: tls.value("ca")?.path(), insecure: tls.value("insecure")?.bool() ?? false)
        tls.finish()
        if connection.tls.ca != nil, connection.tls.insecure {
            section.findings.add("ca and insecure contradict each other; keep ca", key: tls.key, at: tls.mark ?? section.mark)
        }
        connection.every = section.value("every")?.span(.seconds(1) ... .days(1))
        connection.since = section.value("since")?.day()
        return connection
    }

    /// Holds the connections to the channel list, and their feeds' names to those of devices.
    func checkChannels(_ root: Section, _ catalog: Catalog) {
        let entries = root.section("channels").value("connections")?.list() ?? []
        for (entry, connection) in zip(entries, channels.connections) where !connection.channel.isEmpty {
            guard let channel = catalog.channels.first(where: { $0.key == connection.channel }) else {
                let keys = catalog.channels.map(\.key)
                let near = Suggestion.nearest(to: connection.channel, among: keys)
                let hint = near.map { "did you mean \"\($0)\"?" } ?? "known: " + keys.joined(separator: ", ")
                entry.section()?.value("channel")?.report("the channel list has no \"\(connection.channel)\"; \(hint)")
                continue
            }
            check(connection, of: channel, entry)
        }
        let taken = Set(channels.connections.map { "channel-" + $0.channel })
        for key in ["cameras", "recorders"] {
            for entry in root.value(key)?.list() ?? [] {
                guard let name = entry.section()?.value("name"), let text = name.text(), taken.contains(text) else { continue }
                name.report("the name \"\(text)\" is that of a channel's feed; choose another")
            }
        }
    }

    private func check(_ connection: Connection, of channel: Channel, _ entry: Entry) {
        func missing(_ key: String, _ example: String) {
            entry.report("\(key) is missing, and the channel's definition needs it; write \(example)")
        }
        guard channel.feed.isConnected || channel.reply.way == .rest else {
            let sentence =
                channel.feed.way == .folder
                ? "its files are put into channels.folder" : "its complaints are typed in"
            return entry.report("the channel \"\(channel.key)\" has no server, \(sentence); remove this connection")
        }
        let isMail = channel.feed.way == .mail
        let isIMAP = connection.url.hasPrefix("imap")
        if isMail != isIMAP, !connection.url.isEmpty {
            let wanted = isMail ? "imaps://" : "https:// or http://"
            entry.section()?.value("url")?.report("the channel is fed by \(channel.feed.way.rawValue); begin with \(wanted)")
        }
        let access = channel.access
        if access.contains(where: { $0.login != nil }) || isMail {
            if connection.user == nil { missing("user", "user: NAME") }
            if connection.password == nil { missing("password", "password: {credential: NAME}") }
        }
        if access.contains(where: { $0.login == nil }), connection.token == nil {
            missing("token", "token: {credential: NAME}")
        }
        if connection.tls != TLS(), connection.url.hasPrefix("http://") {
            entry.report("the url begins with http://; write https:// or remove tls")
        }
    }
}

extension Channel {
    /// Every way in which its server is told who we are.
    fileprivate var access: [Access] {
        var found: [Access] = []
        if case .rest(let rest) = feed, let access = rest.access { found.append(access) }
        if case .rest(let rest) = reply, let access = rest.access { found.append(access) }
        return found
    }
}

extension Entry {
    /// An address with `http`, `https`, `imap` or `imaps`.
    fileprivate func channelURL() -> String? {
        guard let text = text() else { return nil }
        guard let scheme = ["imaps://", "imap://"].first(where: { text.hasPrefix($0) }) else { return deviceURL() }
        let host = text.dropFirst(scheme.count)
        guard !host.contains("@"), !host.contains("/"), Settings.Address(host.contains(":") ? String(host) : host + ":993") != nil
        else {
            report("expected an address such as imaps://mail.example.cn, without user, password and path")
            return nil
        }
        return text
    }
}

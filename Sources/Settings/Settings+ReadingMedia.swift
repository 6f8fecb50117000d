import Model

extension Settings {
    /// Reads the keys `outlets` and `wechat`.
    static func media(_ root: Section) -> Media {
        var media = Media()
        media.outlets = (root.value("outlets")?.list() ?? []).compactMap { entry in
            guard let section = entry.section() else { return nil }
            defer { section.finish() }
            return outlet(section)
        }
        media.wechat = root.value("wechat")?.section().map(wechat)
        return media
    }

    private static func outlet(_ section: Section) -> Outlet {
        let name = section.needed("name", "a short name such as baotou-daily")?.name() ?? ""
        var outlet = Outlet(
            name: name, outlet: section.value("outlet")?.text() ?? name,
            url: section.needed("url", "the address of the RSS or Atom document")?.documentURL() ?? "",
            keywords: section.needed("keywords", "keywords: [昆都仑区城管, 昆区城管]")?.list().compactMap { $0.text() } ?? [])
        if outlet.keywords.isEmpty, section.value("keywords") != nil {
            section.value("keywords")?.report("expected at least one word by which an article about the bureau is known")
        }
        outlet.every = section.value("every")?.span(.minutes(1) ... .days(7)) ?? outlet.every
        outlet.user = section.value("user")?.text()
        outlet.password = section.value("password").map { password($0, section.findings) }
        if outlet.user == nil, outlet.password != nil {
            section.findings.add("a password without user; write user too", key: section.key, at: section.mark)
        }
        outlet.tls = serverTLS(section, url: outlet.url)
        return outlet
    }

    private static func wechat(_ section: Section) -> WeChat {
        defer { section.finish() }
        let name = section.value("name")?.name() ?? "wechat"
        guard let folder = section.value("folder") else {
            return WeChat(name: name, way: .account(account(section)))
        }
        if section.value("appid") != nil || section.value("secret") != nil || section.value("url") != nil {
            folder.report("folder and appid are two ways of the same figures; keep one of them")
        }
        return WeChat(name: name, way: .folder(folder.path() ?? ""))
    }

    private static func account(_ section: Section) -> WeChat.Account {
        let secret = section.needed("secret", "secret: {credential: NAME} or {file: PATH}")
        var account = WeChat.Account(
            appID: section.needed("appid", "the account's AppID, or folder: PATH")?.appID() ?? "",
            secret: secret.map { password($0, section.findings) } ?? .file(""))
        account.url = section.value("url")?.deviceURL() ?? account.url
        account.every = section.value("every")?.span(.minutes(10) ... .days(1)) ?? account.every
        account.patience = section.value("patience")?.count(1...60) ?? account.patience
        account.since = section.value("since")?.day(from: 2014)
        account.tls = serverTLS(section, url: account.url)
        return account
    }

    private static func serverTLS(_ outer: Section, url: String) -> TLS {
        guard let section = outer.value("tls")?.section() else { return TLS() }
        defer { section.finish() }
        let tls = TLS(ca: section.value("ca")?.path(), insecure: section.value("insecure")?.bool() ?? false)
        if tls.ca != nil, tls.insecure {
            section.findings.add("ca and insecure contradict each other; keep ca", key: section.key, at: section.mark)
        }
        if tls != TLS(), !url.hasPrefix("https://") {
            section.findings.add("the url begins with http://; write https:// or remove tls", key: section.key, at: section.mark)
        }
        return tls
    }
}

extension Entry {
    /// The address of one document: scheme, host, path, perhaps a query; never a user.
    fileprivate func documentURL() -> String? {
        guard let text = text() else { return nil }
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else {
            report("expected an address that begins with http:// or https://")
            return nil
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            report("user and password do not belong into the address; write them under user and password")
            return nil
        }
        guard !authority.isEmpty, !text.contains(where: { $0.isWhitespace || $0 == "#" }) else {
            report("expected an address such as https://news.example.cn/rss.xml, found \"\(text)\"")
            return nil
        }
        return text
    }

    /// An AppID of WeChat: letters and digits.
    fileprivate func appID() -> String? {
        guard let text = text() else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) }), text.utf8.count <= 64
        else {
            report("expected the AppID, letters and digits such as wx0123456789abcdef, found \"\(text)\"")
            return nil
        }
        return text
    }
}

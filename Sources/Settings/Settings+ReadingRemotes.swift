import Model

// Folders of recordings on other machines.
extension Settings {
    static func remote(_ section: Section, _ adapter: Recorder.Adapter) -> Recorder.Remote {
        let schemes: [String] =
            switch adapter {
            case .ftp: ["ftp://", "ftps://"]
            case .sftp: ["sftp://"]
            default: ["http://", "https://"]
            }
        let example = schemes[0] + "192.0.2.30/record"
        var remote = Recorder.Remote(url: section.needed("url", example)?.remoteURL(schemes) ?? "")
        remote.user = section.value("user")?.text()
        remote.password = section.value("password").map { password($0, section.findings) }
        switch adapter {
        case .sftp: takeSSH(section, &remote)
        case .http: takeHTTP(section, &remote)
        default: break
        }
        if adapter != .sftp { takeTLS(section.section("tls"), adapter, &remote) }
        if remote.password != nil, remote.user == nil { _ = section.needed("user", "the user name that has this password") }
        remote.after = section.value("after")?.choice(Recorder.Remote.After.self) ?? remote.after
        remote.every = section.value("every")?.span(.seconds(1) ... .days(1)) ?? remote.every
        remote.stableAfter = section.value("stable_after")?.span(.zero ... .hours(1)) ?? remote.stableAfter
        remote.encoding = section.value("encoding")?.choice(Recorder.Remote.Encoding.self) ?? remote.encoding
        return remote
    }

    /// Who the server is, and who we are there.
    private static func takeSSH(_ section: Section, _ remote: inout Recorder.Remote) {
        remote.hostKey = section.value("host_key")?.fingerprint()
        remote.knownHosts = section.value("known_hosts")?.path()
        if section.value("host_key") == nil, remote.knownHosts == nil {
            _ = section.needed(
                "known_hosts",
                "the file of known servers, as ssh-keyscan writes it, or host_key: SHA256:…, as ssh-keygen -l shows it")
        }
        remote.key = section.value("key").map { password($0, section.findings) }
        if remote.user == nil { _ = section.needed("user", "the user name at the server") }
        if remote.password == nil, remote.key == nil {
            _ = section.needed("password", "{credential: NAME}, or key: {file: PATH} with a private key")
        }
    }

    private static func takeHTTP(_ section: Section, _ remote: inout Recorder.Remote) {
        remote.token = section.value("token").map { password($0, section.findings) }
        if remote.token != nil, remote.user != nil {
            section.findings.add("token and user are two ways to log in; keep one", key: section.key, at: section.mark)
        }
        remote.query = section.value("query")?.section().map { query($0, remote.url) }
        if remote.query == nil, let place = places(of: remote.url).first {
            section.value("url")?.report("{\(place)} is filled for a query only; write query: {items: PATH, file: PATH} too")
        }
    }

    private static func query(_ section: Section, _ url: String) -> Recorder.Query {
        defer { section.finish() }
        var query = Recorder.Query(
            items: section.needed("items", "where the list stands in an answer, such as data.list")?.jsonPath() ?? .whole,
            file: section.needed("file", "where an item's address stands, such as url")?.jsonPath() ?? .whole)
        query.window = section.value("window")?.span(.minutes(1) ... .days(366)) ?? query.window
        query.fileName = section.value("name")?.jsonPath()
        query.size = section.value("size")?.jsonPath()
        query.time = section.value("time")?.jsonPath()
        query.next = section.value("next")?.jsonPath()
        if query.size == nil, query.time == nil {
            section.findings.add(
                "nothing would tell whether a recording is complete; write size or time", key: section.key, at: section.mark)
        }
        let (known, places) = (knownPlaces, places(of: url))
        if let strange = places.first(where: { !known.contains($0) }) {
            section.findings.add(
                "the url holds {\(strange)}; known: \(known.map { "{\($0)}" }.joined(separator: ", "))", key: section.key,
                at: section.mark)
        }
        if places.contains("cursor") != (query.next != nil) {
            section.findings.add(
                "{cursor} in the url and next belong together; write both or none", key: section.key, at: section.mark)
        }
        return query
    }

    /// What a query's address may hold between braces; the same as `Feeds.RemoteQuery` fills.
    private static let knownPlaces =
        ["from", "until"].flatMap { word in ["", ":compact", ":plain", ":unix", ":millis"].map { word + $0 } }
        + ["page", "cursor"]

    private static func places(of url: String) -> [String] {
        url.split(separator: "{", omittingEmptySubsequences: false).dropFirst().map { String($0.prefix { $0 != "}" }) }
    }

    private static func takeTLS(_ section: Section, _ adapter: Recorder.Adapter, _ remote: inout Recorder.Remote) {
        defer { section.finish() }
        let tls = TLS(ca: section.value("ca")?.path(), insecure: section.value("insecure")?.bool() ?? false)
        if adapter == .ftp { remote.requiresTLS = section.value("required")?.bool() ?? false }
        remote.tls = tls
        if tls.ca != nil, tls.insecure {
            section.findings.add("ca and insecure contradict each other; keep ca", key: section.key, at: section.mark)
        }
        guard tls != TLS() else { return }
        if remote.url.hasPrefix("http://") {
            section.findings.add(
                "the recorder's url begins with http://; write https:// or remove tls", key: section.key, at: section.mark)
        }
        if remote.url.hasPrefix("ftp://"), !remote.requiresTLS {
            section.findings.add(
                "nothing is encrypted at a url that begins with ftp://; add required: true, or write ftps://",
                key: section.key, at: section.mark)
        }
    }
}

extension Entry {
    /// The address of a folder on another machine.
    fileprivate func remoteURL(_ schemes: [String]) -> String? {
        guard let text = text() else { return nil }
        guard let scheme = schemes.first(where: { text.hasPrefix($0) }) else {
            report("expected an address that begins with \(schemes.joined(separator: " or "))")
            return nil
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            report("user and password do not belong into the address; write them under user and password")
            return nil
        }
        let address = authority.last == "]" || !authority.contains(":") ? authority + ":21" : String(authority)
        guard Settings.Address(address).map({ $0.port > 0 }) == true, !rest.contains(where: { $0.isWhitespace || $0 == "#" })
        else {
            report("expected an address such as \(scheme)192.0.2.30/record, found \"\(text)\"")
            return nil
        }
        return text
    }

    /// The fingerprint of an SSH key: `SHA256:` and a SHA-256 in unpadded base64, as OpenSSH shows it.
    fileprivate func fingerprint() -> String? {
        guard let text = text() else { return nil }
        let digest = text.hasPrefix("SHA256:") ? text.dropFirst(7) : ""
        let isBase64 = digest.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
        guard digest.utf8.count == 43, isBase64 else {
            report("expected SHA256: and 43 characters, as 'ssh-keygen -l -f KEY.pub' shows them, found \"\(text)\"")
            return nil
        }
        return text
    }

    /// A place within JSON.
    fileprivate func jsonPath() -> JSONPath? {
        guard let text = text() else { return nil }
        do throws(JSONPathError) {
            return try JSONPath(text)
        } catch {
            report("this is no place within an answer: \(error.sentence)")
            return nil
        }
    }
}

import Model

extension Settings {
    mutating func takeDevices(_ root: Section) {
        sources = items(root, "sources", read: Settings.source)
        cameras = items(root, "cameras", read: Settings.camera)
        recorders = items(root, "recorders", read: Settings.recorder)
        checkNames(root, ["sources"])
        // Cameras and recorders are feeds: their names meet in sources, status and metrics.
        checkNames(root, ["cameras", "recorders"])
    }

    private func items<Item>(_ root: Section, _ key: String, read: (Section) -> Item) -> [Item] {
        (root.value(key)?.list() ?? []).compactMap { entry in
            guard let section = entry.section() else { return nil }
            defer { section.finish() }
            return read(section)
        }
    }

    private func checkNames(_ root: Section, _ keys: [String]) {
        var seen: Set<String> = []
        for key in keys {
            guard let entry = root.value(key), case .sequence(let items) = entry.node else { continue }
            for (index, node) in items.enumerated() {
                guard let name = node.mapping?["name"], let text = name.string, !seen.insert(text).inserted else { continue }
                Entry(name, key: "\(key)[\(index)].name", findings: root.findings)
                    .report("the name \"\(text)\" is taken already; give each its own")
            }
        }
    }

    private static func source(_ section: Section) -> Source {
        let name = section.needed("name", "a short name such as pbx-1")?.name() ?? ""
        let prefix = section.value("source")?.text()
        let scopes = section.value("scopes")?.list().compactMap { $0.choice(Source.Scope.self) } ?? [.write]
        return Source(name: name, prefix: prefix, scopes: Set(scopes), token: secret(section))
    }

    private static func camera(_ section: Section) -> Camera {
        var camera = Camera(
            name: section.needed("name", "a short name such as cam-1")?.name() ?? "",
            adapter: section.needed("adapter", "isapi")?.choice(Camera.Adapter.self) ?? .isapi,
            url: section.needed("url", "the device's address such as http://192.0.2.7")?.deviceURL() ?? "",
            user: section.needed("user", "the device's user name")?.text() ?? "",
            password: password(section),
            place: section.needed("place", "where the camera stands")?.text() ?? "")
        camera.channel = section.value("channel")?.count(1...1024)
        camera.channelOffset = section.value("channel_offset")?.count(0...1024) ?? camera.channelOffset
        camera.silence = section.value("silence")?.span(.seconds(1) ... .days(1)) ?? camera.silence
        camera.quiet = section.value("quiet")?.span(.milliseconds(100) ... .hours(1)) ?? camera.quiet
        camera.tls = tls(section.section("tls"), url: camera.url)
        return camera
    }

    private static func tls(_ section: Section, url: String) -> TLS {
        let tls = TLS(ca: section.value("ca")?.path(), insecure: section.value("insecure")?.bool() ?? false)
        if tls.ca != nil, tls.insecure {
            section.findings.add(
                "ca and insecure contradict each other; keep ca", key: section.key, at: section.mark)
        }
        if tls != TLS(), url.hasPrefix("http://") {
            section.findings.add(
                "the camera's url begins with http://; write https:// or remove tls", key: section.key, at: section.mark)
        }
        section.finish()
        return tls
    }

    private static func recorder(_ section: Section) -> Recorder {
        var recorder = Recorder(
            name: section.needed("name", "a short name such as rec-1")?.name() ?? "",
            adapter: section.needed("adapter", "spool")?.choice(Recorder.Adapter.self) ?? .spool,
            folder: section.needed("folder", "the folder that the recorder writes to")?.path() ?? "")
        recorder.stable = section.value("stable")?.span(.milliseconds(100) ... .hours(1)) ?? recorder.stable
        recorder.patience = section.value("patience")?.span(.zero ... .days(1)) ?? recorder.patience
        recorder.suffixes = section.value("suffixes")?.list().compactMap { $0.suffix() } ?? recorder.suffixes
        recorder.depth = section.value("depth")?.count(0...8) ?? recorder.depth
        recorder.patterns = section.value("patterns")?.list().compactMap { $0.pattern() } ?? []
        recorder.silence = section.value("silence")?.span(.seconds(1) ... .days(366))
        return recorder
    }

    private static func password(_ section: Section) -> Secret {
        guard let entry = section.needed("password", "password: {credential: NAME} or {file: PATH}") else { return .file("") }
        // Never through text(): a secret that was written here by mistake must not come back in an error.
        guard case .mapping(let mapping) = entry.node else {
            entry.report("a secret never stands in this file; write {credential: NAME} or {file: PATH}")
            return .file("")
        }
        let inner = Section(mapping, key: entry.key, findings: section.findings)
        defer { inner.finish() }
        return secret(inner)
    }

    /// One of `credential:` and `file:`.
    private static func secret(_ section: Section) -> Secret {
        let credential = section.value("credential"), file = section.value("file")
        switch (credential, file) {
        case (let credential?, nil):
            return .credential(credential.name() ?? "")
        case (nil, let file?):
            return .file(file.path() ?? "")
        default:
            section.findings.add(
                "expected one of credential: NAME and file: PATH to say where the secret is", key: section.key,
                at: section.mark)
            return .file("")
        }
    }
}

extension Entry {
    /// A file name's ending.
    fileprivate func suffix() -> String? {
        guard let text = text() else { return nil }
        guard text.hasPrefix("."), text.utf8.count > 1, !text.contains("/") else {
            report("expected a file name's ending such as .wav, found \"\(text)\"")
            return nil
        }
        return text.lowercased()
    }

    /// A regular expression.
    fileprivate func pattern() -> String? {
        guard let text = text() else { return nil }
        guard (try? Regex(text)) != nil else {
            report("this is not a regular expression; put it between single quotes and check its brackets")
            return nil
        }
        return text
    }

    /// A device's address: scheme, host, perhaps a port, perhaps a path before the device's own.
    fileprivate func deviceURL() -> String? {
        guard let text = text() else { return nil }
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else {
            report("expected an address that begins with http:// or https://")
            return nil
        }
        var rest = text.dropFirst(scheme.count)
        guard !rest.contains("@") else {
            report("user and password do not belong into the address; write them under user and password")
            return nil
        }
        while rest.hasSuffix("/") { rest.removeLast() }
        let authority = rest.prefix { $0 != "/" }
        let address = authority.last == "]" || !authority.contains(":") ? authority + ":80" : String(authority)
        let isPlain = !rest.contains { $0 == "?" || $0 == "#" || $0.isWhitespace }
        guard isPlain, Settings.Address(address).map({ $0.port > 0 }) == true else {
            report("expected an address such as http://192.0.2.7:80, found \"\(text)\"")
            return nil
        }
        return scheme + rest
    }
}

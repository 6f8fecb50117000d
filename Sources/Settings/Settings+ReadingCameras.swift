import Model

extension Settings {
    static func camera(_ section: Section) -> Camera {
        let name = section.needed("name", "a short name such as cam-1")?.name() ?? ""
        let adapter = section.needed("adapter", "isapi")?.choice(Camera.Adapter.self) ?? .isapi
        var camera = Camera(
            name: name, adapter: adapter, place: section.needed("place", "where the camera stands")?.text() ?? "")
        takeIdentity(section, &camera)
        camera.channel = section.value("channel")?.count(1...1024)
        camera.channelOffset = section.value("channel_offset")?.count(0...1024) ?? camera.channelOffset
        camera.silence =
            section.value("silence")?.span(.seconds(1) ... .days(1)) ?? defaultSilence(adapter)
        camera.quiet = section.value("quiet")?.span(.milliseconds(100) ... .days(1)) ?? defaultQuiet(camera)
        camera.tls = tls(section.section("tls"), url: camera.url)
        takeStanding(section, &camera)
        camera.video = video(of: section)
        return camera
    }

    /// How long a protocol may be silent: three heartbeats, by what its devices send.
    private static func defaultSilence(_ adapter: Camera.Adapter) -> Span {
        switch adapter {
        case .isapi, .isapiPush, .dahua, .mqtt: .seconds(60)
        case .onvif, .onvifPush: .seconds(150)
        // A keepalive each 60 s, offline after three missed.
        case .gb28181: .seconds(190)
        // A keepalive after 90 s without another call.
        case .ga1400: .seconds(200)
        }
    }

    /// How long an alarm lasts without a word: most devices repeat it every second, some say its two ends only.
    private static func defaultQuiet(_ camera: Camera) -> Span {
        switch camera.adapter {
        case .dahua: .minutes(5)
        case .mqtt: camera.mqtt.format == .frigate ? .minutes(10) : .days(1)
        default: .seconds(5)
        }
    }

    /// What the adapter needs to know who the device is.
    private static func takeIdentity(_ section: Section, _ camera: inout Camera) {
        switch camera.adapter {
        case .isapi, .onvif, .onvifPush, .dahua:
            camera.url = section.needed("url", "the device's address such as http://192.0.2.7")?.deviceURL() ?? ""
            camera.user = section.needed("user", "the device's user name")?.text() ?? ""
            camera.password = password(section)
        case .isapiPush:
            camera.url = section.value("url")?.deviceURL() ?? ""
            camera.user = section.needed("user", "the user name that the device posts with")?.text() ?? ""
            camera.password = password(section)
        case .gb28181:
            camera.id = section.needed("id", "the device's 20 digits")?.twentyDigits() ?? ""
            camera.password = password(section)
        case .ga1400:
            camera.id = section.needed("id", "the device's 20 digits")?.twentyDigits() ?? ""
            camera.user = section.needed("user", "the user name that the device registers with")?.text() ?? ""
            camera.password = password(section)
        case .mqtt: camera.mqtt = mqtt(section)
        }
        if [.isapiPush, .onvifPush].contains(camera.adapter) {
            camera.peers = section.value("peers")?.list().compactMap { $0.text() } ?? []
        }
    }

    private static func mqtt(_ section: Section) -> MQTT {
        var mqtt = MQTT()
        mqtt.broker = section.needed("broker", "the name of an entry of brokers")?.name() ?? ""
        mqtt.format = section.needed("format", "frigate, axis or generic")?.choice(MQTT.Format.self) ?? .generic
        mqtt.topics = section.value("topics")?.list().compactMap { $0.text() } ?? []
        mqtt.camera = section.value("camera")?.text()
        mqtt.availability = section.value("availability")?.text()
        guard mqtt.format == .generic else { return mqtt }
        if mqtt.topics.isEmpty { _ = section.needed("topics", "topics: [sensors/gate-3/smoke]") }
        mqtt.word = section.needed("word", "the alarm's word in the code list such as smoke")?.text() ?? ""
        mqtt.value = section.value("value")?.text() ?? ""
        mqtt.on = section.value("on")?.list().compactMap { $0.text() } ?? mqtt.on
        mqtt.off = section.value("off")?.list().compactMap { $0.text() } ?? mqtt.off
        mqtt.time = section.value("time")?.text()
        mqtt.identity = section.value("identity")?.text()
        return mqtt
    }

    private static func tls(_ section: Section, url: String) -> TLS {
        let tls = TLS(ca: section.value("ca")?.path(), insecure: section.value("insecure")?.bool() ?? false)
        if tls.ca != nil, tls.insecure {
            section.findings.add(
                "ca and insecure contradict each other; keep ca", key: section.key, at: section.mark)
        }
        if tls != TLS(), !url.hasPrefix("https://") {
            section.findings.add(
                "the camera's url begins with http://; write https:// or remove tls", key: section.key, at: section.mark)
        }
        section.finish()
        return tls
    }

    static func password(_ section: Section) -> Secret {
        guard let entry = section.needed("password", "password: {credential: NAME} or {file: PATH}") else { return .file("") }
        return password(entry, section.findings)
    }

    static func password(_ entry: Entry, _ findings: Findings) -> Secret {
        // Never through text(): a secret that was written here by mistake must not come back in an error.
        guard case .mapping(let mapping) = entry.node else {
            entry.report("a secret never stands in this file; write {credential: NAME} or {file: PATH}")
            return .file("")
        }
        let inner = Section(mapping, key: entry.key, findings: findings)
        defer { inner.finish() }
        return secret(inner)
    }

    /// One of `credential:` and `file:`.
    static func secret(_ section: Section) -> Secret {
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
    /// A device's address: scheme, host, perhaps a port, perhaps a path before the device's own.
    func deviceURL() -> String? {
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

    /// An identity of GB/T 28181 and GA/T 1400.
    func twentyDigits() -> String? {
        guard let text = text() else { return nil }
        guard text.utf8.count == 20, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            report("expected 20 digits between quotes such as \"15020300001310000001\", found \"\(text)\"")
            return nil
        }
        return text
    }

    /// `HOST:PORT`.
    func address() -> Settings.Address? {
        guard let text = text() else { return nil }
        guard let address = Settings.Address(text) else {
            report("expected HOST:PORT such as 192.0.2.1:1883, found \"\(text)\"")
            return nil
        }
        return address
    }
}

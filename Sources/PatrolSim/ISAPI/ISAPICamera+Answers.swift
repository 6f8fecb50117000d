import Model

extension ISAPICamera {
    /// Answers everything but the alert stream; nothing for a path that it does not know.
    func answer(_ method: String, _ path: String, body: [UInt8]) -> ISAPIAnswer? {
        if state.withLock({ $0.faults.contains(.busy) }) {
            return .status(2, "Device Busy", "deviceBusy", http: "503 Service Unavailable")
        }
        switch (method, path) {
        case ("GET", "/ISAPI/System/deviceInfo"): return .deviceInfo(settings)
        case ("GET", "/ISAPI/System/time"): return time
        case ("GET", "/ISAPI/Event/triggers"): return .document(triggers)
        case ("GET", "/ISAPI/Event/notification/httpHosts"): return .document(httpHosts)
        case ("PUT", "/ISAPI/Event/notification/httpHosts"): return putHosts(body)
        case ("GET", "/ISAPI/ContentMgmt/InputProxy/channels") where !settings.proxyChannels.isEmpty: return .document(proxies)
        default: break
        }
        let parts = path.split(separator: "/").map { String($0) }
        if parts.starts(with: ["ISAPI", "PTZCtrl", "channels"]), parts.count >= 5, let channel = Int(parts[3]) {
            return ptz(method, channel, Array(parts[4...]))
        }
        if method == "GET", parts.last == "picture" { return picture(path) }
        return nil
    }

    private var time: ISAPIAnswer {
        let text = state.withLock { state in
            state.tally.clockReadings += 1
            return clockText(state.faults)
        }
        return .document(
            Self.element(
                "Time",
                Self.element("timeMode", "NTP") + Self.element("localTime", text) + Self.element("timeZone", "CST-8:00:00")))
    }

    private var triggers: String {
        let list = settings.triggers.map { eventType, methods in
            let told = methods.map { method in
                Self.element(
                    "EventTriggerNotification",
                    Self.element("id", method) + Self.element("notificationMethod", method)
                        + Self.element("notificationRecurrence", "beginning"))
            }.joined()
            return Self.element(
                "EventTrigger",
                Self.element("id", eventType + "-1") + Self.element("eventType", eventType)
                    + Self.element("eventDescription", eventType + " Event trigger Information")
                    + Self.element("videoInputChannelID", "1") + Self.element("EventTriggerNotificationList", told))
        }.joined()
        return Self.element("EventNotification", Self.element("EventTriggerList", list))
    }

    private var proxies: String {
        Self.element(
            "InputProxyChannelList",
            settings.proxyChannels.map { channel in
                Self.element(
                    "InputProxyChannel",
                    Self.element("id", String(channel.id)) + Self.element("name", channel.name)
                        + Self.element(
                            "sourceInputPortDescriptor",
                            Self.element("proxyProtocol", "HIKVISION") + Self.element("ipAddress", channel.address)))
            }.joined())
    }

    /// The HTTP listening entries as they are now; passwords are never told.
    package var httpHosts: String {
        guard let kept = state.withLock({ $0.httpHosts }) else { return Self.freshHosts }
        let text = String(decoding: kept, as: UTF8.self)
        guard let begin = text.firstRange(of: "<password>"), let end = text.firstRange(of: "</password>"),
            begin.upperBound <= end.lowerBound
        else { return text }
        return String(text[..<begin.lowerBound] + text[end.upperBound...])
    }

    /// One entry leads to somebody else, two are free.
    private static let freshHosts: String = {
        let hosts = [(1, "/other", "192.0.2.77"), (2, "/", "0.0.0.0"), (3, "/", "0.0.0.0")].map { id, url, address in
            element(
                "HttpHostNotification",
                element("id", String(id)) + element("url", url) + element("protocolType", "HTTP")
                    + element("parameterFormatType", "XML") + element("addressingFormatType", "ipaddress")
                    + element("ipAddress", address) + element("portNo", "80") + element("httpAuthenticationMethod", "none"))
        }.joined()
        return "<HttpHostNotificationList version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\">" + hosts
            + "</HttpHostNotificationList>"
    }()

    private func putHosts(_ body: [UInt8]) -> ISAPIAnswer {
        let text = String(decoding: body, as: UTF8.self)
        guard text.contains("<HttpHostNotificationList"), text.contains("http://www.hikvision.com/ver20/XMLSchema") else {
            return .status(6, "Invalid Content", "badXmlContent", http: "400 Bad Request")
        }
        state.withLock { state in
            if !state.faults.contains(.forgetsHosts) {
                // The declaration belongs to the answer's head.
                state.httpHosts = Array(text.drop { $0 != ">" }.dropFirst().utf8)
            }
        }
        return .status(1, "OK", "ok")
    }

    private func ptz(_ method: String, _ channel: Int, _ rest: [String]) -> ISAPIAnswer? {
        switch (method, rest.count, rest.first) {
        case ("GET", 1, "presets"): return list("PTZPreset", settings.presets, nameElement: "presetName")
        case ("GET", 1, "patrols"): return list("PTZPatrol", settings.patrols, nameElement: "patrolName")
        case ("PUT", 3, "presets") where rest[2] == "goto": return order(settings.presets, channel, rest)
        case ("PUT", 3, "patrols") where rest[2] == "start" || rest[2] == "stop": return order(settings.patrols, channel, rest)
        default: return nil
        }
    }

    private func list(_ name: String, _ entries: [(number: Int, name: String)], nameElement: String) -> ISAPIAnswer {
        .document(
            Self.element(
                name + "List",
                entries.map { entry in
                    Self.element(
                        name,
                        Self.element("enabled", "true") + Self.element("id", String(entry.number))
                            + Self.element(nameElement, entry.name))
                }.joined()))
    }

    private func order(_ known: [(number: Int, name: String)], _ channel: Int, _ rest: [String]) -> ISAPIAnswer {
        guard let number = Int(rest[1]), known.contains(where: { $0.number == number }) else {
            return .status(6, "Invalid Content", "invalidID", http: "400 Bad Request")
        }
        state.withLock { $0.tally.orders.append(rest.joined(separator: "/") + " @\(channel)") }
        return .status(1, "OK", "ok")
    }

    private func picture(_ path: String) -> ISAPIAnswer? {
        let isProxy = path.hasPrefix("/ISAPI/ContentMgmt/StreamingProxy/")
        guard path.hasSuffix("1/picture"), isProxy == (settings.deviceType == "NVR") else { return nil }
        let (number, faults) = state.withLock { state in
            state.tally.snapshots += 1
            return (state.tally.snapshots, state.faults)
        }
        if faults.contains(.errorForPicture) { return .status(5, "Invalid XML Format", "badXmlFormat") }
        if faults.contains(.videoLost) { return .status(3, "Device Error", "deviceError") }
        let comment = settings.name + (faults.contains(.frozenPicture) ? " frozen" : " \(number)")
        return ISAPIAnswer(status: "200 OK", headers: [], body: "", picture: SimPicture.jpeg(comment: comment, size: 2048))
    }

    private static func element(_ name: String, _ content: String) -> String { "<\(name)>\(content)</\(name)>\r\n" }
}

extension ISAPIAnswer {
    /// A document; its root gets the usual namespace where it has none.
    static func document(_ xml: String) -> ISAPIAnswer {
        var text = xml
        if !text.contains("xmlns="), let end = text.firstIndex(of: ">") {
            text.insert(contentsOf: " version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\"", at: end)
        }
        return ISAPIAnswer(status: "200 OK", headers: [], body: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n" + text)
    }

    static func status(_ code: Int, _ text: String, _ subCode: String, http: String = "200 OK") -> ISAPIAnswer {
        ISAPIAnswer(
            status: http, headers: [],
            body: """
                <?xml version="1.0" encoding="UTF-8"?>\r
                <ResponseStatus version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">\r
                <requestURL></requestURL>\r
                <statusCode>\(code)</statusCode>\r
                <statusString>\(text)</statusString>\r
                <subStatusCode>\(subCode)</subStatusCode>\r
                </ResponseStatus>\r\n
                """)
    }
}

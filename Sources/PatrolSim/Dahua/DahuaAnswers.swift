import Model

/// A short HTTP answer of a simulated Dahua device.
struct DahuaReply {
    var status = "200 OK"
    var headers: [(String, String)] = []
    var contentType = "text/plain;charset=utf-8"
    var body: [UInt8] = []

    init(_ text: String, status: String = "200 OK") {
        body = Array(text.utf8)
        self.status = status
    }

    /// The bytes as they go out.
    var bytes: [UInt8] {
        let lines = headers + [("Content-Type", contentType), ("Content-Length", String(body.count))]
        return Array(("HTTP/1.1 \(status)\r\n" + lines.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n").utf8) + body
    }

    static func unauthorized(realm: String, _ verdict: DigestAuthority.Verdict) -> DahuaReply {
        var reply = DahuaReply("Unauthorized", status: "401 Unauthorized")
        if case .challenge(let nonce, let stale) = verdict {
            reply.headers = [
                (
                    "WWW-Authenticate",
                    "Digest realm=\"\(realm)\", qop=\"auth\", nonce=\"\(nonce)\", opaque=\"0123\", "
                        + "stale=\"\(stale ? "TRUE" : "FALSE")\""
                )
            ]
        }
        return reply
    }

    static let badRequest = DahuaReply("Error\r\nBad Request!\r\n", status: "400 Bad Request")
    static let notFound = DahuaReply("Error\r\nNot Found!\r\n", status: "404 Not Found")
    static let ok = DahuaReply("OK\r\n")

    /// The head of a stream that ends only with the connection.
    static func streamHead(chunks: Bool) -> [UInt8] {
        Array(
            ("HTTP/1.1 200 OK\r\nCache-Control: no-cache\r\nPragma: no-cache\r\nConnection: close\r\n"
                + (chunks ? "Transfer-Encoding: chunked\r\n" : "")
                + "Content-Type: multipart/x-mixed-replace; boundary=myboundary\r\n\r\n").utf8)
    }
}

/// A request's query, taken apart.
struct DahuaQuery {
    private let members: [Substring: Substring]

    init(_ target: String) {
        let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        let pairs = query.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        members = Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    }

    subscript(name: String) -> String { members[name[...]].map { String($0) } ?? "" }
    func number(_ name: String) -> Int? { Int(self[name]) }
}

extension DahuaDevice {
    /// Answers everything but the event stream.
    func answer(_ path: String, _ query: DahuaQuery) -> DahuaReply {
        switch (path, query["action"]) {
        case ("/cgi-bin/magicBox.cgi", "getSystemInfo"):
            DahuaReply(
                "appAutoStart=true\r\ndeviceType=\(settings.model)\r\nhardwareVersion=1.00\r\n"
                    + "serialNumber=\(settings.serial)\r\nupdateSerial=\(settings.model)\r\n")
        case ("/cgi-bin/magicBox.cgi", "getMachineName"): DahuaReply("name=\(settings.name)\r\n")
        case ("/cgi-bin/magicBox.cgi", "getSoftwareVersion"): DahuaReply("version=\(settings.firmware)\r\n")
        case ("/cgi-bin/magicBox.cgi", "getDeviceType"): DahuaReply("type=\(settings.model)\r\n")
        case ("/cgi-bin/global.cgi", "getCurrentTime"): currentTime
        case ("/cgi-bin/ptz.cgi", _): ptz(query)
        case ("/cgi-bin/snapshot.cgi", _): snapshot(query)
        default: .badRequest
        }
    }

    private var currentTime: DahuaReply {
        let now = state.withLock { clock($0.faults) }
        return DahuaReply("result=" + now.text(in: settings.zone).prefix(19).replacing("T", with: " ") + "\r\n")
    }

    private func ptz(_ query: DahuaQuery) -> DahuaReply {
        guard let channel = query.number("channel"), (0..<settings.channels).contains(channel) else { return .badRequest }
        switch query["action"] {
        case "getPresets": return list("presets", settings.presets)
        case "getTours": return list("tours", settings.tours)
        case "start": return order(query, channel)
        default: return .badRequest
        }
    }

    private func list(_ word: String, _ entries: [(number: Int, name: String)]) -> DahuaReply {
        DahuaReply(
            entries.enumerated().map { index, entry in
                "\(word)[\(index)].Index=\(entry.number)\r\n\(word)[\(index)].Name=\(entry.name)\r\n"
            }.joined())
    }

    private func order(_ query: DahuaQuery, _ channel: Int) -> DahuaReply {
        let number = query["code"] == "GotoPreset" ? query.number("arg2") : query.number("arg1")
        let known = query["code"] == "GotoPreset" ? settings.presets.map(\.number) : settings.tours.map(\.number)
        guard let number, known.contains(number) else { return .badRequest }
        let text = "\(query["code"]) \(query["arg1"]) \(query["arg2"]) \(query["arg3"]) @\(channel)"
        state.withLock { $0.tally.orders.append(text) }
        return .ok
    }

    private func snapshot(_ query: DahuaQuery) -> DahuaReply {
        guard let channel = query.number("channel"), (1...settings.channels).contains(channel) else { return .badRequest }
        let (number, isText) = state.withLock { state in
            state.tally.snapshots += 1
            return (state.tally.snapshots, state.faults.contains(.textForPicture))
        }
        var reply = DahuaReply("Error\r\nvideo lost\r\n")
        guard !isText else { return reply }
        reply.contentType = "image/jpeg"
        reply.body = SimPicture.jpeg(comment: "\(settings.name) \(number)", size: 2048)
        return reply
    }
}

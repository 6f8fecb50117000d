import FoundationEssentials
import Model

/// What the configuration says of one exchange that posts records of calls to us.
package struct CallPushDevice: Sendable {
    /// Name of the recorder.
    package var name: String
    package var spellings = CallSpellings.standard
    /// What the exchange answers our challenge with (digest), or sends at once (basic).
    package var user: String?
    package var password: @Sendable () -> String? = { nil }
    /// Sent as `Authorization: Bearer` or as `token` in the query.
    package var token: @Sendable () -> String? = { nil }
    /// IP addresses from which it is believed without either.
    package var allowedPeers: Set<String> = []
    /// The longest body in bytes that is read.
    package var bodyLimit = 8 << 20
    /// Posts that may wait for the journal at once.
    package var waitingLimit = 32
    /// How long an exchange waits for the journal at most before it is told to come again.
    package var answerWithin = Span.seconds(10)
    /// After how long without a record the feed counts as silent; nothing means never.
    package var idleLimit: Span?
    /// How often that is looked at.
    package var lookEvery = Span.seconds(5)

    package init(name: String) {
        self.name = name
    }
}

/// Whether a caller is who it must be: by address, token, basic or digest.
struct CallerCheck: Sendable {
    enum Verdict: Hashable {
        case granted
        /// A digest nonce was too old: the device may simply repeat.
        case stale
        case refused
    }

    let device: CallPushDevice
    let digest: DigestServer

    func verdict(_ request: PushRequest, at uptime: Span) -> Verdict {
        if believes(peer: request.peer) { return .granted }
        if let token = device.token(), !token.isEmpty, Self.tokens(request).contains(where: { Self.equal($0, token) }) {
            return .granted
        }
        guard let user = device.user, let password = device.password() else { return .refused }
        let authorization = request["Authorization"]
        if let given = authorization.flatMap(Self.basic) {
            return Self.equal(given, user + ":" + password) ? .granted : .refused
        }
        let answer = digest.verify(authorization, method: request.method, at: uptime) { $0 == user ? password : nil }
        switch answer {
        case .granted: return .granted
        case .challenge(let stale): return stale ? .stale : .refused
        case .refused: return .refused
        }
    }

    /// IPv4 may come mapped into IPv6 (RFC 4291, section 2.5.5.2).
    private func believes(peer: String) -> Bool {
        let plain = peer.lowercased().hasPrefix("::ffff:") ? String(peer.dropFirst(7)) : peer
        return device.allowedPeers.contains(peer) || device.allowedPeers.contains(plain)
    }

    private static func tokens(_ request: PushRequest) -> [String] {
        var tokens: [String] = []
        if let header = request["Authorization"], header.lowercased().hasPrefix("bearer ") {
            tokens.append(String(header.dropFirst(7).drop { $0 == " " }))
        }
        for pair in FormText.pairs(Array(request.query.utf8)) where pair.name == "token" {
            tokens.append(FormText.text(pair.value))
        }
        return tokens
    }

    /// `user:password` of RFC 7617.
    private static func basic(_ header: String) -> String? {
        guard header.lowercased().hasPrefix("basic ") else { return nil }
        return Data(base64Encoded: String(header.dropFirst(6)), options: .ignoreUnknownCharacters).map {
            FormText.text(Array($0))
        }
    }

    /// Compares in a time that does not depend on where the difference is.
    private static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

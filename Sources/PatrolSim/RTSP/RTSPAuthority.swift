import Crypto

/// Whether a request shows that it knows the password: digest (RFC 2617, RFC 2069) or basic, as the settings say.
struct RTSPAuthority {
    let settings: RTSPServerSettings
    /// The nonce that this connection is offered.
    let nonce: String
    /// Whether a nonce was offered to anybody; those of closed connections are good too.
    let isOurs: (String) -> Bool

    enum Verdict: Hashable {
        case accepted
        /// The values of `WWW-Authenticate`.
        case challenge([String])
    }

    /// - Parameter isStale: whether the nonce counts as used up.
    func judge(_ request: RTSPRequest, isStale: Bool) -> Verdict {
        guard let user = settings.user else { return .accepted }
        guard let given = request.headers["authorization"] else { return .challenge(challenges(stale: false)) }
        if settings.faults.contains(.basicOnly) {
            let expected = "Basic " + Self.base64(Array("\(user):\(settings.password)".utf8))
            return given == expected ? .accepted : .challenge(challenges(stale: false))
        }
        guard let header = AuthorizationHeader(given), isRight(header, request, user) else {
            return .challenge(challenges(stale: false))
        }
        return isStale ? .challenge(challenges(stale: true)) : .accepted
    }

    private func challenges(stale: Bool) -> [String] {
        let faults = settings.faults
        if faults.contains(.basicOnly) { return ["Basic realm=\"\(settings.realm)\""] }
        let realm = faults.contains(.wrongRealm) ? "another realm" : settings.realm
        let algorithm = faults.contains(.modernDigestOnly) ? ", algorithm=SHA-256" : ""
        let quality = faults.contains(.oldDigest) ? "" : ", qop=\"auth,auth-int\", opaque=\"5ccc\""
        return [
            "Digest realm=\"\(realm)\", nonce=\"\(nonce)\"\(quality)\(algorithm)" + (stale ? ", stale=\"TRUE\"" : "")
        ]
    }

    private func isRight(_ header: AuthorizationHeader, _ request: RTSPRequest, _ user: String) -> Bool {
        guard header["username"] == user, header["realm"] == settings.realm, isOurs(header["nonce"]),
            header["uri"] == request.url
        else { return false }
        let first = Self.md5("\(user):\(settings.realm):\(settings.password)")
        let (second, nonce) = (Self.md5("\(request.method):\(request.url)"), header["nonce"])
        guard !settings.faults.contains(.oldDigest) else {
            return header["response"] == Self.md5("\(first):\(nonce):\(second)")
        }
        let middle = "\(nonce):\(header["nc"]):\(header["cnonce"]):\(header["qop"])"
        guard header["opaque"] == "5ccc", header["qop"] == "auth" else { return false }
        return header["response"] == Self.md5("\(first):\(middle):\(second)")
    }

    private static func md5(_ text: String) -> String {
        Insecure.MD5.hash(data: Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// RFC 4648 §4.
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let number = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[number >> (18 - 6 * place) & 63] : "=")
            }
        }
        return text
    }
}

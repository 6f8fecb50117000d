import Crypto
import Model

// REGISTER and its proof.
extension GB28181Device {
    func register(expires: Int?, challenge: String? = nil) {
        guard let wire else { return }
        var message = request("REGISTER")
        message.add("Contact", "<sip:\(settings.code)@127.0.0.1:\(wire.port)>")
        if let expires { message.add("Expires", String(expires)) }
        if let challenge {
            message.add("Authorization", proof(of: Challenge(challenge), hasQop: settings.proof == .withQop))
        } else if settings.proof == .ownNonce {
            let own = Challenge(realm: String(settings.platformCode.prefix(10)), nonce: "1795430127")
            message.add("Authorization", proof(of: own, hasQop: false))
        }
        send(message) { $0.register(expires: expires) }
    }

    /// Takes the answer to a registration.
    func registered(_ answer: SimSIP, expires: Int?) {
        switch answer.status {
        case 401:
            guard let challenge = answer["www-authenticate"] else { return }
            register(expires: expires, challenge: challenge)
        case 200:
            seen.withLock {
                $0.isRegistered = expires != 0
                $0.registrations += 1
                $0.date = answer["date"]
            }
        default: seen.withLock { $0.isRegistered = false }
        }
    }

    private struct Challenge {
        var realm: String
        var nonce: String

        init(realm: String, nonce: String) {
            self.realm = realm
            self.nonce = nonce
        }

        init(_ header: String) {
            let found = AuthorizationText(header)
            realm = found["realm"]
            nonce = found["nonce"]
        }
    }

    private func proof(of challenge: Challenge, hasQop: Bool) -> String {
        let uri = "sip:\(settings.platformCode)@\(settings.platformCode.prefix(10))"
        let first = md5("\(settings.code):\(challenge.realm):\(settings.secret)")
        let second = md5("REGISTER:\(uri)")
        let head =
            "Digest username=\"\(settings.code)\", realm=\"\(challenge.realm)\", nonce=\"\(challenge.nonce)\", uri=\"\(uri)\""
        guard hasQop else { return head + ", response=\"\(md5("\(first):\(challenge.nonce):\(second)"))\", algorithm=MD5" }
        let cnonce = digits()
        let response = md5("\(first):\(challenge.nonce):00000001:\(cnonce):auth:\(second)")
        return head + ", response=\"\(response)\", algorithm=MD5, cnonce=\"\(cnonce)\", qop=auth, nc=00000001"
    }

    private func md5(_ text: String) -> String {
        Insecure.MD5.hash(data: Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The quoted parameters of a challenge.
private struct AuthorizationText {
    private let header: String

    init(_ header: String) { self.header = header }

    subscript(name: String) -> String {
        for piece in header.dropFirst(7).split(separator: ",") {
            let parts = piece.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].filter({ $0 != " " }) == name else { continue }
            return parts[1].filter { $0 != "\"" && $0 != " " }
        }
        return ""
    }
}

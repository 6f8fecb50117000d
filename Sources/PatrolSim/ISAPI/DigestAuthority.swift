import Crypto
import Model

/// Lets in who knows the password: HTTP digest with MD5 and `qop=auth` (RFC 7616), and the older form without qop.
///
/// A request without credentials, or with a nonce that is too old or not ours, is challenged and not counted as a
/// try. After so many wrong answers everybody is locked out for a while, as these cameras do.
struct DigestAuthority: Sendable {
    enum Verdict: Hashable, Sendable {
        case accepted
        case challenge(nonce: String, stale: Bool)
        case lockedOut(remaining: Span)
    }

    let user: String
    let password: String
    let realm: String
    let nonceLifetime: Span
    let triesUntilLocked: Int
    let lockedFor: Span
    private var random: SplitMix64
    private var issued: [String: Timestamp] = [:]
    private var wrongTries = 0
    private var lockedUntil: Timestamp?

    init(_ settings: ISAPICameraSettings, seed: UInt64) {
        self.init(
            user: settings.user, password: settings.password, realm: "IP Camera(" + settings.serial.suffix(5) + ")",
            nonceLifetime: settings.nonceLifetime, triesUntilLocked: settings.triesUntilLocked,
            lockedFor: settings.lockedFor, seed: seed)
    }

    init(
        user: String, password: String, realm: String, nonceLifetime: Span = .minutes(5), triesUntilLocked: Int = 7,
        lockedFor: Span = .minutes(30), seed: UInt64
    ) {
        self.user = user
        self.password = password
        self.realm = realm
        self.nonceLifetime = nonceLifetime
        self.triesUntilLocked = triesUntilLocked
        self.lockedFor = lockedFor
        random = SplitMix64(seed: seed)
    }

    /// Whether nobody is let in at the moment.
    func isLocked(at now: Timestamp) -> Bool { lockedUntil.map { now < $0 } ?? false }

    /// Judges one request; `header` is the value of its Authorization header.
    mutating func judge(header: String?, method: String, target: String, at now: Timestamp) -> Verdict {
        if let lockedUntil, now < lockedUntil { return .lockedOut(remaining: lockedUntil - now) }
        lockedUntil = nil
        guard let given = header.flatMap(AuthorizationHeader.init) else { return challenge(stale: false, at: now) }
        guard isRight(given, method: method, target: target) else { return countWrongTry(at: now) }
        guard let since = issued[given["nonce"]], now - since < nonceLifetime else { return challenge(stale: true, at: now) }
        wrongTries = 0
        return .accepted
    }

    /// Forgets all nonces: the next request is told that its nonce is stale.
    mutating func forgetNonces() {
        issued = [:]
    }

    private mutating func countWrongTry(at now: Timestamp) -> Verdict {
        wrongTries += 1
        guard wrongTries >= triesUntilLocked else { return challenge(stale: false, at: now) }
        wrongTries = 0
        lockedUntil = now + lockedFor
        return .lockedOut(remaining: lockedFor)
    }

    private mutating func challenge(stale: Bool, at now: Timestamp) -> Verdict {
        if issued.count > 10_000 { issued = issued.filter { now - $0.value < nonceLifetime } }
        let nonce = (hexadecimal(random.next()) + hexadecimal(random.next()))
        issued[nonce] = now
        return .challenge(nonce: nonce, stale: stale)
    }

    private func isRight(_ given: AuthorizationHeader, method: String, target: String) -> Bool {
        guard given["username"] == user, given["realm"] == realm, names(given["uri"], target) else { return false }
        let first = md5("\(user):\(realm):\(password)")
        let second = md5("\(method):\(given["uri"])")
        let qop = given["qop"]
        let middle = qop.isEmpty ? given["nonce"] : "\(given["nonce"]):\(given["nc"]):\(given["cnonce"]):\(qop)"
        return (qop.isEmpty || qop == "auth") && given["response"].lowercased() == md5("\(first):\(middle):\(second)")
    }

    /// What a client must answer to a challenge with `qop=auth`.
    static func response(
        user: String, realm: String, password: String, method: String, uri: String, nonce: String, count: String, client: String
    ) -> String {
        let (first, second) = (md5("\(user):\(realm):\(password)"), md5("\(method):\(uri)"))
        return md5("\(first):\(nonce):\(count):\(client):auth:\(second)")
    }

    /// The header may name the request's target as a path or as an absolute URL, and brackets in it as they are.
    private func names(_ uri: String, _ target: String) -> Bool {
        let plain = { (text: String) in text.replacing("%5B", with: "[").replacing("%5D", with: "]") }
        return uri == target || plain(uri) == plain(target) || (uri.hasPrefix("http://") && uri.hasSuffix(target))
    }
}

private func md5(_ text: String) -> String {
    Insecure.MD5.hash(data: Array(text.utf8)).map(twoDigits).joined()
}

private func twoDigits(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
}

private func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

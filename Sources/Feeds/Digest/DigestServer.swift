import Crypto
import Model

/// Our side of digest authentication, for devices that call us: nonces of our own making and the check of their answers.
///
/// Nonces carry their time under a key of this process, so nothing is kept for them; after a restart every device is
/// told `stale` once and goes on. They are hexadecimal because some devices cut a nonce at `=`.
package struct DigestServer: Sendable {
    package enum Verdict: Hashable, Sendable {
        case granted(user: String)
        /// No authorization, or a nonce that is not ours or too old: challenge; `stale` where the device may simply repeat.
        case challenge(stale: Bool)
        /// The user is unknown or the password wrong.
        case refused(user: String)
    }

    package let realm: String
    private let key: SymmetricKey
    private let lifetime: Span

    /// - Parameter lifetime: how long a nonce is good for.
    package init(realm: String, lifetime: Span = .minutes(5), key: SymmetricKey = SymmetricKey(size: .bits256)) {
        self.realm = realm
        self.lifetime = lifetime
        self.key = key
    }

    /// The value of `WWW-Authenticate`.
    ///
    /// - Parameter uptime: now.
    package func challenge(stale: Bool = false, at uptime: Span) -> String {
        "Digest realm=\"\(realm)\", qop=\"auth\", nonce=\"\(nonce(at: uptime))\", algorithm=MD5"
            + (stale ? ", stale=true" : "")
    }

    /// Checks an `Authorization` header.
    ///
    /// - Parameters:
    ///   - method: of the request, such as `REGISTER`.
    ///   - password: of a user, nothing for one that is not known.
    package func verify(
        _ authorization: String?, method: String, at uptime: Span, password: (_ user: String) -> String?
    ) -> Verdict {
        guard let header = authorization.flatMap({ DigestHeader($0) }), let nonce = header["nonce"],
            let user = header["username"], let response = header["response"]
        else { return .challenge(stale: false) }
        guard isOurs(nonce, at: uptime) else { return .challenge(stale: true) }
        guard let password = password(user), header["realm"].map({ $0 == realm }) ?? true else {
            return .refused(user: user)
        }
        let expected = header.expectedResponse(method: method, user: user, realm: realm, password: password)
        return Self.equal(expected, response.lowercased()) ? .granted(user: user) : .refused(user: user)
    }

    private func nonce(at uptime: Span) -> String {
        let time = Self.hex(UInt64(bitPattern: uptime.microseconds))
        return time + seal(time)
    }

    private func isOurs(_ nonce: String, at uptime: Span) -> Bool {
        let time = String(nonce.prefix(16))
        guard nonce.utf8.count == 32, Self.equal(seal(time), String(nonce.suffix(16))),
            let made = UInt64(time, radix: 16).map({ Int64(bitPattern: $0) })
        else { return false }
        return uptime.microseconds - made <= lifetime.microseconds
    }

    private func seal(_ time: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array((time + realm).utf8), using: key)
        return Self.hex(code.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// Compares in a time that does not depend on where the difference is.
    private static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

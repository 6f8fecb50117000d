import Crypto
import FoundationEssentials
import Model

/// The WS-Security header by which a camera knows us: a user with a password digest (UsernameToken Profile 1.0).
struct UsernameToken: Sendable {
    let user: String
    let nonce: [UInt8]
    /// In Zulu form; some firmware refuses `+00:00`.
    let created: String
    /// Base64 of SHA-1 of nonce, creation time and password.
    let digest: String

    /// Makes a token with a nonce of its own.
    ///
    /// - Parameter created: now, by the camera's clock: a token of another minute is refused.
    init(user: String, password: String, created: Timestamp) {
        var random = SystemRandomNumberGenerator()
        let nonce = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
        self.init(user: user, password: password, created: created, nonce: nonce)
    }

    init(user: String, password: String, created: Timestamp, nonce: [UInt8]) {
        self.user = user
        self.nonce = nonce
        let whole = Timestamp(microseconds: created.microseconds / 1000 * 1000)
        self.created = whole.text(in: .utc)
        let hash = Insecure.SHA1.hash(data: nonce + Array(self.created.utf8) + Array(password.utf8))
        digest = Data(hash).base64EncodedString()
    }

    /// The header element.
    var header: String {
        let base = SOAPNamespaces.security
        return "<wsse:Security xmlns:wsse=\"\(base)wssecurity-secext-1.0.xsd\" xmlns:wsu=\"\(base)wssecurity-utility-1.0.xsd\">"
            + "<wsse:UsernameToken><wsse:Username>\(user.markup)</wsse:Username>"
            + "<wsse:Password Type=\"\(base)username-token-profile-1.0#PasswordDigest\">\(digest)</wsse:Password>"
            + "<wsse:Nonce EncodingType=\"\(base)soap-message-security-1.0#Base64Binary\">"
            + Data(nonce).base64EncodedString() + "</wsse:Nonce>"
            + "<wsu:Created>\(created)</wsu:Created></wsse:UsernameToken></wsse:Security>"
    }
}

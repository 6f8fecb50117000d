import Crypto
import FoundationEssentials
import Model

/// Lets in who knows the password: WS-UsernameToken with a password digest, each nonce once.
struct TokenAuthority: Sendable {
    private let user: String
    private let password: String
    private let window: Span
    private var nonces: Set<String> = []

    init(_ settings: ONVIFDeviceSettings) {
        user = settings.user
        password = settings.password
        window = settings.tokenWindow
    }

    /// Judges the token in a request's header.
    ///
    /// - Parameter now: by the camera's clock.
    mutating func admits(_ request: SOAPText, at now: Timestamp, zuluOnly: Bool) -> Bool {
        guard request.first("Username") == user, let nonce = request.first("Nonce"), let created = request.first("Created"),
            let given = request.first("Password"), let raw = Data(base64Encoded: nonce), let time = Timestamp(created)
        else { return false }
        guard !zuluOnly || created.hasSuffix("Z"), abs((time - now).microseconds) <= window.microseconds,
            nonces.insert(nonce).inserted
        else { return false }
        let hash = Insecure.SHA1.hash(data: Array(raw) + Array(created.utf8) + Array(password.utf8))
        return Data(hash).base64EncodedString() == given
    }
}

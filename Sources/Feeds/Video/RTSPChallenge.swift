import FoundationEssentials
import Model

/// Who we are to an RTSP server.
package struct RTSPCredentials: Hashable, Sendable {
    package var user: String
    package var password: String
    /// Whether the password may go out in clear where the device knows nothing better.
    package var permitsBasic: Bool

    package init(user: String, password: String, permitsBasic: Bool = true) {
        self.user = user
        self.password = password
        self.permitsBasic = permitsBasic
    }
}

/// What a server asks to be shown: digest with MD5 (RFC 2617) where it offers that, else the password in clear.
struct RTSPChallenge: Sendable {
    private enum Scheme: Sendable {
        case digest(DigestHeader)
        case basic
    }

    private let scheme: Scheme

    /// The strongest scheme that both know, or nothing.
    ///
    /// - Parameter offers: the values of all `WWW-Authenticate` headers.
    init?(_ offers: [String], permitsBasic: Bool) {
        let digests = offers.compactMap { DigestHeader($0) }
        if let digest = digests.first(where: { ($0["algorithm"] ?? "MD5").lowercased() == "md5" && $0["nonce"] != nil }) {
            scheme = .digest(digest)
        } else if permitsBasic, offers.contains(where: { $0.lowercased().hasPrefix("basic") }) {
            scheme = .basic
        } else {
            return nil
        }
    }

    /// Whether the server only wants a newer nonce of its own.
    var isStale: Bool {
        if case .digest(let header) = scheme { header["stale"]?.lowercased() == "true" } else { false }
    }

    /// The value of `Authorization`; its `uri` is what the request line names.
    func answer(_ method: String, _ uri: String, _ credentials: RTSPCredentials, nonce: String) -> String {
        guard case .digest(let header) = scheme else {
            return "Basic " + Data("\(credentials.user):\(credentials.password)".utf8).base64EncodedString()
        }
        let realm = header["realm"] ?? ""
        var parts = [
            "username=\(Self.quoted(credentials.user))", "realm=\(Self.quoted(realm))",
            "nonce=\(Self.quoted(header["nonce"] ?? ""))", "uri=\(Self.quoted(uri))",
        ]
        if let opaque = header["opaque"] { parts.append("opaque=\(Self.quoted(opaque))") }
        let qualities = (header["qop"] ?? "").lowercased().split(separator: ",").map { $0.filter { $0 != " " } }
        if qualities.contains("auth") { parts += ["qop=auth", "nc=00000001", "cnonce=\(Self.quoted(nonce))"] }
        let said = "Digest " + parts.joined(separator: ", ")
        // Read back, so that what is hashed is what is said.
        let response =
            DigestHeader(said)?.expectedResponse(
                method: method, user: credentials.user, realm: realm, password: credentials.password) ?? ""
        return said + ", response=\"\(response)\""
    }

    /// A quoted string (RFC 2616 §2.2) of one line.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text.unicodeScalars where character.value >= 0x20 && character.value != 0x7F {
            if character == "\"" || character == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}

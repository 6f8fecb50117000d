/// Where a picture stream is: `rtsp://HOST[:PORT]/PATH`, as requests name it.
package struct RTSPAddress: Hashable, Sendable {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    package let host: String
    package let port: Int
    /// What the request line and the digest name: the address without user and password.
    package let url: String

    /// The longest address; request lines of devices' firmware are short.
    private static let lengthLimit = 1024

    /// Reads an address; nothing where it is none, or where it holds what would break a request line.
    ///
    /// User and password in it are passed over: they belong into the settings' own keys.
    package init?(_ text: String) {
        let scheme = text.prefix(7)
        guard scheme.lowercased() == "rtsp://", text.utf8.count <= Self.lengthLimit,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        let rest = text.dropFirst(7)
        let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        var authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        guard let (host, port) = Self.split(authority) else { return nil }
        self.host = host
        self.port = port
        url = "rtsp://" + authority + rest[slash...]
    }

    private static func split(_ authority: Substring) -> (host: String, port: Int)? {
        var host = authority
        var port = 554
        if authority.last != "]", let colon = authority.lastIndex(of: ":") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else { return nil }
            port = number
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : (String(host), port)
    }
}

/// Parameters behind semicolons: name in lower case → value without quotes, empty where there is none.
package typealias SIPParameters = [String: String]

/// A `sip:` URI, as far as devices use one.
package struct SIPURI: Hashable, Sendable {
    package var user: String?
    package var host: String
    package var port: UInt16?
    package var parameters: SIPParameters = [:]

    package init(user: String? = nil, host: String, port: UInt16? = nil) {
        self.user = user
        self.host = host
        self.port = port
    }

    /// Reads a URI; blanks around its parts are passed over, as devices pad their ids with them.
    package init?(_ text: some StringProtocol) {
        let whole = text.trimmedBlanks
        guard let colon = whole.utf8.firstIndex(of: UInt8(ascii: ":")),
            ["sip", "sips"].contains(whole[..<colon].lowercased())
        else { return nil }
        let rest = whole[whole.index(after: colon)...]
        let at = rest.utf8.lastIndex(of: UInt8(ascii: "@"))
        let hostPart = at.map { rest[rest.index(after: $0)...] } ?? rest
        let pieces = hostPart.prefix { $0 != "?" }.split(separator: ";", omittingEmptySubsequences: false)
        guard let first = pieces.first, let place = SIPHostPort(first.trimmedBlanks) else { return nil }
        user = at.map { rest[..<$0].prefix { $0 != ":" && $0 != ";" }.trimmedBlanks }
        host = place.host
        port = place.port
        parameters = sipParameters(pieces.dropFirst())
    }

    package var text: String {
        let place = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "sip:" + (user.map { $0 + "@" } ?? "") + place + (port.map { ":\($0)" } ?? "")
    }
}

/// `host:port`, with an IPv6 address in brackets.
struct SIPHostPort: Hashable, Sendable {
    var host: String
    var port: UInt16?

    init?(_ text: String) {
        let compact = text.filter { $0 != " " && $0 != "\t" }
        if compact.hasPrefix("[") {
            guard let end = compact.firstIndex(of: "]") else { return nil }
            host = String(compact[compact.index(after: compact.startIndex)..<end])
            let rest = compact[compact.index(after: end)...]
            port = rest.hasPrefix(":") ? UInt16(rest.dropFirst()) : nil
            guard rest.isEmpty || port != nil else { return nil }
        } else {
            let parts = compact.split(separator: ":", omittingEmptySubsequences: false)
            guard let name = parts.first, parts.count <= 2 else { return nil }
            host = String(name)
            port = parts.count == 2 ? UInt16(parts[1]) : nil
            guard parts.count == 1 || port != nil else { return nil }
        }
        guard !host.isEmpty else { return nil }
    }
}

/// The value of `From`, `To` or `Contact`: a URI with or without display name and angle brackets.
package struct SIPNameAddress: Hashable, Sendable {
    package var display: String
    package var uri: SIPURI
    /// Those of the header, such as `tag`.
    package var parameters: SIPParameters

    package init?(_ text: String) {
        // The display name may be in any encoding; `<sip` cannot be part of one.
        guard let open = Self.bracket(text) else {
            let pieces = text.split(separator: ";", omittingEmptySubsequences: false)
            guard let first = pieces.first, let uri = SIPURI(first) else { return nil }
            self.uri = uri
            display = ""
            parameters = sipParameters(pieces.dropFirst())
            return
        }
        let inside = text[text.index(after: open)...]
        guard let close = inside.utf8.firstIndex(of: UInt8(ascii: ">")), let uri = SIPURI(inside[..<close]) else { return nil }
        self.uri = uri
        display = text[..<open].trimmedBlanks.filter { $0 != "\"" }
        let rest = inside[inside.index(after: close)...].prefix { $0 != "," }
        parameters = sipParameters(rest.split(separator: ";", omittingEmptySubsequences: false).dropFirst())
    }

    package var tag: String? { parameters["tag"] }

    private static func bracket(_ text: String) -> String.Index? {
        text.utf8.lastIndex(of: UInt8(ascii: "<"))
    }
}

/// Reads parameters behind semicolons; the first of a name counts.
func sipParameters(_ pieces: some Sequence<Substring>) -> SIPParameters {
    var parameters: SIPParameters = [:]
    for piece in pieces.prefix(64) {
        let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = (parts.first ?? "").trimmedBlanks.lowercased()
        let value = parts.count == 2 ? parts[1].trimmedBlanks.filter { $0 != "\"" } : ""
        if !name.isEmpty, parameters[name] == nil { parameters[name] = value }
    }
    return parameters
}

extension StringProtocol {
    /// The text without blanks and line ends around it.
    var trimmedBlanks: String {
        let bytes = Array(utf8)
        guard let first = bytes.firstIndex(where: { !$0.isBlank }), let last = bytes.lastIndex(where: { !$0.isBlank }) else {
            return ""
        }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}

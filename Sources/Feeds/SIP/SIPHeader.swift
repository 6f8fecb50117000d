/// One header field of a message; its value is bytes, because devices write display names in GBK.
package struct SIPHeader: Hashable, Sendable {
    /// In lower case, compact forms written out.
    package let name: String
    /// Unfolded, without the white space around it.
    package var value: [UInt8]

    package init(_ name: String, _ value: [UInt8]) {
        let lower = name.lowercased()
        self.name = Self.compact[lower] ?? lower
        self.value = value
    }

    package init(_ name: String, _ value: String) {
        self.init(name, Array(value.utf8))
    }

    /// The value as text; bytes that are not UTF-8 are replaced.
    package var text: String { String(decoding: value, as: UTF8.self) }

    /// The name as it is printed; some devices compare it letter by letter.
    var printedName: String {
        if let usual = Self.usual[name] { return usual }
        return name.split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-")
    }

    /// RFC 3261 §7.3.3 and RFC 6665.
    private static let compact = [
        "i": "call-id", "m": "contact", "e": "content-encoding", "l": "content-length", "c": "content-type", "f": "from",
        "s": "subject", "k": "supported", "t": "to", "v": "via", "o": "event", "u": "allow-events",
    ]

    private static let usual = ["call-id": "Call-ID", "cseq": "CSeq", "www-authenticate": "WWW-Authenticate"]
}

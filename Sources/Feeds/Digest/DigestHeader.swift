import Crypto

/// The parameters of a `Digest` challenge or authorization (RFC 2617, RFC 7616), read the way that sloppy devices write.
package struct DigestHeader: Sendable {
    /// Lower-cased name → value without quotes.
    package private(set) var parameters: [String: String] = [:]

    /// Nothing where the text is of another scheme.
    package init?(_ text: String) {
        let bytes = Array(text.utf8).drop { $0 == 0x20 || $0 == 0x09 }
        guard String(decoding: bytes.prefix(6), as: UTF8.self).lowercased() == "digest" else { return nil }
        var rest = bytes.dropFirst(6)
        while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
            let name = Self.word(rest[..<equals])
            rest = rest[(equals + 1)...].drop { $0 == 0x20 }
            let value = Self.takeValue(&rest)
            if !name.isEmpty { parameters[name.lowercased()] = value }
        }
    }

    package subscript(name: String) -> String? { parameters[name] }

    /// The name before an equals sign: letters only, whatever separators precede it.
    private static func word(_ bytes: ArraySlice<UInt8>) -> String {
        let separators: Set<UInt8> = [0x20, 0x09, 0x0D, 0x0A, UInt8(ascii: ",")]
        return String(decoding: bytes.filter { !separators.contains($0) }, as: UTF8.self)
    }

    private static func takeValue(_ rest: inout ArraySlice<UInt8>) -> String {
        var value: [UInt8] = []
        guard rest.first == UInt8(ascii: "\"") else {
            value = Array(rest.prefix { $0 != UInt8(ascii: ",") })
            rest = rest.dropFirst(value.count)
            while value.last == 0x20 { value.removeLast() }
            return String(decoding: value, as: UTF8.self)
        }
        rest = rest.dropFirst()
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() { value.append(escaped) } else { value.append(byte) }
        }
        return String(decoding: value, as: UTF8.self)
    }

    /// What the response must be for a password, with `qop=auth` or in the form without it.
    ///
    /// - Parameter method: such as `REGISTER` or `POST`.
    package func expectedResponse(method: String, user: String, realm: String, password: String) -> String {
        let identity = Self.md5("\(user):\(realm):\(password)")
        let request = Self.md5("\(method):\(self["uri"] ?? "")")
        let nonce = self["nonce"] ?? ""
        guard let qop = self["qop"], !qop.isEmpty else { return Self.md5("\(identity):\(nonce):\(request)") }
        return Self.md5("\(identity):\(nonce):\(self["nc"] ?? ""):\(self["cnonce"] ?? ""):\(qop):\(request)")
    }

    package static func md5(_ text: String) -> String {
        var text = text
        let digest = text.withUTF8 { Insecure.MD5.hash(data: UnsafeRawBufferPointer($0)) }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

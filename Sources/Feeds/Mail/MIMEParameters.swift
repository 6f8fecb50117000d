import Model

/// A structured header field: a value and its parameters (RFC 2045 §5.1, RFC 2231, RFC 2183).
struct MIMEParameters {
    /// In lower case, such as `multipart/mixed` or `attachment`.
    let value: String
    private var parameters: [String: [UInt8]] = [:]

    private static let limit = 100

    init(_ field: [UInt8]?) {
        let pieces = Self.pieces(field ?? [])
        value = String(decoding: pieces.first ?? [], as: UTF8.self).lowercased().filter { !$0.isWhitespace }
        for piece in pieces.dropFirst().prefix(Self.limit) {
            guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: piece[..<equals], as: UTF8.self).lowercased().filter { !$0.isWhitespace }
            if parameters[name] == nil { parameters[name] = Self.unquoted(piece[(equals + 1)...]) }
        }
    }

    /// A parameter as text: plain, with encoded words although none belong there, or by RFC 2231 with `*`.
    subscript(name: String) -> String? {
        if let extended = parameters[name + "*"] { return Self.extended([(extended, true)]) }
        var parts: [([UInt8], Bool)] = []
        while parts.count < Self.limit {
            if let part = parameters["\(name)*\(parts.count)"] {
                parts.append((part, false))
            } else if let part = parameters["\(name)*\(parts.count)*"] {
                parts.append((part, true))
            } else {
                break
            }
        }
        if !parts.isEmpty { return Self.extended(parts) }
        return parameters[name].map { EncodedWords.decode($0) }
    }

    /// A parameter's bytes as they stand, for boundaries.
    func raw(_ name: String) -> [UInt8]? { parameters[name] }

    /// `gb18030''%B8%BD%BC%FE.xlsx`, in one piece or several; the first names the character set.
    private static func extended(_ parts: [(bytes: [UInt8], isEncoded: Bool)]) -> String {
        var charset: String?
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            var rest = part.bytes[...]
            let quotes = rest.indices.filter { rest[$0] == UInt8(ascii: "'") }
            if index == 0, part.isEncoded, quotes.count >= 2 {
                charset = String(decoding: rest[..<quotes[0]], as: UTF8.self)
                rest = rest[(quotes[1] + 1)...]
            }
            bytes += part.isEncoded ? percentDecoded(rest) : Array(rest)
        }
        return EncodedWords.decode(Array(Charset.decode(bytes, named: charset).utf8))
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        // The same scheme as quoted-printable, with another sign.
        TransferEncoding.quotedPrintable(
            ArraySlice(text.flatMap { $0 == UInt8(ascii: "=") ? Array("=3D".utf8) : [$0 == UInt8(ascii: "%") ? 0x3D : $0] }))
    }

    /// The field cut at semicolons outside of quotes.
    private static func pieces(_ field: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        var isQuoted = false
        var isEscaped = false
        for (index, byte) in field.enumerated() {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), isQuoted {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: ";"), !isQuoted {
                pieces.append(field[start..<index])
                start = index + 1
            }
        }
        pieces.append(field[start...])
        return pieces
    }

    private static func unquoted(_ value: ArraySlice<UInt8>) -> [UInt8] {
        var rest = value.drop { $0 <= 0x20 }
        while let last = rest.last, last <= 0x20 { rest = rest.dropLast() }
        guard rest.first == UInt8(ascii: "\"") else { return Array(rest) }
        var output: [UInt8] = []
        var isEscaped = false
        for byte in rest.dropFirst() {
            if isEscaped {
                output.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                break
            } else {
                output.append(byte)
            }
        }
        return output
    }
}

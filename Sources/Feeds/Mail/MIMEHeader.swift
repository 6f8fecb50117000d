import Model

/// The header fields of a mail or of one of its parts (RFC 5322 §2.2), as bytes, because mailers put anything there.
struct MIMEHeader {
    private static let fieldLimit = 500
    private static let valueLimit = 64 << 10

    /// Names in lower case; values unfolded, in the order of the mail.
    private(set) var fields: [(name: String, value: [UInt8])] = []

    /// Reads fields up to the blank line.
    ///
    /// - Returns: where the body begins.
    mutating func read(_ bytes: ArraySlice<UInt8>) -> Int {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let end = bytes[index...].firstIndex(of: 0x0A) ?? bytes.endIndex
            let line = Self.withoutReturn(bytes[index..<end])
            let next = min(end + 1, bytes.endIndex)
            if line.isEmpty { return next }
            take(line)
            index = next
        }
        return bytes.endIndex
    }

    private mutating func take(_ line: ArraySlice<UInt8>) {
        if let first = line.first, first == 0x20 || first == 0x09 {
            guard let last = fields.indices.last, fields[last].value.count < Self.valueLimit else { return }
            fields[last].value += line.prefix(Self.valueLimit)
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")), fields.count < Self.fieldLimit {
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased().filter { $0 != " " && $0 != "\t" }
            fields.append((name, Array(line[(colon + 1)...].prefix(Self.valueLimit))))
        }
    }

    static func withoutReturn(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.last == 0x0D ? line.dropLast() : line
    }

    /// The first field of that name, given in lower case.
    subscript(name: String) -> [UInt8]? {
        fields.first { $0.name == name }?.value
    }

    func count(_ name: String) -> Int { fields.count { $0.name == name } }

    /// A field as text, encoded words decoded.
    func text(_ name: String) -> String {
        self[name].map { EncodedWords.decode($0) } ?? ""
    }
}

import Model

/// An answer of Dahua's CGI: `name=value`, one a line.
package struct DahuaAnswer: Sendable {
    /// In the order of their lines; a name may come again.
    package let members: [(name: String, value: String)]
    /// All of it, without the blanks around it.
    package let text: String

    /// Reads the first thousand lines; bytes that are not UTF-8 are taken for GB18030.
    package init(_ bytes: [UInt8]) {
        let bytes = Array(bytes.prefix(1 << 20))
        let text = String(decoding: isValidUTF8(bytes) ? bytes : XMLRepair.utf8(bytes), as: UTF8.self)
        self.text = Self.trimmed(text[...])
        members = text.split(maxSplits: 1000, whereSeparator: \.isNewline).compactMap { line in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            return (Self.trimmed(line[..<equals]), Self.trimmed(line[line.index(after: equals)...]))
        }
    }

    package subscript(name: String) -> String? {
        members.first { $0.name.caseInsensitiveEquals(name) }?.value
    }

    private static func trimmed(_ text: Substring) -> String {
        var rest = text.drop { $0.isWhitespace }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}

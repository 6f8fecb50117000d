extension String {
    /// Without blanks, full-width ones included, at both ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }

    /// Full-width digits, letters and punctuation (U+FF01–U+FF5E, U+3000) as plain ASCII.
    var narrow: String {
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: text.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
            case 0x3000: text.append(" ")
            default: text.append(scalar)
            }
        }
        return String(text)
    }

    /// A header as it is compared: narrow, lower case, no blanks and no marks such as `*` that forms put beside a name.
    var headerKey: String {
        String(narrow.lowercased().filter { !$0.isWhitespace && $0 != "*" && $0 != "\u{FEFF}" })
    }

    /// Whether there is at least one character and all are ASCII digits.
    var isDigits: Bool { !isEmpty && utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
}

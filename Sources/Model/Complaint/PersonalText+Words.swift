extension PersonalText {
    /// The text with `***` in place of the given words, of addresses of electronic mail and of personal numbers.
    package static func masked(_ text: String, _ words: PersonalWords) -> String {
        var shown = text
        for word in words.all where holds(shown, word) { shown = replaced(shown, word) }
        return masked(shown)
    }

    /// Whether UTF-8 may hold something that `masked` hides; false is certain, and is found without making a text of it.
    package static func mayHold(_ bytes: UnsafeBufferPointer<UInt8>, _ words: PersonalWords) -> Bool {
        var digits = 0
        for byte in bytes {
            // U+FF10…FF19 are EF BC 90…99, and U+FF20 is EF BC A0.
            if byte >= 0x30 && byte <= 0x39 || byte == 0xBC { digits += 1 }
            if digits >= 7 || byte == UInt8(ascii: "@") { return true }
        }
        return words.all.contains { find(Array($0.utf8), bytes, from: 0) != nil }
    }

    /// Hides what looks like an address of electronic mail.
    static func withoutAddresses(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "@")) || text.contains("＠") else { return text }
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var kept = 0
        for (index, scalar) in scalars.enumerated() where (scalar == "@" || scalar == "＠") && index >= kept {
            var start = index
            while start > kept, isLocal(scalars[start - 1]) { start -= 1 }
            var end = index + 1
            while end < scalars.count, isDomain(scalars[end]) { end += 1 }
            while end > index + 1, !isLetterOrDigit(scalars[end - 1]) { end -= 1 }
            guard start < index, scalars[(index + 1)..<end].contains(".") else { continue }
            result.append(contentsOf: scalars[kept..<start])
            result.append(contentsOf: "***".unicodeScalars)
            kept = end
        }
        guard kept > 0 else { return text }
        result.append(contentsOf: scalars[kept...])
        return String(result)
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
    }

    private static func isLocal(_ scalar: Unicode.Scalar) -> Bool {
        isLetterOrDigit(scalar) || [".", "_", "%", "+", "-"].contains(scalar)
    }

    private static func isDomain(_ scalar: Unicode.Scalar) -> Bool {
        isLetterOrDigit(scalar) || scalar == "." || scalar == "-"
    }

    private static func holds(_ text: String, _ word: String) -> Bool {
        var text = text
        return text.withUTF8 { find(Array(word.utf8), $0, from: 0) != nil }
    }

    /// UTF-8 of a word never begins within another letter, so that bytes may be compared.
    private static func replaced(_ text: String, _ word: String) -> String {
        var text = text
        let needle = Array(word.utf8)
        return text.withUTF8 { bytes in
            var result: [UInt8] = []
            var kept = 0
            while let found = find(needle, bytes, from: kept) {
                result += bytes[kept..<found]
                result += "***".utf8
                kept = found + needle.count
            }
            result += bytes[kept...]
            return String(decoding: result, as: UTF8.self)
        }
    }

    private static func find(_ needle: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let first = needle.first, bytes.count >= needle.count else { return nil }
        var index = start
        while index <= bytes.count - needle.count {
            if bytes[index] == first, bytes[index..<(index + needle.count)].elementsEqual(needle) { return index }
            index += 1
        }
        return nil
    }
}

extension PersonalText {
    /// The name of a recorder's file with its telephone numbers replaced: runs of 7 to 13 or 15 to 18 digits that are
    /// neither a date nor seconds or milliseconds since 1970.
    ///
    /// It looks at the name alone, so that record and file of one call go on having one name.
    package static func replacingNumbers(inName name: String, with other: (String) -> String) -> String {
        var text = ""
        var digits = ""
        func flush() {
            text += isNumber(digits) ? other(digits) : digits
            digits = ""
        }
        for scalar in name.unicodeScalars {
            if ("0"..."9").contains(scalar) {
                digits.unicodeScalars.append(scalar)
            } else {
                flush()
                text.unicodeScalars.append(scalar)
            }
        }
        flush()
        return text
    }

    private static func isNumber(_ digits: String) -> Bool {
        switch digits.utf8.count {
        case 8: !digits.hasPrefix("20") && !digits.hasPrefix("19")
        case 10, 13: !digits.hasPrefix("1")
        case 7, 9, 11, 12, 15...18: true
        default: false
        }
    }

    /// An identity such as an event's id of several parts between slashes, with its numbers replaced; digests stay.
    package static func replacingNumbers(inIdentity identity: String, with other: (String) -> String) -> String {
        identity.split(separator: "/", omittingEmptySubsequences: false).map { part in
            isDigest(part) ? String(part) : replacingNumbers(inName: String(part), with: other)
        }.joined(separator: "/")
    }

    private static func isDigest(_ part: Substring) -> Bool {
        part.utf8.count >= 16 && part.utf8.contains { (0x61...0x66).contains($0) }
            && part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

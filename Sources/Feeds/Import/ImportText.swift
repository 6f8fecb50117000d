import Tables

extension String {
    /// Without blanks of any width, and marks of no width, at both ends.
    var trimmed: String {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last else { return "" }
        if first.isPlainlyVisible, last.isPlainlyVisible { return self }
        let start = drop { $0.isBlankMark }
        guard let end = start.lastIndex(where: { !$0.isBlankMark }) else { return "" }
        return String(start[...end])
    }

    /// Full-width digits, letters and punctuation (U+FF01–U+FF5E), and blanks of every width, as plain ASCII.
    var narrow: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: text.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
            case 0x3000, 0x00A0, 0x2000...0x200A, 0x202F: text.append(" ")
            case 0x200B...0x200F, 0x2060, 0xFEFF: break
            default: text.append(scalar)
            }
        }
        return String(text)
    }

    /// A header as it is compared: narrow, lower case, no blanks and no marks such as `*` that forms put beside a name.
    var headerKey: String {
        String(narrow.lowercased().filter { !$0.isBlankMark && $0 != "*" && $0 != ":" })
    }

    /// Whether there is at least one character and all are ASCII digits.
    var isDigits: Bool { !isEmpty && utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
}

extension Unicode.Scalar {
    /// ASCII, ideographs and full-width forms that leave ink: what nearly all values begin and end with.
    fileprivate var isPlainlyVisible: Bool {
        switch value {
        case 0x21...0x7E, 0x3001...0xD7FF, 0xFF01...0xFF5E: true
        default: false
        }
    }
}

/// The nearest of some names to one that is not known.
enum Nearness {
    /// A name that differs in at most a third of its characters, and in one where it has three or fewer.
    static func nearest(to name: String, among names: some Sequence<String>) -> String? {
        let wanted = Array(name.headerKey.prefix(64))
        guard wanted.count > 1 else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in names {
            let letters = Array(candidate.headerKey.prefix(64))
            let distance = distance(wanted, letters)
            guard distance <= max(1, max(wanted.count, letters.count) / 3), distance < min(wanted.count, letters.count) else {
                continue
            }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Insertions, deletions and replacements between two texts (Levenshtein).
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var last = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var line = [row + 1]
            for (column, candidate) in other.enumerated() {
                line.append(min(last[column] + (letter == candidate ? 0 : 1), last[column + 1] + 1, line[column] + 1))
            }
            last = line
        }
        return last[other.count]
    }
}

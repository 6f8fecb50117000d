import Model

/// One value of a row, as far as its file tells what it is; text files tell nothing but text.
package enum TableCell: Hashable, Sendable {
    case empty
    case text(String)
    /// A number in the file's own spelling, such as `44260.5` or `1.5E+14`.
    case number(String)
    /// A number that its format shows as a day or a moment.
    case moment(CivilMoment)
    /// Seconds after midnight: a number below 1 that its format shows as a time.
    case time(Int)
    case truth(Bool)
    /// What a spreadsheet writes where a formula failed, such as `#N/A`.
    case error(String)

    /// The mark of a formula whose value its writer did not keep.
    package static let uncalculated = TableCell.error("#UNCALCULATED")

    /// Every error that spreadsheets write (ECMA-376 18.17.3), and ours.
    package static let errors: Set<String> = [
        "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!",
        "#UNCALCULATED",
    ]

    package var isBlank: Bool {
        switch self {
        case .empty: true
        case .text(let text): text.isBlankText
        case .number, .moment, .time, .truth, .error: false
        }
    }

    /// The cell as text, such as a file of rows would hold it: moments as `2021-03-05 10:20:00`, times as `10:20:00`.
    ///
    /// A whole number of more digits than a spreadsheet keeps stays in its exponent's spelling, for its last digits are
    /// not known.
    package var text: String {
        switch self {
        case .empty: ""
        case .text(let text), .error(let text): text
        case .number(let spelling): PlainNumber(spelling)?.shown ?? spelling
        case .moment(let moment): moment.description
        case .time(let second): CivilMoment.clock(second)
        case .truth(let value): value ? "TRUE" : "FALSE"
        }
    }
}

extension TableCell: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self = value.isEmpty ? .empty : .text(value) }
}

/// A day and a time of day without a zone.
package struct CivilMoment: Hashable, Sendable, CustomStringConvertible {
    package var day: Day
    /// Seconds after midnight, below 86,400.
    package var second: Int

    package init(day: Day, second: Int = 0) {
        self.day = day
        self.second = second
    }

    package var description: String {
        second == 0 ? day.description : day.description + " " + Self.clock(second)
    }

    /// Such as `10:20:00`.
    package static func clock(_ second: Int) -> String {
        padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2)
    }
}

extension String {
    fileprivate var isBlankText: Bool {
        // ASCII that leaves ink, or an ideograph: nearly all texts begin so.
        if let first = utf8.first, (0x21...0x7E).contains(first) || (0xE4...0xE9).contains(first) { return false }
        return allSatisfy(\.isBlankMark)
    }
}

extension Character {
    /// White space of any width, and the marks of no width that copied text carries.
    package var isBlankMark: Bool {
        isWhitespace || unicodeScalars.allSatisfy { Self.invisible.contains($0) }
    }

    private static let invisible: Set<Unicode.Scalar> = [
        "\u{FEFF}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{2060}", "\u{00AD}",
    ]
}

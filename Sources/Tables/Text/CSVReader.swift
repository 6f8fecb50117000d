/// Comma-separated values (RFC 4180) taken apart as the bytes come: UTF-8, quotes, newlines within quotes, CRLF or LF.
///
/// The separator is the one of comma, tab and semicolon that the first line with any of them holds most of; titles may
/// stand above it. A quote in the middle of a
/// plain value is a character like any other, as spreadsheets write it.
package struct CSVReader: Sendable {
    package struct Row: Hashable, Sendable {
        /// As a spreadsheet counts: 1 for the first; a value with newlines is one row; empty lines count.
        package let number: Int
        package let fields: [String]

        package init(number: Int, fields: [String]) {
            self.number = number
            self.fields = fields
        }

        /// Whether no field holds anything but blanks.
        package var isBlank: Bool { fields.allSatisfy { $0.allSatisfy(\.isWhitespace) } }
    }

    private enum State {
        case start, plain, quoted, quoteInQuoted
    }

    /// The separator in use; nothing as long as the first line is not complete.
    package private(set) var separator: UInt8?
    /// The lines read so far, as long as the separator is not known.
    private var firstLines: [UInt8] = []
    private var firstLinesQuoted = false
    private var counts: [UInt8: Int] = [:]
    private var state = State.start
    private var field: [UInt8] = []
    private var fields: [String] = []
    private var number = 1
    private var rowBegan = false
    private var lastWasReturn = false

    /// - Parameter separator: nothing finds it out from the first line.
    package init(separator: UInt8? = nil) {
        self.separator = separator
    }

    /// All rows of a complete text; a byte order mark is skipped.
    package static func rows(_ text: String) throws(CSVError) -> [Row] {
        var reader = CSVReader()
        var rows: [Row] = []
        try reader.feed(text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? text.utf8.dropFirst(3) : text.utf8[...]) { rows.append($0) }
        try reader.finish { rows.append($0) }
        return rows
    }

    /// Takes the next bytes and hands on the rows that they complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>, _ row: (Row) -> Void) throws(CSVError) {
        for byte in bytes {
            if separator == nil {
                try sniff(byte, row)
            } else {
                try take(byte, row)
            }
        }
    }

    /// Ends the text: hands on the last row where no newline ended it.
    ///
    /// - Throws: `CSVError` where a quote was never closed.
    package mutating func finish(_ row: (Row) -> Void) throws(CSVError) {
        if separator == nil { try settle(row) }
        if state == .quoted { throw CSVError(code: .unclosedQuote, row: number) }
        if rowBegan { endRow(row) }
    }

    private static let candidates = [UInt8(ascii: ","), 0x09, UInt8(ascii: ";")]

    private mutating func sniff(_ byte: UInt8, _ row: (Row) -> Void) throws(CSVError) {
        firstLines.append(byte)
        if byte == UInt8(ascii: "\"") { firstLinesQuoted.toggle() }
        guard !firstLinesQuoted else { return }
        if Self.candidates.contains(byte) { counts[byte, default: 0] += 1 }
        // Lines without any, empty ones and titles, say nothing about the separator.
        guard byte == 0x0A || byte == 0x0D, !counts.isEmpty || firstLines.count > 1 << 16 else { return }
        try settle(row)
    }

    /// Chooses the separator and reads with it what has come.
    private mutating func settle(_ row: (Row) -> Void) throws(CSVError) {
        // The first of equals: a file of one column is a comma's.
        let best = Self.candidates.reduce(Self.candidates[0]) { counts[$1, default: 0] > counts[$0, default: 0] ? $1 : $0 }
        separator = best
        let lines = firstLines
        firstLines = []
        for byte in lines { try take(byte, row) }
    }

    private mutating func take(_ byte: UInt8, _ row: (Row) -> Void) throws(CSVError) {
        defer { lastWasReturn = byte == 0x0D }
        if state == .quoted {
            if byte == UInt8(ascii: "\"") { state = .quoteInQuoted } else { field.append(byte) }
            return
        }
        switch byte {
        case 0x0A where lastWasReturn && !rowBegan: break
        case 0x0A, 0x0D: endRow(row)
        case separator:
            rowBegan = true
            endField()
        case UInt8(ascii: "\"") where state == .start:
            rowBegan = true
            state = .quoted
        case UInt8(ascii: "\"") where state == .quoteInQuoted:
            field.append(byte)
            state = .quoted
        default:
            guard state != .quoteInQuoted else { throw CSVError(code: .textAfterQuote, row: number) }
            rowBegan = true
            state = .plain
            field.append(byte)
        }
    }

    private mutating func endField() {
        fields.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
        state = .start
    }

    private mutating func endRow(_ row: (Row) -> Void) {
        endField()
        row(Row(number: number, fields: fields))
        fields = []
        number += 1
        rowBegan = false
    }
}

/// Why text is not CSV, and in which row.
package struct CSVError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// A quote is opened and never closed.
        case unclosedQuote
        /// Text follows a closing quote.
        case textAfterQuote
    }

    package let code: Code
    /// The row in which the value begins.
    package let row: Int
}

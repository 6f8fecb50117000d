/// Single rows of a CSV file, each with the file's header above it, as UTF-8 that can be read on its own.
struct CSVExcerpts {
    /// Number as in `CSVReader.Row` → header and row in the file's own spelling, lines ended with CRLF.
    private(set) var byRow: [Int: [UInt8]] = [:]
    private var header: [UInt8]?
    /// What was read since the last complete row.
    private var raw: [UInt8] = []

    /// Cuts rows out of a file.
    ///
    /// - Throws: `TextDecodingError`, `CSVError`: the file is not readable as CSV.
    init(_ bytes: [UInt8], rows wanted: Set<Int>) throws {
        let text = Array(try TextDecoding.decode(bytes).text.utf8)
        var reader = CSVReader()
        var start = 0
        for end in text.indices where text[end] == 0x0A || text[end] == 0x0D {
            try feed(text[start...end], &reader, wanted)
            start = end + 1
        }
        try feed(text[start...], &reader, wanted)
        var last: CSVReader.Row?
        try reader.finish { last = $0 }
        if let last { take(last, wanted) }
    }

    private mutating func feed(_ line: ArraySlice<UInt8>, _ reader: inout CSVReader, _ wanted: Set<Int>) throws {
        raw += line
        // Several rows complete at once only where empty lines stand above the header.
        var last: CSVReader.Row?
        try reader.feed(line) { last = $0 }
        if let last { take(last, wanted) }
    }

    private mutating func take(_ row: CSVReader.Row, _ wanted: Set<Int>) {
        defer { raw.removeAll(keepingCapacity: true) }
        if let header {
            if wanted.contains(row.number) { byRow[row.number] = header + Self.line(raw) }
        } else if !row.isBlank {
            header = Self.line(raw)
        }
    }

    private static func line(_ raw: [UInt8]) -> [UInt8] {
        func isEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
        let start = raw.drop(while: isEnd)
        let end = start.lastIndex { !isEnd($0) } ?? start.startIndex
        return Array(start.prefix(through: end)) + [0x0D, 0x0A]
    }
}

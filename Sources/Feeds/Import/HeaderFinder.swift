import Tables

/// The header of a table as it was found.
struct ImportHeader {
    /// Rows of the file that it takes, one or two.
    let rows: [TableRow]
    /// A name for each column, two lines joined.
    let names: [String]
    /// Field of each column, nothing where none is known; `-` for a column to be left out.
    let columns: [String?]
    /// How many fields are known.
    let score: Int

    /// The first cell of each line, and every name, as they are compared.
    private let keys: Set<String>

    var lastRow: Int { rows.last?.number ?? 0 }

    init(rows: [TableRow], names: [String], columns: [String?], score: Int) {
        self.rows = rows
        self.names = names
        self.columns = columns
        self.score = score
        keys = Set(rows.flatMap { $0.cells.map(\.text.headerKey) } + names.map(\.headerKey))
    }

    /// Whether a row that begins with this text can be the header again.
    func isPossible(_ first: String) -> Bool { first.utf8.count < 200 && keys.contains(first.headerKey) }

    /// Whether a row says the header again, as after a page break.
    func isRepeated(in row: TableRow) -> Bool {
        rows.contains { line in
            var same = 0
            for column in 0..<max(line.cells.count, row.cells.count) {
                let (said, again) = (line[column].text.headerKey, row[column].text.headerKey)
                guard !again.isEmpty else { continue }
                guard said == again || names[safe: column]?.headerKey == again else { return false }
                same += 1
            }
            return same > 1 || (same == 1 && names.count == 1)
        }
    }
}

/// Finds the header among a table's first rows: the row, or pair of rows, with most names that are known.
struct HeaderFinder {
    /// How many rows are looked at; titles, remarks and blank rows stand above the header.
    static let depth = 40

    let fields: ImportFields
    /// Headers of the mapping file.
    let mapped: [String: String]

    /// The header, or nothing where no row holds a known name.
    func find(_ rows: [TableRow]) -> ImportHeader? {
        var best: ImportHeader?
        for (index, row) in rows.enumerated() where !row.isBlank {
            let single = single(row)
            if single.score > best?.score ?? 0 { best = single }
            guard index + 1 < rows.count, rows[index + 1].number == row.number + 1 else { continue }
            let pair = pair(row, rows[index + 1], single)
            if pair.score > max(best?.score ?? 0, self.single(rows[index + 1]).score) { best = pair }
        }
        return best
    }

    /// Where no name is known, the first row that is not blank.
    func fallback(_ rows: [TableRow]) -> ImportHeader? { rows.first { !$0.isBlank }.map { single($0) } }

    private func field(_ name: String) -> String? {
        let key = name.headerKey
        return mapped[key] ?? fields.byHeader[key]
    }

    private func single(_ row: TableRow) -> ImportHeader {
        // A cell merged over several columns names the first of them.
        let names = row.cells.enumerated().map { row.repeated.contains($0.offset) ? "" : $0.element.text.trimmed }
        return made([row], names, names.map { field($0) })
    }

    /// Joins two lines: a name of the upper one stands over the columns to its right that have none of their own.
    private func pair(_ upper: TableRow, _ lower: TableRow, _ single: ImportHeader) -> ImportHeader {
        var names: [String] = []
        var columns: [String?] = []
        var above = ""
        for column in 0..<max(upper.cells.count, lower.cells.count) {
            let own = upper[column].text.trimmed
            let below = lower[column].text.trimmed
            if !own.isEmpty { above = own }
            let over = own.isEmpty && below.isEmpty ? "" : above
            if below.isEmpty || below.headerKey == own.headerKey {
                names.append(own)
                columns.append(field(own))
            } else {
                names.append(over.isEmpty ? below : over + below)
                columns.append(field(over + below) ?? field(below) ?? (own.isEmpty ? nil : field(own)))
            }
        }
        return made([upper, lower], names, columns)
    }

    private func made(_ rows: [TableRow], _ names: [String], _ columns: [String?]) -> ImportHeader {
        ImportHeader(rows: rows, names: names, columns: columns, score: Set(columns.compactMap { $0 }).count)
    }
}

extension Array {
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

import Tables

/// A workbook as the lines that `PageReader` reads: `|` between cells, merged cells once.
enum SheetLines {
    /// The rows of every sheet, in the sheets' order; nothing where the file is no workbook.
    static func read(_ bytes: [UInt8]) -> [String]? {
        guard let file = try? TableFile(bytes), !file.sheets.isEmpty else { return nil }
        var lines: [String] = []
        for sheet in file.sheets.indices {
            let isRead: Void? = try? file.rows(ofSheet: sheet) { row in
                lines.append(line(row))
                return true
            }
            guard isRead != nil else { return nil }
        }
        return lines
    }

    private static func line(_ row: TableRow) -> String {
        row.cells.enumerated().filter { !row.repeated.contains($0.offset) }
            .map { $0.element.text.filter { !$0.isNewline && $0 != "|" } }
            .joined(separator: " | ")
    }
}

/// Columns of text, aligned where Chinese characters take two cells of a terminal.
struct TextTable {
    private let rows: [[String]]

    init(_ head: [String], _ rows: [[String]]) {
        self.rows = [head] + rows
    }

    var text: String {
        let columns = rows.first?.count ?? 0
        let widths = (0..<columns).map { column in rows.map { Self.width($0[column]) }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < columns - 1 { line += String(repeating: " ", count: widths[column] - Self.width(cell) + 2) }
            }
            return line
        }.joined(separator: "\n")
    }

    /// Cells that a terminal gives a text: two for East Asian wide and full-width characters (Unicode TR11).
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x20000...0x3FFFD:
                sum + 2
            default: sum + (scalar.properties.isGraphemeExtend ? 0 : 1)
            }
        }
    }
}

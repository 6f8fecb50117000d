/// One row of a file of rows.
package struct TableRow: Hashable, Sendable {
    /// As a spreadsheet counts: the first is 1; in a list of JSON objects the header is 0 and the first object 1.
    package var number: Int
    /// The cells from the first column on; what stands behind the last one is empty.
    package var cells: [TableCell]
    /// Whether the sheet hides the row, as a filter does.
    package var isHidden: Bool
    /// Columns, from 0, that are covered by a merged cell and repeat its value.
    package var repeated: [Int]

    package init(number: Int, cells: [TableCell], isHidden: Bool = false, repeated: [Int] = []) {
        self.number = number
        self.cells = cells
        self.isHidden = isHidden
        self.repeated = repeated
    }

    /// The cell of a column, from 0.
    package subscript(column: Int) -> TableCell {
        cells.indices.contains(column) ? cells[column] : .empty
    }

    /// Whether no cell holds anything but blanks.
    package var isBlank: Bool { cells.allSatisfy(\.isBlank) }
}

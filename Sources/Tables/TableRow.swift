/// One row of a file of rows, as text.
package struct TableRow: Hashable, Sendable {
    /// As a spreadsheet counts: the first is 1.
    package var number: Int
    /// The cells from the first column on; a cell that is not there is empty.
    package var cells: [String]

    package init(number: Int, cells: [String]) {
        self.number = number
        self.cells = cells
    }
}

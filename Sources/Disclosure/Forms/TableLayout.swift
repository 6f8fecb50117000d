/// A table as printed: each text and figure with its place and spans, for the spreadsheet and the page alike.
struct TableLayout: Sendable {
    enum Content: Hashable, Sendable {
        case heading(String)
        case label(String)
        case figure(String)
    }

    struct Cell: Sendable {
        let row: Int
        let column: Int
        let across: Int
        let down: Int
        let content: Content
    }

    let rows: [[Cell]]
    let width: Int
    /// How many rows at the top hold no figures.
    let headings: Int

    init(_ table: FormTable) {
        let keys = Self.keys(of: table)
        var taken: Set<[Int]> = []
        var rows: [[Cell]] = []
        for (index, line) in table.grid.enumerated() {
            let hasFigures = line.contains { $0.row != nil }
            var column = 0
            var cells: [Cell] = []
            for grid in line {
                for content in Self.contents(grid, keys, hasFigures) {
                    while taken.contains([index, column]) { column += 1 }
                    let cell = Cell(row: index, column: column, across: grid.across, down: grid.down, content: content)
                    for row in index..<(index + grid.down) {
                        for at in column..<(column + grid.across) { taken.insert([row, at]) }
                    }
                    cells.append(cell)
                    column += grid.across
                }
            }
            rows.append(cells)
        }
        self.rows = rows
        width = (taken.map { $0[1] }.max() ?? -1) + 1
        headings = table.grid.firstIndex { line in line.contains { $0.row != nil } } ?? table.grid.count
    }

    private static func contents(_ grid: GridCell, _ keys: [String: [String]], _ hasFigures: Bool) -> [Content] {
        if let row = grid.row { return (keys[row] ?? []).map { .figure($0) } }
        return [hasFigures ? .label(grid.text ?? "") : .heading(grid.text ?? "")]
    }

    /// Row key → the keys of its figures, in the order of the columns.
    static func keys(of table: FormTable) -> [String: [String]] {
        var keys: [String: [String]] = [:]
        for block in table.blocks {
            for row in block.rows { keys[row.key] = block.columns.map { table.key + "." + row.key + "." + $0.key } }
        }
        return keys
    }
}

/// One version of the annual report's form, read from versioned data: what is printed where, and how it is counted.
package struct ReportForm: Sendable, Decodable {
    /// `2021`: the year of the notice that prescribes it.
    package let form: String
    /// The notice, as cited.
    package let basis: String
    /// The six chapters' headings.
    package let chapters: [String]
    package let tables: [FormTable]
    let narrative: [NarrativeFigure]
    let rules: [Rule]

    /// Every cell of every table, in the form's order.
    package var cells: [FormCell] { tables.flatMap(\.cells) }

    /// What a rule's instance is called on the form: a row's or column's label, else a cell's.
    func label(of instance: String) -> String? {
        let lines = tables.flatMap(\.blocks).flatMap { $0.columns + $0.rows }
        return lines.first { $0.key == instance }?.label ?? cells.first { $0.key == instance }?.label
            ?? narrative.first { $0.key == instance }?.label ?? tables.first { $0.key == instance }?.title
    }

    /// The table to which a cell's key belongs.
    func table(of key: String) -> FormTable? {
        tables.first { key.hasPrefix($0.key + ".") }
    }
}

/// One table of the form.
package struct FormTable: Sendable, Decodable {
    package let key: String
    /// The spreadsheet's sheet name.
    let sheet: String
    package let title: String
    /// The chapter that holds it, from 1.
    let chapter: Int
    /// How many columns at the left are labels.
    let labels: Int
    /// Widths of the columns in characters.
    let widths: [Int]
    let blocks: [FormBlock]
    /// What is printed, row by row; positions follow the HTML table model (cells flow around spans).
    let grid: [[GridCell]]
    /// Every crossing of the blocks' rows and columns, row by row.
    package let cells: [FormCell]

    private enum Key: String, CodingKey { case key, sheet, title, chapter, labels, widths, blocks, grid }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let key = try values.decode(String.self, forKey: .key)
        let blocks = try values.decode([FormBlock].self, forKey: .blocks)
        self.key = key
        self.blocks = blocks
        sheet = try values.decode(String.self, forKey: .sheet)
        title = try values.decode(String.self, forKey: .title)
        chapter = try values.decode(Int.self, forKey: .chapter)
        labels = try values.decode(Int.self, forKey: .labels)
        widths = try values.decode([Int].self, forKey: .widths)
        grid = try values.decode([[GridCell]].self, forKey: .grid)
        cells = blocks.flatMap { block in
            block.rows.flatMap { row in block.columns.map { FormCell(key, block, row, $0) } }
        }
    }
}

/// Rows and columns that are counted alike; a cell stands at each crossing.
struct FormBlock: Sendable, Decodable {
    let register: String?
    let rows: [FormLine]
    let columns: [FormLine]
}

/// A row or a column of a block.
struct FormLine: Sendable, Decodable {
    let key: String
    let label: String
    /// The heading over a group of rows.
    let group: String?
    let register: String?
    let definition: String?
    /// The field to add up instead of counting records.
    let sum: String?
    /// How many decimal places the sum is moved to the left (4: 元 to 万元).
    let shift: Int?
    let `where`: [Condition]?
    let any: [[Condition]]?

    var filter: RecordFilter { RecordFilter(alternatives: any ?? [`where` ?? []]) }
}

/// One cell: what it is called and how it is counted.
package struct FormCell: Sendable {
    package let key: String
    package let label: String
    package let definition: String
    let register: String
    let filter: RecordFilter
    /// The field to add up, and by how many places to move the sum; nothing where records are counted.
    let sum: (field: String, shift: Int)?

    init(_ table: String, _ block: FormBlock, _ row: FormLine, _ column: FormLine) {
        key = table + "." + row.key + "." + column.key
        label = [row.group, row.label, column.label].compactMap { $0 }.joined(separator: "·")
        definition = [row.definition, column.definition].compactMap { $0 }.joined(separator: "；")
        register = row.register ?? column.register ?? block.register ?? ""
        filter = row.filter.and(column.filter)
        sum = (row.sum ?? column.sum).map { ($0, row.shift ?? column.shift ?? 0) }
    }
}

/// A printed cell: a text, or the figures of one row.
struct GridCell: Sendable, Decodable {
    let text: String?
    let row: String?
    let across: Int
    let down: Int

    private enum Key: String, CodingKey { case text, row, across, down }

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.text = text
            row = nil
            across = 1
            down = 1
        } else {
            let values = try decoder.container(keyedBy: Key.self)
            text = try values.decodeIfPresent(String.self, forKey: .text)
            row = try values.decodeIfPresent(String.self, forKey: .row)
            across = try values.decodeIfPresent(Int.self, forKey: .across) ?? 1
            down = try values.decodeIfPresent(Int.self, forKey: .down) ?? 1
        }
    }
}

/// A figure of the text, and how it is counted.
struct NarrativeFigure: Sendable, Decodable {
    /// Figures that come from elsewhere than a register.
    enum Source: String, Sendable, Decodable {
        case cameras
        /// Complaints accepted in the year.
        case complaints
        /// Of these, closed by the cut-off, as a rate.
        case closedRate = "closed-rate"
        /// Of these, closed after the cut-off.
        case closedLate = "closed-late"
        /// Of these, closed by nothing that the ledger knows.
        case open = "still-open"
    }

    /// What a figure is repeated for.
    enum Each: String, Sendable, Decodable {
        /// Once for each channel: its key and its name go before those of the figure.
        case channel
    }

    struct Count: Sendable, Decodable {
        let register: String
        let `where`: [Condition]

        var filter: RecordFilter { RecordFilter(alternatives: [`where`]) }
    }

    /// The field of the last record on or before the year's last day.
    struct Latest: Sendable, Decodable {
        let register: String
        let day: String
        let field: String
    }

    let key: String
    let label: String
    let unit: String
    let definition: String
    let source: Source?
    let each: Each?
    let count: Count?
    let latest: Latest?
}

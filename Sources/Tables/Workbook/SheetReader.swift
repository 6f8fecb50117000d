import CExpat
import Glibc

/// Makes rows of a sheet's markup, one at a time.
final class SheetReader: SAXReader {
    private let book: Workbook
    private let body: (TableRow) throws -> Bool
    private var filler: MergeFiller
    private var row = TableRow(number: 0, cells: [])
    private var isInRow = false
    private var rows = 0
    private var column = -1
    private var form = Form.number
    private var isDate = false
    private var hasFormula = false
    private var hasValue = false
    /// What the characters that come now belong to.
    private var takesText = false
    private var isReading = false
    private var value: [UInt8] = []

    /// What a cell's value is (ECMA-376 18.18.11).
    private enum Form { case number, shared, inline, text, truth, error, iso }

    init(_ book: Workbook, part: String, merges: MergedCells, body: @escaping (TableRow) throws -> Bool) {
        self.book = book
        self.body = body
        filler = MergeFiller(merges)
        super.init(part: part)
    }

    override func open(_ name: UnsafePointer<XML_Char>, _ attributes: Attributes) throws {
        switch (UInt8(bitPattern: name[0]), name[1] == 0) {
        case (UInt8(ascii: "c"), true): openCell(attributes)
        case (UInt8(ascii: "v"), true):
            takesText = form != .inline
            hasValue = true
        case (UInt8(ascii: "t"), true): takesText = form == .inline && !isReading
        case (UInt8(ascii: "f"), true): hasFormula = true
        case (UInt8(ascii: "r"), false):
            if Self.isName(name, "row") {
                try openRow(attributes)
            } else if Self.isName(name, "rPh") {
                isReading = true
            }
        default: break
        }
    }

    override func close(_ name: UnsafePointer<XML_Char>) throws {
        switch (UInt8(bitPattern: name[0]), name[1] == 0) {
        case (UInt8(ascii: "c"), true): try closeCell()
        case (UInt8(ascii: "v"), true), (UInt8(ascii: "t"), true): takesText = false
        case (UInt8(ascii: "r"), false):
            if Self.isName(name, "row") {
                try closeRow()
            } else if Self.isName(name, "rPh") {
                isReading = false
            }
        default: break
        }
    }

    override func text(_ bytes: UnsafeRawBufferPointer) throws {
        guard takesText else { return }
        guard value.count + bytes.count <= book.limits.cell else {
            throw TableError(.tooLong, part: CellPlace.name(ofColumn: column), number: row.number)
        }
        value.append(contentsOf: bytes)
    }

    private func openRow(_ attributes: Attributes) throws {
        rows += 1
        let told = Self.value("r", attributes).flatMap { Int(String(cString: $0)) }
        guard rows <= book.limits.rows, told.map({ $0 > 0 && $0 < 1 << 24 }) ?? true else {
            throw TableError(.tooLong, part: "rows")
        }
        row = TableRow(number: told ?? row.number + 1, cells: [], isHidden: Self.isOn("hidden", attributes))
        column = -1
        isInRow = true
    }

    private func openCell(_ attributes: Attributes) {
        column = Self.value("r", attributes).flatMap { CellPlace.column($0) } ?? column + 1
        form = Self.value("t", attributes).map { Self.form($0) } ?? .number
        isDate = Self.value("s", attributes).map { book.styles.isDate(Int(strtol($0, nil, 10))) } ?? false
        hasFormula = false
        hasValue = false
        value.removeAll(keepingCapacity: true)
    }

    private static func form(_ name: UnsafePointer<XML_Char>) -> Form {
        if isName(name, "s") { return .shared }
        if isName(name, "inlineStr") { return .inline }
        if isName(name, "str") { return .text }
        if isName(name, "b") { return .truth }
        if isName(name, "e") { return .error }
        return isName(name, "d") ? .iso : .number
    }

    private func closeCell() throws {
        guard isInRow else { return }
        let cell = try cell()
        guard cell != .empty else { return }
        guard column < book.limits.columns else { throw TableError(.tooWide, number: row.number) }
        while row.cells.count < column { row.cells.append(.empty) }
        // A second cell of the same name is no valid markup; the last one counts.
        if column < row.cells.count { row.cells[column] = cell } else { row.cells.append(cell) }
    }

    private func cell() throws -> TableCell {
        guard !value.isEmpty else {
            // A formula that gives an empty text says so with its form; without a value nobody has calculated it.
            return hasFormula && form == .number ? .uncalculated : .empty
        }
        switch form {
        case .shared: return try shared()
        case .inline, .text, .iso: return .text(CellText.unescaped(value))
        case .truth: return .truth(value.first == UInt8(ascii: "1") || value.first == UInt8(ascii: "t"))
        case .error: return .error(String(decoding: value, as: UTF8.self))
        case .number: return number(String(decoding: value, as: UTF8.self))
        }
    }

    private func shared() throws -> TableCell {
        var index = 0
        for byte in value {
            guard byte >= 0x30, byte <= 0x39, index < 1 << 32 else { index = .max; break }
            index = index * 10 + Int(byte - 0x30)
        }
        guard index < book.texts.count else { throw TableError(.missingText, number: row.number) }
        let text = book.texts[index]
        return text.isEmpty ? .empty : .text(text)
    }

    private func number(_ spelling: String) -> TableCell {
        guard isDate else { return .number(spelling) }
        if let second = DateSerials.time(spelling) { return .time(second) }
        return book.serials.moment(spelling).map { .moment($0) } ?? .number(spelling)
    }

    private func closeRow() throws {
        guard isInRow else { return }
        isInRow = false
        filler.fill(&row, limit: book.limits.columns)
        guard !row.cells.isEmpty else { return }
        if try !body(row) { stop() }
    }
}

/// Repeats the value of a merged cell in the cells that it covers.
struct MergeFiller {
    private struct Active {
        let range: MergedCells.Range
        let value: TableCell
    }

    private let ranges: [MergedCells.Range]
    private var next = 0
    private var active: [Active] = []
    /// How many cells are still filled; a merged column of a million rows is no table.
    private var budget = 2_000_000

    init(_ merges: MergedCells) {
        ranges = merges.ranges
    }

    mutating func fill(_ row: inout TableRow, limit: Int) {
        guard next < ranges.count || !active.isEmpty else { return }
        active.removeAll { $0.range.rows.upperBound < row.number }
        while next < ranges.count, ranges[next].rows.lowerBound <= row.number {
            let range = ranges[next]
            next += 1
            let isHere = range.rows.lowerBound == row.number
            if range.rows.contains(row.number), active.count < 1000 {
                active.append(Active(range: range, value: isHere ? row[range.columns.lowerBound] : .empty))
            }
        }
        for merge in active where merge.value != .empty { fill(&row, merge.range, merge.value, limit) }
    }

    private mutating func fill(_ row: inout TableRow, _ range: MergedCells.Range, _ value: TableCell, _ limit: Int) {
        let isFirst = range.rows.lowerBound == row.number
        for column in range.columns where column < limit && budget > 0 {
            if isFirst, column == range.columns.lowerBound { continue }
            budget -= 1
            while row.cells.count <= column { row.cells.append(.empty) }
            row.cells[column] = value
            row.repeated.append(column)
        }
    }
}

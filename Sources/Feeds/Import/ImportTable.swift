import Model
import Tables

/// An import file as rows whose columns are known by field.
struct ImportTable {
    struct Row {
        let number: Int
        let cells: TableRow
        fileprivate let places: [String: Int]
        fileprivate let width: Int

        /// A field's cell, nothing where it is blank.
        subscript(field: String) -> TableCell? {
            guard let place = places[field] else { return nil }
            let cell = cells[place]
            return cell.isBlank ? nil : cell
        }

        /// What stands beyond the header's last column.
        var surplus: String? {
            cells.cells.count > width ? cells.cells[width...].first { !$0.isBlank }?.text.trimmed : nil
        }

        /// The cells as text, as many as the header has at least.
        var texts: [String] {
            cells.cells.map(\.text) + [String](repeating: "", count: max(0, width - cells.cells.count))
        }
    }

    let encoding: String
    let sheet: String
    let serials: DateSerials
    let header: ImportHeader
    let notes: [ImportNote]
    private let file: TableFile
    private let index: Int
    private let places: [String: Int]

    /// Opens a file and finds its header.
    ///
    /// - Throws: `ImportError` where the file as a whole cannot be read.
    init(_ bytes: [UInt8], fields: ImportFields, options: ImportOptions) throws(ImportError) {
        file = try Self.guarded { () throws(TableError) in try TableFile(bytes) }
        encoding = file.encoding
        serials = file.serials
        let finder = HeaderFinder(fields: fields, mapped: try options.mapping?.resolved(fields) ?? [:])
        let found = try SheetChooser(file: file, finder: finder).choose(options.sheet)
        (index, header, sheet) = (found.index, found.header, found.name)
        try options.mapping?.check(header.names)
        places = try Self.places(header, finder.mapped)
        let places = places
        let missing = fields.fields.filter { $0.isRequired && places[$0.key] == nil }
        guard missing.isEmpty else {
            let others = zip(header.names, header.columns).filter { $0.1 == nil && !$0.0.isEmpty }.map(\.0)
            throw .missing(missing.map { ($0.label, Nearness.nearest(to: $0.label, among: others)) })
        }
        notes = found.notes
    }

    /// The header of a field as the file writes it, else the field's key.
    func name(_ field: String) -> String { places[field].flatMap { header.names[safe: $0] } ?? field }

    func has(_ field: String) -> Bool { places[field] != nil }

    /// A row's cells as text; those of some columns are marked, lest anybody take them for what was meant.
    func texts(_ row: Row, lost columns: [String]) -> [String] {
        var texts = row.texts
        for (index, name) in header.names.enumerated() where columns.contains(name) {
            texts[index] = TextValue.lost(texts[index])
        }
        return texts
    }

    /// Headers of columns that nobody reads.
    var ignored: [String] {
        zip(header.names, header.columns).filter { $0.1 == nil || $0.1 == ColumnMapping.nothing }.map(\.0).filter { !$0.isEmpty }
    }

    /// Hands on the rows below the header that are records, and tells of those that are not.
    func rows(_ each: (Row) throws -> Void, passedOver: (ImportNote) -> Void) throws {
        var filter = RowFilter(header: header, required: Set(places.keys))
        let width = max(header.names.count, header.rows.map(\.cells.count).max() ?? 0)
        do {
            try file.rows(ofSheet: index) { row in
                guard row.number > header.lastRow else { return true }
                switch filter.judge(row) {
                case .blank: break
                case .note(let message): passedOver(ImportNote(row: row.number, message: message))
                case .record: try each(Row(number: row.number, cells: row, places: places, width: width))
                }
                return true
            }
        } catch let error as TableError {
            throw ImportError(error)
        }
    }

    private static func places(_ header: ImportHeader, _ mapped: [String: String]) throws(ImportError) -> [String: Int] {
        var places: [String: Int] = [:]
        for (column, field) in header.columns.enumerated() {
            guard let field, field != ColumnMapping.nothing else { continue }
            guard let other = places[field] else {
                places[field] = column
                continue
            }
            // What the mapping file names wins over what only has a known name.
            let names = (header.names[other], header.names[column])
            switch (mapped[names.0.headerKey] != nil, mapped[names.1.headerKey] != nil) {
            case (true, false): break
            case (false, true): places[field] = column
            default: throw .repeated(names.0, names.1)
            }
        }
        return places
    }

    static func guarded<Value>(_ body: () throws(TableError) -> Value) throws(ImportError) -> Value {
        do {
            return try body()
        } catch {
            throw ImportError(error)
        }
    }
}

/// Chooses the sheet of a workbook: the one asked for, else the visible one whose header is known best.
struct SheetChooser {
    let file: TableFile
    let finder: HeaderFinder

    func choose(
        _ wanted: String?
    ) throws(ImportError) -> (index: Int, name: String, header: ImportHeader, notes: [ImportNote]) {
        let sheets = file.sheets
        var tried: [(index: Int, header: ImportHeader, rows: [TableRow])] = []
        for index in try indices(wanted) {
            let rows = try first(index)
            if let header = finder.find(rows) ?? finder.fallback(rows) { tried.append((index, header, rows)) }
        }
        guard let first = tried.first else { throw .empty }
        let best = tried.reduce(first) { $1.header.score > $0.header.score ? $1 : $0 }
        var notes = above(best.header, best.rows)
        for other in tried where other.index != best.index { notes.append(note(.sheetNotRead(sheets[other.index].name))) }
        if wanted == nil {
            for sheet in sheets where sheet.isHidden { notes.append(note(.hiddenSheet(sheet.name))) }
        }
        return (best.index, sheets.count > 1 ? sheets[best.index].name : "", best.header, notes)
    }

    private func note(_ message: Message) -> ImportNote { ImportNote(row: 0, message: message) }

    private func indices(_ wanted: String?) throws(ImportError) -> [Int] {
        let sheets = file.sheets
        guard let wanted else {
            let visible = sheets.indices.filter { !sheets[$0].isHidden }
            return visible.isEmpty ? Array(sheets.indices) : visible
        }
        guard let index = sheets.firstIndex(where: { $0.name.headerKey == wanted.headerKey }) else {
            throw .noSheet(wanted, Nearness.nearest(to: wanted, among: sheets.map(\.name)), sheets.map(\.name))
        }
        return [index]
    }

    private func first(_ index: Int) throws(ImportError) -> [TableRow] {
        var rows: [TableRow] = []
        do {
            try file.rows(ofSheet: index) { row in
                if !row.isBlank { rows.append(row) }
                return rows.count < HeaderFinder.depth
            }
        } catch let error as TableError {
            throw ImportError(error)
        } catch {
            throw .empty
        }
        return rows
    }

    private func above(_ header: ImportHeader, _ rows: [TableRow]) -> [ImportNote] {
        rows.filter { row in row.number < header.rows[0].number }.map { row in
            let text = row.cells.first { !$0.isBlank }?.text.trimmed ?? ""
            return ImportNote(row: row.number, message: .aboveHeader(String(text.prefix(40))))
        }
    }
}

/// Tells records from what else stands in a table.
struct RowFilter {
    enum Verdict {
        case record, blank
        case note(Message)
    }

    let header: ImportHeader
    let required: Set<String>

    private static let totals: Set<String> = [
        "合计", "总计", "小计", "共计", "累计", "本页合计", "本页小计", "本月合计", "本年合计", "全年合计", "总数", "汇总", "total", "sum",
        "subtotal", "grandtotal",
    ]
    private static let remarks = ["制表", "填表", "审核人", "负责人", "填报", "联系人:", "注:", "备注:", "说明:"]

    mutating func judge(_ row: TableRow) -> Verdict {
        var leading: TableCell?
        var count = 0
        for (column, cell) in row.cells.enumerated() where !cell.isBlank {
            if !row.repeated.isEmpty, row.repeated.contains(column) { continue }
            count += 1
            if leading == nil { leading = cell }
        }
        guard let leading else { return .blank }
        // A table that counts its rows begins each with a number, which no other row does.
        if case .number = leading { return .record }
        let first = leading.text
        // Nearly all rows begin with something that is none of these.
        let start = first.count < 60 ? first.headerKey : ""
        if Self.totals.contains(start) { return .note(.totalRow(first.trimmed)) }
        if header.isPossible(first), header.isRepeated(in: row) { return .note(.repeatedHeader) }
        if count <= 3, Self.remarks.contains(where: { first.narrow.trimmed.hasPrefix($0) }) {
            return .note(.remarkRow(String(first.trimmed.prefix(40))))
        }
        return .record
    }
}

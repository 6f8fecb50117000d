import Model

/// A file of rows, known by what is in it and never by its name.
package enum TableFile: Sendable {
    /// CSV or text with tabs or semicolons, decoded.
    case text(String, encoding: TextDecoding.Encoding)
    case workbook(Workbook)
    case json(JSONTable)

    /// Finds out what a file is and reads what is needed before its rows.
    ///
    /// - Throws: `TableError` where it is no file of rows, or none that is read here.
    package init(_ bytes: [UInt8], limits: TableLimits = TableLimits()) throws(TableError) {
        if ZipReader.isZip(bytes) {
            self = .workbook(try Self.guarded { try Workbook(bytes, limits: limits) })
            return
        }
        if let foreign = ForeignFile.error(bytes) { throw foreign }
        let (text, encoding) = try Self.decoded(bytes)
        guard text.contains(where: { !$0.isBlankMark }) else { throw TableError(.empty) }
        if JSONRows.looksLikeJSON(text.utf8) {
            self = .json(JSONTable(rows: try JSONRows(text, limits: limits)))
        } else {
            self = .text(text, encoding: encoding)
        }
    }

    /// `UTF-8`, `UTF-16`, `GB18030`, `XLSX` or `JSON`.
    package var encoding: String {
        switch self {
        case .text(_, let encoding): encoding.rawValue
        case .workbook: "XLSX"
        case .json: "JSON"
        }
    }

    /// The sheets of a workbook; other files have one without a name.
    package var sheets: [(name: String, isHidden: Bool)] {
        if case .workbook(let book) = self { book.sheets.map { ($0.name, $0.isHidden) } } else { [("", false)] }
    }

    package var serials: DateSerials {
        if case .workbook(let book) = self { book.serials } else { .from1900 }
    }

    /// Hands on the rows of a sheet, from 0, until `body` returns false; rows without any cell may be left out.
    ///
    /// - Throws: `TableError`; whatever `body` throws.
    package func rows(ofSheet sheet: Int = 0, _ body: (TableRow) throws -> Bool) throws {
        switch self {
        case .workbook(let book):
            guard book.sheets.indices.contains(sheet) else { return }
            try book.rows(of: book.sheets[sheet], body)
        case .json(let table): try table.rows.rows(body)
        case .text(let text, _): try Self.rows(text, body)
        }
    }

    /// Whether bytes begin as a file of rows that is no text.
    package static func isWorkbook(_ bytes: [UInt8]) -> Bool { ZipReader.isZip(bytes) }

    private static func decoded(_ bytes: [UInt8]) throws(TableError) -> (String, TextDecoding.Encoding) {
        do throws(TextDecodingError) {
            return try TextDecoding.decode(bytes)
        } catch {
            switch error.code {
            case .binary: throw TableError(.binary, number: error.offset)
            case .noConverter: throw TableError(.noConverter)
            case .malformed, .workbook: throw TableError(.notText, number: error.offset)
            }
        }
    }

    private static func guarded<Value>(_ body: () throws -> Value) throws(TableError) -> Value {
        do {
            return try body()
        } catch let error as TableError {
            throw error
        } catch {
            throw TableError(.damaged)
        }
    }

    private static func rows(_ text: String, _ body: (TableRow) throws -> Bool) throws {
        var reader = CSVReader()
        var failure: (any Error)?
        var hasEnough = false
        func take(_ row: CSVReader.Row) {
            guard failure == nil, !hasEnough else { return }
            do {
                let cells = row.fields.map { field -> TableCell in
                    if field.isEmpty { return .empty }
                    return field.hasPrefix("#") && TableCell.errors.contains(field) ? .error(field) : .text(field)
                }
                hasEnough = try !body(TableRow(number: row.number, cells: cells))
            } catch {
                failure = error
            }
        }
        var rest = text.utf8[...]
        do throws(CSVError) {
            while !rest.isEmpty, failure == nil, !hasEnough {
                let piece = rest.prefix(1 << 16)
                try reader.feed(piece) { take($0) }
                rest = rest[piece.endIndex...]
            }
            if !hasEnough, failure == nil { try reader.finish { take($0) } }
        } catch {
            throw TableError(error.code == .unclosedQuote ? .unclosedQuote : .textAfterQuote, number: error.row)
        }
        if let failure { throw failure }
    }
}

/// Objects as rows.
package struct JSONTable: Sendable {
    let rows: JSONRows
}

/// Files that are offered for tables and are none, known by their first bytes.
enum ForeignFile {
    static func error(_ bytes: [UInt8]) -> TableError? {
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            // Names in a compound file are UTF-16; a locked workbook of today's kind is one stream of that name.
            return TableError(holds("EncryptedPackage", bytes) ? .encrypted : .oldWorkbook)
        }
        if bytes.starts(with: Array("%PDF".utf8)) { return TableError(.document, part: "PDF") }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return TableError(.document, part: "PNG") }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return TableError(.document, part: "JPEG") }
        if bytes.starts(with: Array("Rar!".utf8)) { return TableError(.document, part: "RAR") }
        if bytes.starts(with: [0x37, 0x7A, 0xBC, 0xAF]) { return TableError(.document, part: "7z") }
        // A BIFF file may stand without its compound file.
        if bytes.starts(with: [0x09, 0x08]) || bytes.starts(with: [0x09, 0x04]) { return TableError(.oldWorkbook) }
        let start = String(decoding: bytes.prefix(1024).drop { $0 <= 0x20 || $0 >= 0xBB }, as: UTF8.self).lowercased()
        let pages = ["<html", "<!doctype html", "<table", "<head", "<meta", "<style", "<?xml"]
        return pages.contains { start.hasPrefix($0) } ? TableError(.webPage) : nil
    }

    private static func holds(_ name: String, _ bytes: [UInt8]) -> Bool {
        let wanted = name.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        return bytes.firstRange(of: wanted) != nil
    }
}

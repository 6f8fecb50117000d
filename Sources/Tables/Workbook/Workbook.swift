/// A spreadsheet workbook (ECMA-376, XLSX) read row by row: sheets are never in memory as a whole.
package struct Workbook: Sendable {
    package struct Sheet: Hashable, Sendable {
        package let name: String
        package let isHidden: Bool
        let part: String
    }

    package let sheets: [Sheet]
    package let serials: DateSerials
    let zip: ZipReader
    let limits: TableLimits
    let texts: [String]
    let styles: CellStyles

    /// Reads everything but the sheets.
    ///
    /// - Throws: `TableError`: not a workbook of this kind, damaged, locked, or far too large.
    package init(_ bytes: [UInt8], limits: TableLimits = TableLimits()) throws {
        let zip = try ZipReader(bytes)
        self.zip = zip
        self.limits = limits
        try Self.refuseOthers(zip)
        let links = RelationsReader(part: "_rels/.rels", base: "")
        try Self.read(links, "_rels/.rels", zip, limits)
        let main = links.target(ofType: "officeDocument") ?? "xl/workbook.xml"
        guard let member = zip[main] else { throw TableError(.noWorkbook) }
        let folder = main.lastIndex(of: "/").map { String(main[...$0]) } ?? ""
        let name = main.dropFirst(folder.count)
        let parts = RelationsReader(part: main, base: folder)
        try Self.read(parts, folder + "_rels/" + name + ".rels", zip, limits)
        let book = WorkbookReader(part: main)
        try book.read(member, of: zip, limits: limits)
        serials = book.serials
        sheets = book.sheets.enumerated().compactMap { index, sheet in
            let part = parts.target(ofID: sheet.id) ?? folder + "worksheets/sheet\(index + 1).xml"
            guard zip[part] != nil, !parts.isOther(sheet.id) else { return nil }
            return Sheet(name: sheet.name, isHidden: sheet.isHidden, part: part)
        }
        let styles = StylesReader(part: "styles")
        try Self.read(styles, parts.target(ofType: "styles") ?? folder + "styles.xml", zip, limits)
        self.styles = styles.styles
        let texts = TextsReader(part: "sharedStrings", limits: limits)
        try Self.read(texts, parts.target(ofType: "sharedStrings") ?? folder + "sharedStrings.xml", zip, limits)
        self.texts = texts.texts
    }

    /// Hands on the rows of a sheet that hold anything, in order, until `body` returns false.
    ///
    /// - Throws: `TableError`; whatever `body` throws.
    package func rows(of sheet: Sheet, _ body: (TableRow) throws -> Bool) throws {
        guard let member = zip[sheet.part] else { throw TableError(.damaged, part: sheet.part) }
        let merges = try MergedCells(zip, member, limits: limits)
        try withoutActuallyEscaping(body) { body in
            let reader = SheetReader(self, part: sheet.part, merges: merges, body: body)
            try reader.read(member, of: zip, limits: limits)
        }
    }

    private static func read(_ reader: SAXReader, _ part: String, _ zip: ZipReader, _ limits: TableLimits) throws {
        guard let member = zip[part] else { return }
        try reader.read(member, of: zip, limits: limits)
    }

    private static func refuseOthers(_ zip: ZipReader) throws {
        if zip["xl/workbook.bin"] != nil { throw TableError(.otherWorkbook, part: "XLSB") }
        if let kind = zip["mimetype"], let type = try? zip.contents(kind, atMost: 200),
            String(decoding: type, as: UTF8.self).contains("opendocument.spreadsheet")
        {
            throw TableError(.otherWorkbook, part: "ODS")
        }
        if zip["word/document.xml"] != nil { throw TableError(.document, part: "DOCX") }
    }
}

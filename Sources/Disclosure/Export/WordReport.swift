import Model

/// `report.docx` (ECMA-376): the report for the clerk who goes on editing, with real tables and merged cells.
struct WordReport {
    let report: AnnualReport

    var bytes: [UInt8] {
        var archive = ZipArchive()
        archive.add("[Content_Types].xml", Array(Self.types.utf8))
        archive.add("_rels/.rels", Array(Self.relations.utf8))
        archive.add("word/_rels/document.xml.rels", Array(Self.documentRelations.utf8))
        archive.add("word/styles.xml", PackageResources.word_styles_xml)
        archive.add("word/document.xml", Array(document.utf8))
        return archive.finished()
    }

    private var document: String {
        let chapters = report.form.chapters.enumerated().map { index, heading in
            let text = index < report.chapters.count ? report.chapters[index] : ""
            let paragraphs = text.split(whereSeparator: \.isNewline).map { Self.paragraph(String($0), "Normal") }
            let tables = report.form.tables.filter { $0.chapter == index + 1 }.map { table($0) }
            return Self.paragraph(heading, "Heading1") + paragraphs.joined() + tables.joined()
        }
        let title =
            Self.paragraph(report.bureau, "Title")
            + Self.paragraph("\(report.period.year)年政府信息公开工作年度报告", "Title")
        return Self.head + title + chapters.joined() + Self.section + "</w:body></w:document>"
    }

    private func table(_ table: FormTable) -> String {
        let layout = TableLayout(table)
        let values = Dictionary(report.cells.map { ($0.key, $0.value.text) }, uniquingKeysWith: { first, _ in first })
        let sum = max(1, table.widths.reduce(0, +))
        let widths = table.widths.map { $0 * Self.textWidth / sum }
        let grid = widths.map { "<w:gridCol w:w=\"\($0)\"/>" }.joined()
        let rows = layout.rows.indices.map { row in
            "<w:tr><w:trPr><w:cantSplit/></w:trPr>" + cells(layout, row, values, widths) + "</w:tr>"
        }
        return Self.tableHead + "<w:tblGrid>" + grid + "</w:tblGrid>" + rows.joined() + "</w:tbl>"
            + Self.paragraph("", "TableEnd")
    }

    /// A row's cells, with an empty one for each that reaches down from above.
    private func cells(_ layout: TableLayout, _ row: Int, _ values: [String: String], _ widths: [Int]) -> String {
        let reaching = layout.rows[..<row].joined().filter { $0.row + $0.down > row }
        let all = (layout.rows[row] + reaching).sorted { $0.column < $1.column }
        return all.map { cell in
            let width = widths[cell.column..<min(widths.count, cell.column + cell.across)].reduce(0, +)
            var properties = "<w:tcW w:w=\"\(width)\" w:type=\"dxa\"/>"
            if cell.across > 1 { properties += "<w:gridSpan w:val=\"\(cell.across)\"/>" }
            if cell.down > 1 { properties += cell.row == row ? "<w:vMerge w:val=\"restart\"/>" : "<w:vMerge/>" }
            properties += "<w:vAlign w:val=\"center\"/>"
            let content = cell.row == row ? Self.content(cell, values) : Self.paragraph("", "TableText")
            return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + content + "</w:tc>"
        }.joined()
    }

    private static func content(_ cell: TableLayout.Cell, _ values: [String: String]) -> String {
        switch cell.content {
        case .heading(let text): paragraph(text, "TableText")
        case .label(let text): paragraph(text, "TableLabel")
        case .figure(let key): paragraph(values[key] ?? "", "TableText")
        }
    }

    private static func paragraph(_ text: String, _ style: String) -> String {
        let run = text.isEmpty ? "" : "<w:r><w:t xml:space=\"preserve\">\(text.markup)</w:t></w:r>"
        return "<w:p><w:pPr><w:pStyle w:val=\"\(style)\"/></w:pPr>\(run)</w:p>"
    }

    /// Between the margins of A4, in twentieths of a point.
    private static let textWidth = 8844
    private static let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    private static let main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let package = "http://schemas.openxmlformats.org/package/2006"
    private static let head = xml + "<w:document xmlns:w=\"\(main)\"><w:body>"
    private static let section =
        "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/>"
        + "<w:pgMar w:top=\"1701\" w:right=\"1474\" w:bottom=\"1588\" w:left=\"1588\" w:header=\"851\" w:footer=\"992\" "
        + "w:gutter=\"0\"/></w:sectPr>"
    private static let tableHead =
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"Form\"/><w:tblW w:w=\"\(textWidth)\" w:type=\"dxa\"/>"
        + "<w:tblLayout w:type=\"fixed\"/></w:tblPr>"
    private static let types =
        xml + "<Types xmlns=\"\(package)/content-types\">"
        + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        + "<Override PartName=\"/word/document.xml\" ContentType=\"\(part)document.main+xml\"/>"
        + "<Override PartName=\"/word/styles.xml\" ContentType=\"\(part)styles+xml\"/></Types>"
    private static let part = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    private static let relations =
        xml + "<Relationships xmlns=\"\(package)/relationships\">"
        + "<Relationship Id=\"rId1\" Type=\"\(office)/officeDocument\" Target=\"word/document.xml\"/></Relationships>"
    private static let documentRelations =
        xml + "<Relationships xmlns=\"\(package)/relationships\">"
        + "<Relationship Id=\"rId1\" Type=\"\(office)/styles\" Target=\"styles.xml\"/></Relationships>"
}

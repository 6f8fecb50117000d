import Tables
import TestKit
import Testing

@Suite struct ZipReaderTests {
    private let sheet = "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>编号</t></is></c></row></sheetData></worksheet>"

    private func error(_ parts: [ZipFixture.Part], limits: TableLimits = TableLimits()) -> TableError? {
        do {
            let file = try TableFile(ZipFixture.archive(parts), limits: limits)
            try file.rows { _ in true }
            return nil
        } catch {
            return error as? TableError
        }
    }

    @Test("stored and deflated members read alike, and their names in any case")
    func members() throws {
        var parts = ZipFixture.workbook(sheet: sheet)
        parts[2].isDeflated = false
        parts[0].name = "XL/Workbook.xml"
        #expect(error(parts) == nil)
        let zip = try ZipReader(ZipFixture.archive(parts))
        let member = try #require(zip["xl/worksheets/sheet1.xml"])
        #expect(try zip.contents(member) == Array(sheet.utf8))
    }

    @Test("a wrong checksum is damage and names the member")
    func checksum() {
        var parts = ZipFixture.workbook(sheet: sheet)
        parts[2].wrong = 1
        #expect(error(parts) == TableError(.damaged, part: "xl/worksheets/sheet1.xml"))
    }

    @Test("a locked member is not read")
    func locked() {
        var parts = ZipFixture.workbook(sheet: sheet)
        parts[0].flags = 1
        #expect(error(parts)?.code == .encrypted)
    }

    @Test("what unpacks to far more than it packs is a bomb, found before it is all unpacked")
    func bomb() {
        let blanks = String(repeating: " ", count: 80 << 20)
        let parts = ZipFixture.workbook(sheet: "<worksheet>" + blanks + "</worksheet>")
        #expect(error(parts) == TableError(.bomb, part: "xl/worksheets/sheet1.xml"))
        var limits = TableLimits()
        limits.unpacked = 10_000
        #expect(error(ZipFixture.workbook(sheet: sheet + String(repeating: " ", count: 20_000)), limits: limits)?.code == .bomb)
    }

    @Test("texts beyond what is kept in memory, cells and rows beyond what is read")
    func limits() {
        var limits = TableLimits()
        limits.texts = 1000
        let texts = "<sst>" + String(repeating: "<si><t>abc</t></si>", count: 100) + "</sst>"
        #expect(error(ZipFixture.workbook(sheet: sheet, texts: texts), limits: limits)?.code == .tooLong)
        limits = TableLimits()
        limits.cell = 3
        #expect(error(ZipFixture.workbook(sheet: sheet), limits: limits)?.code == .tooLong)
        let wide = "<worksheet><sheetData><row r=\"7\"><c r=\"XFD7\"><v>1</v></c></row></sheetData></worksheet>"
        #expect(error(ZipFixture.workbook(sheet: wide)) == TableError(.tooWide, number: 7))
    }

    @Test("a document type declaration, and with it every entity, is refused")
    func entities() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaa\">]><worksheet><sheetData>&a;</sheetData></worksheet>"
        #expect(error(ZipFixture.workbook(sheet: bomb))?.code == .badMarkup)
    }

    @Test("a cell that refers to no text, markup that breaks off, and a ZIP without a workbook are told apart")
    func broken() {
        let missing = "<worksheet><sheetData><row r=\"3\"><c t=\"s\"><v>9</v></c></row></sheetData></worksheet>"
        #expect(error(ZipFixture.workbook(sheet: missing)) == TableError(.missingText, number: 3))
        #expect(
            error(ZipFixture.workbook(sheet: "<worksheet>\n<sheetData>"))
                == TableError(.badMarkup, part: "xl/worksheets/sheet1.xml", number: 2))
        #expect(error([ZipFixture.Part("a.txt", "x")])?.code == .noWorkbook)
        #expect(error([ZipFixture.Part("word/document.xml", "x")])?.part == "DOCX")
        #expect(error([ZipFixture.Part("xl/workbook.bin", "x")])?.part == "XLSB")
        let ods = ZipFixture.Part("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        #expect(error([ods])?.part == "ODS")
    }

    @Test("merged cells without end take no time and no memory")
    func merges() throws {
        let ranges = (1...3000).map { "<mergeCell ref=\"A\($0):ALL9999999\"/>" }.joined()
        let rows = (1...3000).map { "<row r=\"\($0)\"><c><v>1</v></c></row>" }.joined()
        let sheet = "<worksheet><sheetData>\(rows)</sheetData><mergeCells>\(ranges)</mergeCells></worksheet>"
        let file = try TableFile(ZipFixture.archive(ZipFixture.workbook(sheet: sheet)))
        var cells = 0
        try file.rows { row in
            cells += row.repeated.count
            return true
        }
        #expect(cells <= 2_000_000)
    }
}

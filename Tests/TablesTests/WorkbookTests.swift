import Model
import Tables
import TestKit
import Testing

@Suite struct WorkbookTests {
    private func rows(_ file: TableFile, sheet: Int = 0) throws -> [TableRow] {
        var rows: [TableRow] = []
        try file.rows(ofSheet: sheet) {
            rows.append($0)
            return true
        }
        return rows
    }

    private func moment(_ day: String, _ second: Int = 0) throws -> TableCell {
        .moment(CivilMoment(day: try #require(Day(day)), second: second))
    }

    @Test("what writers do in their own way is read: prefixes, inline and rich text, no cell names, days from 1904")
    func quirks() throws {
        let file = try TableFile(Fixtures.bytes("tables/quirks.xlsx"))
        #expect(file.encoding == "XLSX" && file.serials == .from1904)
        #expect(file.sheets.map(\.name) == ["封面", "隐藏", "台账"] && file.sheets.map(\.isHidden) == [false, true, false])
        let rows = try rows(file, sheet: 2)
        #expect(rows.map(\.number) == [1, 2, 3, 4, 5, 9] && rows.map(\.isHidden) == [false, false, false, false, true, false])
        #expect(rows[0].cells == [TableCell](repeating: "二〇二一年投诉台账", count: 5) && rows[0].repeated == [1, 2, 3, 4])
        // Readings above characters are no text.
        #expect(rows[1].cells == ["编号", "渠道", "受理", "受理", "诉求内容 "])
        #expect(rows[3].cells == [.number("17"), "信访", try moment("2021-03-05"), .empty, "两行\r\n文字"])
        #expect(rows[4].cells == [.number("18"), "信访", try moment("2021-03-06", 37_200), .truth(true), .error("#N/A")])
        #expect(rows[4].repeated == [1])
        #expect(rows[5].cells == [.number("1.5"), .empty, .time(43_200), .empty, .uncalculated])
    }

    @Test("serial numbers are days, with the leap day of 1900 that never was")
    func serials() throws {
        for (serial, day) in [
            ("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01"), ("44260", "2021-03-05"), ("2958465", "9999-12-31"),
        ] {
            #expect(DateSerials.from1900.moment(serial) == CivilMoment(day: try #require(Day(day))))
        }
        #expect(DateSerials.from1900.moment("60") == nil && DateSerials.from1900.moment("0.5") == nil)
        #expect(DateSerials.from1900.moment("2958466") == nil && DateSerials.from1900.moment("-1") == nil)
        #expect(DateSerials.from1904.moment("42798")?.day.description == "2021-03-05")
        // Binary fractions of a day never are whole seconds.
        #expect(DateSerials.from1900.moment("44260.430555555555")?.second == 37_200)
        #expect(DateSerials.from1900.moment("44260.9999999")?.description == "2021-03-06")
    }

    @Test(
        "format codes of days and times are known from those of numbers",
        arguments: [
            ("yyyy/m/d", true), ("yyyy\"年\"m\"月\"d\"日\"", true), ("[$-804]aaaa", true), ("[h]:mm:ss", true),
            ("上午/下午h\"时\"", true),
            ("General", false), ("G/通用格式", false), ("0.00E+00", false), ("#,##0.00;[Red]-#,##0.00", false), ("\"day\" 0", false),
            ("[Red]0", false), ("0\\d", false), ("_(* #,##0_)", false), ("@", false), ("¥#,##0.00", false),
        ])
    func formats(code: String, isDate: Bool) throws {
        let folder = try TemporaryFolder()
        let bytes = try ZipFixture.workbook(code: code, in: folder)
        let rows = try rows(TableFile(bytes))
        #expect(rows.first?.cells.first == (isDate ? try moment("2021-03-05") : .number("44260")), "\(code)")
    }

    @Test("a reader that has enough ends the reading")
    func enough() throws {
        let file = try TableFile(Fixtures.bytes("tables/quirks.xlsx"))
        var count = 0
        try file.rows(ofSheet: 2) { _ in
            count += 1
            return count < 2
        }
        #expect(count == 2)
    }

    @Test("an error of the one who reads comes back to him")
    func foreignError() throws {
        struct Mine: Error {}
        let file = try TableFile(Fixtures.bytes("tables/quirks.xlsx"))
        #expect(throws: Mine.self) { try file.rows(ofSheet: 2) { _ in throw Mine() } }
    }

    @Test("files of other kinds are known by what is in them")
    func others() throws {
        func code(_ bytes: [UInt8]) -> TableError.Code? {
            do {
                _ = try TableFile(bytes)
                return nil
            } catch {
                return error.code
            }
        }
        let compound: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 504)
        #expect(code(compound) == .oldWorkbook)
        #expect(code(compound + "EncryptedPackage".utf16.flatMap { [UInt8($0), 0] }) == .encrypted)
        #expect(code(Array("\n<html xmlns:x=\"excel\"><table>".utf8)) == .webPage)
        #expect(code(Array("<?xml version=\"1.0\"?><Workbook>".utf8)) == .webPage)
        #expect(code(Array("%PDF-1.7".utf8)) == .document)
        #expect(code([]) == .empty && code([0xEF, 0xBB, 0xBF, 0x0D, 0x0A]) == .empty && code([0x41, 0]) == .binary)
        #expect(code([0x50, 0x4B, 3, 4, 9, 9]) == .damaged)
    }

    @Test("a workbook that is cut off anywhere is damaged and nothing else")
    func cut() throws {
        let whole = try Fixtures.bytes("tables/quirks.xlsx")
        for length in stride(from: 4, to: whole.count - 1, by: 7) {
            #expect(throws: TableError.self) { try TableFile(Array(whole.prefix(length))) }
        }
    }
}

import Model

/// A table as XLSX (ECMA-376) with texts in its cells, as small as it can be: parts that are not compressed.
package enum SimWorkbook {
    /// The file's bytes.
    package static func bytes(header: [String], rows: [[String]]) -> [UInt8] {
        archive([
            ("[Content_Types].xml", types), ("_rels/.rels", relations("officeDocument", "xl/workbook.xml")),
            ("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", relations("worksheet", "worksheets/sheet1.xml")),
            ("xl/worksheets/sheet1.xml", sheet([header] + rows)),
        ])
    }

    private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let opc = "http://schemas.openxmlformats.org/package/2006/"

    private static let types =
        head + "<Types xmlns=\"\(opc)content-types\">"
        + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        + "<Override PartName=\"/xl/workbook.xml\" "
        + "ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
        + "<Override PartName=\"/xl/worksheets/sheet1.xml\" "
        + "ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>"

    private static let book =
        head + "<workbook xmlns=\"\(main)\" xmlns:r=\"\(office)\"><sheets>"
        + "<sheet name=\"投诉\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"

    private static func relations(_ type: String, _ target: String) -> String {
        head + "<Relationships xmlns=\"\(opc)relationships\">"
            + "<Relationship Id=\"rId1\" Type=\"\(office)/\(type)\" Target=\"\(target)\"/></Relationships>"
    }

    private static func sheet(_ rows: [[String]]) -> String {
        var text = head + "<worksheet xmlns=\"\(main)\"><sheetData>"
        for (index, row) in rows.enumerated() {
            text += "<row r=\"\(index + 1)\">"
            for (column, cell) in row.enumerated() where !cell.isEmpty {
                // Twenty-six columns are more than any of these tables has.
                let name = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(column % 26)))
                text += "<c r=\"\(name)\(index + 1)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">\(cell.markup)</t></is></c>"
            }
            text += "</row>"
        }
        return text + "</sheetData></worksheet>"
    }

    /// A ZIP file (APPNOTE 6.3) of stored parts.
    private static func archive(_ parts: [(name: String, text: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for (name, text) in parts {
            let content = Array(text.utf8)
            let size = four(UInt32(content.count))
            // Version 2.0, names in UTF-8, stored, 1 January 1980.
            let common =
                two(20) + two(0x0800) + two(0) + two(0) + two(33) + four(checksum(content)) + size + size
                + two(UInt16(name.utf8.count)) + two(0)
            directory += [0x50, 0x4B, 1, 2] + two(20) + common + [UInt8](repeating: 0, count: 10)
            directory += four(UInt32(bytes.count)) + Array(name.utf8)
            bytes += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + content
        }
        let count = two(UInt16(parts.count))
        let end =
            [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + four(UInt32(directory.count)) + four(UInt32(bytes.count)) + two(0)
        return bytes + directory + end
    }

    private static func two(_ number: UInt16) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8)] }
    private static func four(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(number >> ($0 * 8) & 0xFF) } }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    /// CRC-32 (ISO 3309).
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
    }
}

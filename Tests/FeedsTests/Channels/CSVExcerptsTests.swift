import Testing

@testable import Feeds

@Suite struct CSVExcerptsTests {
    private func excerpts(_ text: String, _ rows: Int...) throws -> [Int: String] {
        try CSVExcerpts(Array(text.utf8), rows: Set(rows)).byRow.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    @Test("a row keeps its spelling below the header, whatever ends the lines", arguments: ["\n", "\r", "\r\n"])
    func spelling(end: String) throws {
        let text = ["a;b", "1;\"x;\"\"y\"\"\"", "2; ", "3;z"].joined(separator: end)
        let found = try excerpts(text, 2, 4)
        #expect(found == [2: "a;b\r\n1;\"x;\"\"y\"\"\"\r\n", 4: "a;b\r\n3;z\r\n"])
    }

    @Test("rows are numbered as the reader numbers them: empty lines count, a quoted newline is none")
    func numbers() throws {
        let text = "\r\n\r\na,b\r\n1,\"x\r\ny\"\r\n\r\n2,z\r\n"
        let rows = try CSVReader.rows(text).filter { $0.fields.first == "2" }
        #expect(rows.map(\.number) == [6])
        #expect(try excerpts(text, 4, 6) == [4: "a,b\r\n1,\"x\r\ny\"\r\n", 6: "a,b\r\n2,z\r\n"])
    }

    @Test("an excerpt of a file in another encoding is UTF-8")
    func encoding() throws {
        let bytes = ComplaintBench.gb18030(ComplaintBench.csv("信访,XF-1,昨天,油烟,,"))
        let found = try CSVExcerpts(bytes, rows: [2]).byRow[2]
        #expect(found == ComplaintBench.csv("信访,XF-1,昨天,油烟,,"))
    }
}

import Tables
import Testing

@Suite struct TableFileTests {
    private func rows(_ text: String) throws -> [TableRow] {
        var rows: [TableRow] = []
        try TableFile(Array(text.utf8)).rows {
            rows.append($0)
            return true
        }
        return rows
    }

    @Test("text is rows of text, and a spreadsheet's errors are known in it")
    func text() throws {
        let rows = try rows("a,b\n1,#N/A\n,#5\n")
        #expect(rows.map(\.cells) == [["a", "b"], ["1", .error("#N/A")], [.empty, "#5"]])
        #expect(rows.map(\.number) == [1, 2, 3])
    }

    @Test("the separator is found below titles that have none")
    func titles() throws {
        #expect(try rows("2021年投诉台账\n\n编号;内容\n1;x,y\n").map(\.cells.count) == [1, 1, 2, 2])
        #expect(try rows("sep=;\na;b\n").last?.cells == ["a", "b"])
    }

    @Test(
        "objects are rows: a list, one a line, a list within an answer, one alone",
        arguments: [
            "[{\"a\":1,\"b\":\"x\"},{\"b\":null,\"c\":{\"d\":true}}]",
            "{\"a\":1,\"b\":\"x\"}\n\n{\"b\":null,\"c\":{\"d\":true}}\n",
            "{\"code\":0,\"tags\":[1],\"data\":{\"rows\":[{\"a\":1,\"b\":\"x\"},{\"b\":null,\"c\":{\"d\":true}}]},\"total\":2}",
        ])
    func objects(text: String) throws {
        let file = try TableFile(Array(text.utf8))
        #expect(file.encoding == "JSON")
        let rows = try rows(text)
        #expect(rows.map(\.cells) == [["a", "b", "c.d"], ["1", "x", .empty], [.empty, .empty, .truth(true)]])
        #expect(rows.map(\.number).first == 0)
    }

    @Test("a number of JSON keeps its digits, which a spreadsheet's does not")
    func longNumbers() throws {
        #expect(try rows("[{\"id\":150203000000000001}]").last?.cells == ["150203000000000001"])
        #expect(try rows("{\"a\":\"x\",\"b\":[1,{\"c\":2}]}").last?.cells == ["2"])
    }

    @Test("JSON that ends too early, or holds something else, says where")
    func badJSON() {
        for text in ["[{\"a\":1},", "{\"a\":1}\n{\"a\":", "[{\"a\":1}] x", "{\"a\":1}\nxyz"] {
            #expect(throws: TableError.self, "\(text)") { try TableFile(Array(text.utf8)) }
        }
    }

    @Test("written values are read again as they were")
    func writing() throws {
        let values = ["a", "b,c", "say \"x\"", "two\r\nlines", "", " t;u "]
        let bytes = CSVWriter.mark + CSVWriter.line(["1", "2", "3", "4", "5", "6"]) + CSVWriter.line(values)
        var last: TableRow?
        try TableFile(bytes).rows {
            last = $0
            return true
        }
        #expect(last?.cells.map(\.text) == values)
    }
}

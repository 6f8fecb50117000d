import Testing

@testable import Tables

@Suite struct CSVReaderTests {
    private func fields(_ text: String) throws -> [[String]] { try CSVReader.rows(text).map(\.fields) }

    @Test("quotes, doubled quotes, separators and newlines within quotes")
    func quotes() throws {
        #expect(
            try fields("a,b,c\r\n\"1,2\",\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n") == [
                ["a", "b", "c"], ["1,2", "say \"hi\"", "two\r\nlines"],
            ])
    }

    @Test("every kind of newline ends a row, and the last row needs none", arguments: ["\n", "\r\n", "\r"])
    func newlines(newline: String) throws {
        let rows = try CSVReader.rows("a,b\(newline)1,2\(newline)\(newline)3,")
        #expect(rows.map(\.fields) == [["a", "b"], ["1", "2"], [""], ["3", ""]])
        #expect(rows.map(\.number) == [1, 2, 3, 4])
        #expect(rows.map(\.isBlank) == [false, false, true, false])
    }

    @Test("the separator is what the first line holds most of, outside quotes")
    func separators() throws {
        #expect(try fields("a\tb,c\td\n1\t2\t3") == [["a", "b,c", "d"], ["1", "2", "3"]])
        #expect(try fields("a;\"x,y,z\";c\n1;2,5;3") == [["a", "x,y,z", "c"], ["1", "2,5", "3"]])
        #expect(try fields("\n\na;b\n1;2") == [[""], [""], ["a", "b"], ["1", "2"]])
        #expect(try fields("only\nvalue") == [["only"], ["value"]])
    }

    @Test("a byte order mark is no part of the first header")
    func mark() throws {
        #expect(try fields("\u{FEFF}a,b") == [["a", "b"]])
    }

    @Test("a row with newlines in it counts once, as in a spreadsheet")
    func counting() throws {
        #expect(try CSVReader.rows("a\n\"1\n1\n1\"\n2").map(\.number) == [1, 2, 3])
    }

    @Test("a quote that is never closed, and text after a closing quote, name their row")
    func errors() {
        #expect(throws: CSVError(code: .unclosedQuote, row: 2)) { try CSVReader.rows("a,b\n1,\"2\n3,4\n") }
        #expect(throws: CSVError(code: .textAfterQuote, row: 3)) { try CSVReader.rows("a,b\n1,2\n\"3\"x,4\n") }
        #expect(throws: CSVError(code: .unclosedQuote, row: 1)) { try CSVReader.rows("\"a,b\n1,2") }
    }

    @Test("a quote within a plain value is a character")
    func innerQuote() throws {
        #expect(try fields("a,b\n5\" pipe,x") == [["a", "b"], ["5\" pipe", "x"]])
    }

    @Test("nothing is nothing")
    func empty() throws {
        #expect(try CSVReader.rows("").isEmpty)
    }

    @Test("any rows, written and read in pieces of any size, come back as themselves")
    func roundTrip() throws {
        var generator = SystemRandomNumberGenerator()
        let alphabet: [Character] = ["a", ",", ";", "\t", "\"", "\n", "\r\n", "中", " "]
        for _ in 0..<500 {
            let rows = (0..<4).map { _ in
                (0..<3).map { _ in
                    String((0..<Int.random(in: 0...5)).compactMap { _ in alphabet.randomElement(using: &generator) })
                }
            }
            let quoted = rows.map { row in
                row.map { "\"" + $0.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" }
            }
            let text = quoted.map { $0.joined(separator: ",") }.joined(separator: "\r\n")
            var reader = CSVReader(separator: UInt8(ascii: ","))
            var read: [[String]] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...7))
                rest = rest.dropFirst(piece.count)
                try reader.feed(piece) { read.append($0.fields) }
            }
            try reader.finish { read.append($0.fields) }
            #expect(read == rows)
        }
    }
}

import Model
import TestKit
import Testing

@Suite struct JSONTests {
    @Test("any value written compactly or prettily reads back as itself")
    func roundTrip() throws {
        var generator = SeededNumbers(7)
        for _ in 0..<2000 {
            let value = Self.value(&generator, depth: 0)
            #expect(try JSON(parsing: value.bytes) == value)
            #expect(try JSON(parsing: value.prettyText) == value)
        }
    }

    @Test("cutting a text anywhere is an error and never a crash")
    func truncation() throws {
        let bytes = Array(#"{"a":[1,-2.5e+3,true,null,"é\u00e9\n"],"中":{"x":false}}"#.utf8)
        #expect(throws: Never.self) { try JSON(parsing: bytes) }
        for end in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSON(parsing: Array(bytes[..<end])) }
        }
    }

    @Test("flipping any byte gives a value or an error and never a crash")
    func mutation() {
        let bytes = Array(#"{"a":[1,-2.5e+3,true,null,"\ud83d\ude00\n"],"b":{"x":false}}"#.utf8)
        for at in bytes.indices {
            for byte in UInt8.min ... .max {
                var damaged = bytes
                damaged[at] = byte
                guard let value = try? JSON(parsing: damaged) else { continue }
                #expect((try? JSON(parsing: value.bytes)) == value)
            }
        }
    }

    @Test(
        "each error has its code and the offset of the byte at fault",
        arguments: [
            ("", JSONError.Code.unexpectedEnd, 0), ("[1", .unexpectedEnd, 2), ("\"ab", .unexpectedEnd, 3),
            ("tru", .unexpectedEnd, 3),
            ("\"\\", .unexpectedEnd, 1), ("[1 2]", .unexpectedByte, 3), ("{1:2}", .unexpectedByte, 1),
            ("truX", .unexpectedByte, 3),
            ("?", .unexpectedByte, 0), ("[1,]", .unexpectedByte, 3), ("-", .badNumber, 1), ("01", .badNumber, 0),
            ("1.", .badNumber, 2),
            ("1e", .badNumber, 2), ("\"\u{1}\"", .badString, 1), ("\"\\x\"", .badString, 1), ("\"\\u12G4\"", .badString, 5),
            ("1 2", .trailing, 2), ("{} x", .trailing, 3),
        ])
    func errors(text: String, code: JSONError.Code, offset: Int) {
        #expect {
            try JSON(parsing: text)
        } throws: { error in
            guard let error = error as? JSONError else { return false }
            return error.code == code && error.offset == offset
        }
    }

    @Test("bytes that are not UTF-8 are refused")
    func notUTF8() {
        #expect {
            try JSON(parsing: [0x22, 0xC4, 0xE3, 0x22])
        } throws: { ($0 as? JSONError)?.code == .notUTF8 }
    }

    @Test("nesting of 64 levels reads, more is refused")
    func depth() {
        func nested(_ levels: Int) -> String { String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
        #expect(throws: Never.self) { try JSON(parsing: nested(64)) }
        #expect {
            try JSON(parsing: nested(65))
        } throws: { ($0 as? JSONError)?.code == .tooDeep }
    }

    @Test("numbers keep their spelling, members their order")
    func spelling() throws {
        let text = #"{"b":0.10,"a":1E5,"b2":-0}"#
        #expect(try JSON(parsing: text).text == text)
    }

    @Test("escapes read as their characters; a lone surrogate does not stop the value")
    func escapes() throws {
        #expect(try JSON(parsing: #""a\u4e2d\ud83d\ude00\/\b\f\t\"\\z""#).string == "a中😀/\u{8}\u{c}\t\"\\z")
        #expect(try JSON(parsing: #""x\ud83dy""#).string == "x\u{FFFD}y")
    }

    @Test("a byte order mark is skipped")
    func mark() throws {
        #expect(try JSON(parsing: [0xEF, 0xBB, 0xBF] + Array("[1]".utf8)) == [1])
    }

    @Test("personal members are masked at any depth")
    func masking() {
        let value: JSON = ["phone": "13800138000", "list": [["caller": "8001", "text": "stays"]]]
        let expected: JSON = ["phone": "***", "list": [["caller": "***", "text": "stays"]]]
        #expect(value.masked(personalMembers) == expected)
    }

    private static func value(_ generator: inout SeededNumbers, depth: Int) -> JSON {
        switch generator.next() % (depth > 4 ? 4 : 6) {
        case 0: return .null
        case 1: return .bool(generator.next() % 2 == 0)
        case 2:
            return .number(["0", "-1", "0.10", "1e9", "-2.5E-3", "12345678901234567890"].randomElement(using: &generator) ?? "0")
        case 3: return .string(string(&generator))
        case 4: return .array((0..<(generator.next() % 4)).map { _ in value(&generator, depth: depth + 1) })
        default:
            return .object(
                (0..<(generator.next() % 4)).map { _ in JSON.Member(string(&generator), value(&generator, depth: depth + 1)) })
        }
    }

    private static func string(_ generator: inout SeededNumbers) -> String {
        let alphabet: [Character] = ["a", "\"", "\\", "\n", "\r", "\t", "\u{1}", "\u{7F}", "中", "😀", "/", "é", " "]
        return String((0..<(generator.next() % 6)).compactMap { _ in alphabet.randomElement(using: &generator) })
    }
}

@Suite struct JSONScannerTests {
    @Test("the walk takes exactly the bytes of each value")
    func ranges() throws {
        let bytes = Array(#" {"a":[1,{"b":"x\"y"}],"c":-1.5e3} "#.utf8)
        try bytes.withUnsafeBufferPointer { buffer in
            var scanner = JSONScanner(buffer)
            let range = try scanner.skipValue()
            try scanner.expectEnd()
            #expect(range == 1..<(bytes.count - 1))
        }
    }

    @Test("the walk ends at its range, whatever follows in the buffer")
    func limits() {
        let bytes = Array("[1,2]garbage".utf8)
        bytes.withUnsafeBufferPointer { buffer in
            var whole = JSONScanner(buffer, range: 0..<5)
            #expect(throws: Never.self) {
                try whole.skipValue()
                try whole.expectEnd()
            }
            var cut = JSONScanner(buffer, range: 0..<4)
            #expect(throws: JSONError.self) { try cut.skipValue() }
        }
    }
}

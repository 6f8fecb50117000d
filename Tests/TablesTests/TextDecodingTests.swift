import TestKit
import Testing

@testable import Tables

@Suite struct TextDecodingTests {
    private func error(_ bytes: [UInt8]) -> TextDecodingError? {
        do {
            _ = try TextDecoding.decode(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test("UTF-8, with and without a mark")
    func utf8() throws {
        #expect(try TextDecoding.decode(Array("渠道".utf8)) == ("渠道", .utf8))
        #expect(try TextDecoding.decode([0xEF, 0xBB, 0xBF] + Array("渠道".utf8)) == ("渠道", .utf8))
        #expect(try TextDecoding.decode([]) == ("", .utf8))
    }

    @Test("GB18030 with its two-byte and four-byte characters")
    func gb18030() throws {
        // 昆都仑 and U+20BB7, which GBK does not have.
        let bytes: [UInt8] = [0xC0, 0xA5, 0xB6, 0xBC, 0xC2, 0xD8, 0x95, 0x34, 0xCA, 0x33]
        let decoded = try TextDecoding.decode(bytes)
        #expect(decoded.encoding == .gb18030)
        #expect(decoded.text.hasPrefix("昆都仑") && decoded.text.unicodeScalars.count == 4)
        let file = try TextDecoding.decode(Fixtures.bytes("import/complaints-gb18030.csv"))
        #expect(file.encoding == .gb18030 && file.text.contains("暴露垃圾𠮷"))
    }

    @Test("UTF-16 in both orders")
    func utf16() throws {
        let units = Array("渠,😀".utf16)
        let little = units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        #expect(try TextDecoding.decode([0xFF, 0xFE] + little) == ("渠,😀", .utf16))
        #expect(try TextDecoding.decode([0xFE, 0xFF] + big) == ("渠,😀", .utf16))
        #expect(error([0xFF, 0xFE, 0x41]) == TextDecodingError(code: .malformed, offset: 2))
        #expect(error([0xFF, 0xFE, 0x41, 0, 0x00, 0xD8, 0x41, 0]) == TextDecodingError(code: .malformed, offset: 4))
    }

    @Test("what is no text names the byte")
    func errors() throws {
        // Good GB18030 up to a byte that it does not have.
        #expect(error([0xC0, 0xA5, 0x41, 0xFF, 0x41]) == TextDecodingError(code: .malformed, offset: 3))
        // Good UTF-8 up to a damaged character: whichever reading got further is told, never the beginning.
        let damaged = try #require(error(Array("昆都仑区".utf8) + [0xE5, 0x8C, 0xFF]))
        #expect(damaged.code == .malformed && (12...14).contains(damaged.offset))
        #expect(error([0xEF, 0xBB, 0xBF, 0x41, 0xC0, 0xA5]) == TextDecodingError(code: .malformed, offset: 4))
        #expect(error([0x41, 0, 0x42]) == TextDecodingError(code: .binary, offset: 1))
        #expect(error([0x50, 0x4B, 0x03, 0x04, 1, 2])?.code == .workbook)
    }
}

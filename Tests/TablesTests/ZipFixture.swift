import CZlib
import Foundation
import TestKit

/// ZIP files as a test wants them, wrong ones included.
enum ZipFixture {
    struct Part {
        var name: String
        var content: [UInt8]
        var isDeflated = true
        /// Added to the true checksum.
        var wrong: UInt32 = 0
        var flags: UInt16 = 0

        init(_ name: String, _ content: String) {
            self.name = name
            self.content = Array(content.utf8)
        }
    }

    static func archive(_ parts: [Part]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for part in parts {
            let packed = part.isDeflated ? deflated(part.content) : part.content
            let sum = UInt32(truncatingIfNeeded: crc32(0, part.content, UInt32(part.content.count))) &+ part.wrong
            let name = Array(part.name.utf8)
            let common =
                two(20) + two(part.flags) + two(part.isDeflated ? 8 : 0) + [0, 0, 0, 0] + four(sum) + four(UInt32(packed.count))
                + four(UInt32(part.content.count)) + two(UInt16(name.count)) + two(0)
            directory += [0x50, 0x4B, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10) + four(UInt32(bytes.count)) + name
            bytes += [0x50, 0x4B, 3, 4] + common + name + packed
        }
        let count = two(UInt16(parts.count))
        let end =
            [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + four(UInt32(directory.count)) + four(UInt32(bytes.count)) + [0, 0]
        return bytes + directory + end
    }

    static func workbook(sheet: String, styles: String = "<styleSheet/>", texts: String? = nil) -> [Part] {
        let book = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"一\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
        var parts = [
            Part("xl/workbook.xml", book), Part("xl/styles.xml", styles), Part("xl/worksheets/sheet1.xml", sheet),
        ]
        if let texts { parts.append(Part("xl/sharedStrings.xml", texts)) }
        return parts
    }

    /// One cell, 44260, in a format of its own.
    static func workbook(code: String, in folder: TemporaryFolder) throws -> [UInt8] {
        let escaped = code.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "\"", with: "&quot;")
        let styles =
            "<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"\(escaped)\"/></numFmts>"
            + "<cellXfs><xf numFmtId=\"200\"/></cellXfs></styleSheet>"
        let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" s=\"0\"><v>44260</v></c></row></sheetData></worksheet>"
        return archive(workbook(sheet: sheet, styles: styles))
    }

    private static func two(_ number: UInt16) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8)] }
    private static func four(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(number >> ($0 * 8) & 0xFF) } }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        var input = bytes
        let made = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                deflate(&stream, Z_FINISH)
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output.prefix(made))
    }
}

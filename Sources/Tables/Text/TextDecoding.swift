import Glibc
import Model

/// Text from files that do not say how they are coded: UTF-8, UTF-16 with a byte order mark, else GB18030.
package enum TextDecoding {
    package enum Encoding: String, Sendable {
        case utf8 = "UTF-8"
        case utf16 = "UTF-16"
        /// Also covers GBK and GB2312.
        case gb18030 = "GB18030"
    }

    /// Decodes strictly: nothing is replaced or left out; a byte order mark is taken off.
    ///
    /// - Throws: `TextDecodingError` with the offset of the first byte that fits none of them.
    package static func decode(_ bytes: [UInt8]) throws(TextDecodingError) -> (text: String, encoding: Encoding) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return (try utf16(bytes), .utf16)
        }
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { throw TextDecodingError(code: .workbook, offset: 0) }
        if let zero = bytes.firstIndex(of: 0) { throw TextDecodingError(code: .binary, offset: zero) }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        if let text = String(validating: bytes[start...], as: UTF8.self) { return (text, .utf8) }
        // A mark says UTF-8, so a bad byte is damage and not another encoding.
        guard start == 0 else { throw TextDecodingError(code: .malformed, offset: validPrefix(bytes)) }
        do throws(TextDecodingError) {
            return (try gb18030(bytes), .gb18030)
        } catch {
            // The encoding that got further is the one meant.
            throw TextDecodingError(code: error.code, offset: max(error.offset, validPrefix(bytes)))
        }
    }

    private static func utf16(_ bytes: [UInt8]) throws(TextDecodingError) -> String {
        let low = bytes[0] == 0xFF ? 0 : 1
        guard bytes.count % 2 == 0 else { throw TextDecodingError(code: .malformed, offset: bytes.count - 1) }
        let units = stride(from: 2, to: bytes.count, by: 2).map { at in
            UInt16(bytes[at + low]) | UInt16(bytes[at + 1 - low]) << 8
        }
        if let text = String(validating: units, as: UTF16.self) { return text }
        var decoder = UTF16()
        var source = units.makeIterator()
        var consumed = 0
        while case .scalarValue(let scalar) = decoder.decode(&source) { consumed += UTF16.width(scalar) }
        throw TextDecodingError(code: .malformed, offset: 2 + consumed * 2)
    }

    private static func gb18030(_ bytes: [UInt8]) throws(TextDecodingError) -> String {
        let converter = iconv_open("UTF-8", "GB18030")
        guard let converter, converter != UnsafeMutableRawPointer(bitPattern: -1) else {
            throw TextDecodingError(code: .noConverter, offset: 0)
        }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // Two bytes become at most three, four become four.
        var output = [CChar](repeating: 0, count: bytes.count * 2 + 16)
        let (left, written) = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var from = input.baseAddress
                var to = output.baseAddress
                var left = input.count
                var room = output.count
                // A byte that does not fit stops the conversion and shows in what is left.
                iconv(converter, &from, &left, &to, &room)
                return (left, output.count - room)
            }
        }
        guard left == 0 else { throw TextDecodingError(code: .malformed, offset: bytes.count - left) }
        return String(decoding: output[..<written].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Length of the longest beginning that is well-formed UTF-8.
    private static func validPrefix(_ bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var source = bytes.makeIterator()
        var consumed = 0
        while case .scalarValue(let scalar) = decoder.decode(&source) { consumed += UTF8.width(scalar) }
        return consumed
    }
}

/// Why bytes are no text, and where.
package struct TextDecodingError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// Neither UTF-8 nor GB18030, or not what the byte order mark says.
        case malformed
        /// Holds NUL bytes.
        case binary
        /// A ZIP file such as an XLSX workbook.
        case workbook
        /// The system has no converter for GB18030.
        case noConverter
    }

    package let code: Code
    /// Offset of the first byte that does not fit.
    package let offset: Int
}

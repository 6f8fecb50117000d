import CExpat
import Glibc
import Model

/// Brings the documents of GB/T 28181 to well-formed UTF-8: their encoding label is as often wrong as right.
enum MANSCDPText {
    /// Strict UTF-8 as it is, else strict GB18030, else whichever of both loses fewer characters.
    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        if isValidUTF8(bytes) { return bytes }
        guard let chinese = gb18030(bytes) else { return Array(String(decoding: bytes, as: UTF8.self).utf8) }
        if chinese.lost == 0 { return chinese.text }
        let other = Array(String(decoding: bytes, as: UTF8.self).utf8)
        return chinese.lost <= replacements(other) ? chinese.text : other
    }

    /// The document without the lines of `<Address>`, in which some recorders leave a bare `<`.
    ///
    /// - Returns: nothing where it has no such line.
    static func withoutAddresses(_ bytes: [UInt8]) -> [UInt8]? {
        let mark = Array("<Address>".utf8)
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        let kept = lines.filter { !holds($0, mark) }
        return kept.count == lines.count ? nil : Array(kept.joined(separator: [0x0A]))
    }

    private static func holds(_ line: ArraySlice<UInt8>, _ mark: [UInt8]) -> Bool {
        line.withUnsafeBytes { line in
            mark.withUnsafeBytes { mark in memmem(line.baseAddress, line.count, mark.baseAddress, mark.count) != nil }
        }
    }

    private static let replacement = Array("\u{FFFD}".utf8)

    private static func replacements(_ text: [UInt8]) -> Int {
        text.indices.count { text[$0] == 0xEF && text[$0...].starts(with: replacement) }
    }

    /// Decodes GB18030, which covers GB2312 and GBK; each byte that fits nothing becomes U+FFFD.
    private static func gb18030(_ bytes: [UInt8]) -> (text: [UInt8], lost: Int)? {
        guard let converter = iconv_open("UTF-8", "GB18030"), converter != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // Two bytes become at most three, four at most four, a lost one three.
        var output = [CChar](repeating: 0, count: bytes.count * 3 + 16)
        var lost = 0
        let written = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var from = source.baseAddress
                var to = target.baseAddress
                var left = source.count
                var room = target.count
                while left > 0, iconv(converter, &from, &left, &to, &room) == -1, left > 0, room >= 3 {
                    for byte in replacement {
                        to?.pointee = CChar(bitPattern: byte)
                        to = to?.advanced(by: 1)
                    }
                    room -= 3
                    from = from?.advanced(by: 1)
                    left -= 1
                    lost += 1
                }
                return target.count - room
            }
        }
        return (output[..<written].map { UInt8(bitPattern: $0) }, lost)
    }
}

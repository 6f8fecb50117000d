import Glibc

/// Names in GB18030, which covers GBK and GB2312.
enum GB18030Name {
    /// Strictly decoded; nothing where a byte does not fit.
    static func text(_ bytes: [UInt8]) -> String? {
        let converter = iconv_open("UTF-8", "GB18030")
        guard let converter, converter != UnsafeMutableRawPointer(bitPattern: -1) else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // Two bytes become at most three, four become four.
        var output = [CChar](repeating: 0, count: bytes.count * 2 + 16)
        let (left, written) = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var (from, to) = (input.baseAddress, output.baseAddress)
                var (left, room) = (input.count, output.count)
                iconv(converter, &from, &left, &to, &room)
                return (left, output.count - room)
            }
        }
        guard left == 0 else { return nil }
        return String(validating: output[..<written].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

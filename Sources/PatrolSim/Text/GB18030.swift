import Glibc

/// GB18030 text, as older Chinese systems write it, through the C library's iconv.
package enum GB18030 {
    /// The text's bytes, or nothing where the C library knows no GB18030 or the text does not fit.
    package static func bytes(_ text: String) -> [UInt8]? {
        guard let converter = iconv_open("GB18030", "UTF-8"), Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        var input = text.utf8.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: input.count * 2 + 8)
        var left = input.count
        var room = output.count
        let capacity = output.count
        let failed = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var from = source.baseAddress
                var to = target.baseAddress
                return iconv(converter, &from, &left, &to, &room) == -1
            }
        }
        guard !failed, left == 0 else { return nil }
        return output.prefix(capacity - room).map { UInt8(bitPattern: $0) }
    }
}

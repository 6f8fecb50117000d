import Glibc
import Model

/// Text of a named character set, as mails and feeds name them: often wrongly.
enum Charset {
    /// Decodes bytes; what fits neither the named set nor UTF-8 nor GB18030 is replaced by U+FFFD.
    ///
    /// Names that Chinese mailers use for a part of GB18030 (`gb2312`, `gbk`, `cp936`) mean all of it; `us-ascii` and
    /// `iso-8859-1` with other bytes in them, and names that nobody knows, mean nothing.
    static func decode(_ bytes: some Collection<UInt8>, named label: String? = nil) -> String {
        let bytes = Array(bytes)
        let name = known(label)
        if name == "UTF-8" || name == nil {
            if isValidUTF8(bytes) { return String(decoding: bytes, as: UTF8.self) }
            return strict(bytes, from: "GB18030") ?? String(decoding: bytes, as: UTF8.self)
        }
        if let name, let text = strict(bytes, from: name) { return text }
        if isValidUTF8(bytes) { return String(decoding: bytes, as: UTF8.self) }
        return name.flatMap { replacing(bytes, from: $0) } ?? String(decoding: bytes, as: UTF8.self)
    }

    /// iconv's name for a label, nothing where the label says nothing.
    private static func known(_ label: String?) -> String? {
        guard let label = label?.lowercased(), !label.isEmpty, label.utf8.count <= 40 else { return nil }
        switch label {
        case "gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "ms936", "windows-936", "gb18030", "csgb2312", "euc-cn":
            return "GB18030"
        case "utf-8", "utf8", "unicode-1-1-utf-8": return "UTF-8"
        case "us-ascii", "ascii", "iso-8859-1", "latin1", "unknown-8bit", "x-unknown", "default", "binary": return nil
        case "hz-gb-2312": return "HZ"
        default:
            // A name such as `utf-8//ignore` would change how iconv works.
            let isPlain = label.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || [0x2D, 0x2E, 0x3A, 0x5F].contains(byte)
            }
            return isPlain ? label : nil
        }
    }

    private static func strict(_ bytes: [UInt8], from name: String) -> String? {
        convert(bytes, from: name, replaces: false)
    }

    private static func replacing(_ bytes: [UInt8], from name: String) -> String? {
        convert(bytes, from: name, replaces: true)
    }

    private static func convert(_ bytes: [UInt8], from name: String, replaces: Bool) -> String? {
        guard let converter = iconv_open("UTF-8", name), converter != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        var room = [CChar](repeating: 0, count: 1 << 14)
        var output: [UInt8] = []
        let isWhole = input.withUnsafeMutableBufferPointer { source in
            var from = source.baseAddress
            var left = source.count
            while left > 0 {
                let (result, written) = room.withUnsafeMutableBufferPointer { target in
                    var to = target.baseAddress
                    var free = target.count
                    let result = iconv(converter, &from, &left, &to, &free)
                    return (result == -1 ? errno : 0, target.count - free)
                }
                output += room[..<written].map { UInt8(bitPattern: $0) }
                if result == 0 { return true }
                if result == E2BIG { continue }
                guard replaces else { return false }
                output += "\u{FFFD}".utf8
                if result == EINVAL { return true }
                from = from.map { $0 + 1 }
                left -= 1
            }
            return true
        }
        guard isWhole else { return nil }
        return String(decoding: output, as: UTF8.self)
    }
}

import CExpat
import Glibc
import Model

/// Turns what devices send into what an XML parser takes, changing as little as possible.
enum XMLRepair {
    /// The text in UTF-8: as GB18030 where all of it is, else with wrong bytes replaced by U+FFFD.
    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        converted(bytes, from: "GB18030") ?? Array(String(decoding: bytes, as: UTF8.self).utf8)
    }

    private static func converted(_ bytes: [UInt8], from encoding: String) -> [UInt8]? {
        guard let converter = iconv_open("UTF-8", encoding), converter != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // Two bytes of GB18030 become at most three of UTF-8, four become at most four.
        var output = [CChar](repeating: 0, count: bytes.count * 2 + 16)
        let capacity = output.count
        let left: Int? = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var from = source.baseAddress
                var to = target.baseAddress
                var sourceLeft = source.count
                var targetLeft = capacity
                return iconv(converter, &from, &sourceLeft, &to, &targetLeft) == -1 ? nil : targetLeft
            }
        }
        return left.map { output[..<(capacity - $0)].map { UInt8(bitPattern: $0) } }
    }

    /// The text with every `&` that begins no entity written `&amp;`, and control characters as blanks.
    ///
    /// - Returns: nothing where there is nothing to repair.
    static func characters(_ bytes: [UInt8]) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 32)
        var changed = false
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "&"), !beginsEntity(bytes, index) {
                output += "&amp;".utf8
                changed = true
            } else if byte < 0x20, !byte.isBlank {
                output.append(0x20)
                changed = true
            } else {
                output.append(byte)
            }
        }
        return changed ? output : nil
    }

    private static func beginsEntity(_ bytes: [UInt8], _ ampersand: Int) -> Bool {
        guard let end = bytes[ampersand...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return false }
        let name = String(decoding: bytes[(ampersand + 1)..<end], as: UTF8.self)
        if ["amp", "lt", "gt", "quot", "apos"].contains(name) { return true }
        guard name.hasPrefix("#") else { return false }
        let digits = name.dropFirst()
        let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.map { $0 >= 0x20 || $0 == 9 || $0 == 10 || $0 == 13 } ?? false
    }
}

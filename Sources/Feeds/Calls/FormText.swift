/// `application/x-www-form-urlencoded` (WHATWG URL, section 5), read the way that devices write it.
enum FormText {
    /// Undoes `%41` and, where asked for, `+`; what is no escape stays.
    static func decoded(_ bytes: some Collection<UInt8>, plus: Bool = true) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(digit),
                let low = rest.dropFirst().first.flatMap(digit)
            {
                decoded.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte == UInt8(ascii: "+") && plus ? 0x20 : byte)
            }
        }
        return decoded
    }

    /// The same for text; bytes that are not UTF-8 are taken for GB18030.
    static func decoded(_ text: String, plus: Bool = true) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || ($0 == UInt8(ascii: "+") && plus) }) else { return text }
        return Self.text(decoded(Array(text.utf8), plus: plus))
    }

    /// Names and values in their order, at most 1000.
    static func pairs(_ bytes: [UInt8]) -> [(name: String, value: [UInt8])] {
        bytes.split(separator: UInt8(ascii: "&"), maxSplits: 1000).map { part in
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (text(decoded(halves[0])), halves.count > 1 ? decoded(halves[1]) : [])
        }
    }

    static func text(_ bytes: [UInt8]) -> String {
        String(validating: bytes, as: UTF8.self) ?? String(decoding: XMLRepair.utf8(bytes), as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// The content transfer encodings of RFC 2045 §6, decoded with patience.
enum TransferEncoding {
    /// Decodes a body by the encoding's name; one that nobody knows is taken as it is.
    static func decode(_ body: ArraySlice<UInt8>, named name: String) -> [UInt8] {
        switch name {
        case "base64": base64(body)
        case "quoted-printable": quotedPrintable(body)
        default: Array(body)
        }
    }

    /// Decodes base64; whatever is not of its alphabet is left out, and bits without a whole byte are dropped.
    static func base64(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for byte in text {
            let value: UInt32
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(byte - 65)
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(byte - 71)
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(byte + 4)
            case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
            case UInt8(ascii: "="):
                // Some mailers join several texts, each with its own padding.
                bits = 0
                count = 0
                continue
            default: continue
            }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        return output
    }

    /// Decodes quoted-printable; a `=` that begins nothing stays.
    static func quotedPrintable(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            index += 1
            guard byte == UInt8(ascii: "=") else {
                output.append(byte)
                continue
            }
            if index + 1 < text.endIndex, let high = digit(text[index]), let low = digit(text[index + 1]) {
                output.append(high << 4 | low)
                index += 2
            } else if let end = softBreak(text[index...]) {
                index = end
            } else {
                output.append(byte)
            }
        }
        return output
    }

    /// Where the next line begins, if only blanks stand before the end of this one.
    private static func softBreak(_ text: ArraySlice<UInt8>) -> Int? {
        let rest = text.prefix(80).drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        guard let first = rest.first else { return text.count <= 80 ? text.endIndex : nil }
        return first == 0x0A ? rest.startIndex + 1 : nil
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

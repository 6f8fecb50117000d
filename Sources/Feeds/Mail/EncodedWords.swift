import Model

/// Encoded words in header fields (RFC 2047), as real mailers write them.
enum EncodedWords {
    /// Decodes a field: `=?gb2312?B?1cXI/Q==?=` and raw 8-bit text alike.
    ///
    /// Neighbouring words of one character set are joined before they are decoded: mailers cut between the bytes of a
    /// character. What is no proper word stays as it is.
    static func decode(_ value: [UInt8]) -> String {
        var output = ""
        var pending: (charset: String, bytes: [UInt8])?
        var plain: [UInt8] = []
        func flushWord() {
            if let word = pending { output += Charset.decode(word.bytes, named: word.charset) }
            pending = nil
        }
        func flushPlain() {
            // Blanks between two encoded words belong to neither.
            if !plain.isEmpty { output += Charset.decode(plain) }
            plain = []
        }
        var index = 0
        while index < value.count {
            guard value[index] == UInt8(ascii: "="), let (word, end) = word(value, index) else {
                plain.append(value[index])
                index += 1
                continue
            }
            if pending != nil, plain.contains(where: { $0 > 0x20 }) || pending?.charset != word.charset {
                flushWord()
            }
            if pending == nil {
                if output.isEmpty || plain.contains(where: { $0 > 0x20 }) { flushPlain() }
                pending = (word.charset, [])
            }
            plain = []
            pending?.bytes += word.bytes
            index = end
        }
        flushWord()
        flushPlain()
        return clean(output)
    }

    /// One word, and where it ends.
    private static func word(_ value: [UInt8], _ start: Int) -> ((charset: String, bytes: [UInt8]), Int)? {
        guard start + 1 < value.count, value[start + 1] == UInt8(ascii: "?") else { return nil }
        // A word is at most 75 bytes; long ones exist, endless ones do not.
        let window = value[(start + 2)...].prefix(2048)
        guard let first = window.firstIndex(of: UInt8(ascii: "?")), first - start < 60,
            let second = window[(first + 1)...].firstIndex(of: UInt8(ascii: "?")), second == first + 2,
            let end = close(window[(second + 1)...])
        else { return nil }
        let charset = window[..<first].prefix { $0 != UInt8(ascii: "*") }
        let text = window[(second + 1)..<end]
        let bytes: [UInt8]
        switch window[first + 1] | 0x20 {
        case UInt8(ascii: "b"): bytes = TransferEncoding.base64(text)
        case UInt8(ascii: "q"):
            bytes = TransferEncoding.quotedPrintable(ArraySlice(text.map { $0 == UInt8(ascii: "_") ? 0x20 : $0 }))
        default: return nil
        }
        return ((String(decoding: charset, as: UTF8.self).lowercased(), bytes), end + 2)
    }

    /// Where `?=` stands.
    private static func close(_ bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes
        while let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            if mark + 1 < bytes.endIndex, bytes[mark + 1] == UInt8(ascii: "=") { return mark }
            rest = rest[(mark + 1)...]
        }
        return nil
    }

    /// Without control characters and blanks around it; runs of blanks are one.
    private static func clean(_ text: String) -> String {
        text.split { $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.value < 0x20 || $0.value == 0x7F } }
            .joined(separator: " ")
    }
}

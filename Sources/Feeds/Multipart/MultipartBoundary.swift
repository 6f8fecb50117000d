import CExpat
import Glibc

/// The word that parts a multipart body, and where it stands in bytes.
///
/// Devices write the boundary with and without leading dashes in the header and on the wire, so dashes do not count.
struct MultipartBoundary: Sendable {
    enum Found {
        /// A delimiter: where its dashes begin, and the first byte after its word.
        case at(Int, end: Int)
        /// What is there may become a delimiter with more bytes; look again from this offset.
        case undecided(Int)
        case nowhere
    }

    /// The word without dashes.
    let word: [UInt8]
    /// What to search for: `--word`, or the word alone once the stream was seen to leave the dashes out.
    private(set) var needle: [UInt8]

    /// Reads the `boundary` parameter of a media type; without one it is the word `boundary`, which devices mean then.
    init(contentType: String) {
        let parameter = contentType.split(separator: ";").dropFirst().lazy
            .map { $0.drop { $0 == " " || $0 == "\t" } }
            .first { $0.prefix(9).lowercased() == "boundary=" }
        let value = parameter.map { $0.dropFirst(9).filter { $0 != "\"" && $0 != " " } } ?? ""
        let word = value.drop { $0 == "-" }
        self.word = Array((word.isEmpty ? "boundary" : word).utf8)
        needle = Array("--".utf8) + self.word
    }

    /// From now on the word alone on its line is a delimiter, too.
    mutating func acceptWordAlone() { needle = word }

    /// Whether a delimiter may begin with this byte.
    func mayBegin(with byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == word.first }

    /// How far back a search must begin again so as not to miss a delimiter cut in two.
    var overlap: Int { needle.count + 1 }

    /// The first delimiter at or after an offset.
    ///
    /// - Parameter lineStart: whether it must be the first thing on its line, as in binary bodies.
    func first(in bytes: UnsafeBufferPointer<UInt8>, from offset: Int, notBefore start: Int, lineStart: Bool) -> Found {
        var from = offset
        while let hit = bytes.offset(of: needle, from: from) {
            var begin = hit
            while begin > start, bytes[begin - 1] == UInt8(ascii: "-") { begin -= 1 }
            let end = hit + needle.count
            if !lineStart || begin == start || bytes[begin - 1] == 0x0A {
                guard let ends = Self.endsWord(bytes, end) else { return .undecided(hit) }
                if ends { return .at(begin, end: end) }
            }
            from = hit + 1
        }
        return .nowhere
    }

    /// Whether a delimiter begins exactly at an offset.
    func match(in bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> Found {
        var begin = offset
        while begin < bytes.count, bytes[begin] == UInt8(ascii: "-") { begin += 1 }
        guard begin - offset <= 70 else { return .nowhere }
        for index in word.indices {
            if begin + index == bytes.count { return .undecided(offset) }
            if bytes[begin + index] != word[index] { return .nowhere }
        }
        let end = begin + word.count
        guard let ends = Self.endsWord(bytes, end) else { return .undecided(offset) }
        return ends ? .at(offset, end: end) : .nowhere
    }

    /// Whether the word ends here: with the line, or with the two dashes that close; nothing while that is not to be seen.
    private static func endsWord(_ bytes: UnsafeBufferPointer<UInt8>, _ end: Int) -> Bool? {
        guard end < bytes.count else { return nil }
        if bytes[end].isBlank { return true }
        guard bytes[end] == UInt8(ascii: "-") else { return false }
        return end + 1 < bytes.count ? bytes[end + 1] == UInt8(ascii: "-") : nil
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The first occurrence of some bytes at or after an offset and before another.
    func offset(of needle: [UInt8], from: Int, to end: Int? = nil) -> Int? {
        let end = end ?? count
        guard let base = baseAddress, from <= end else { return nil }
        guard let hit = memmem(base + from, end - from, needle, needle.count) else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }

    /// The first occurrence of one byte at or after an offset.
    func offset(of byte: UInt8, from: Int) -> Int? {
        guard let base = baseAddress, from < count else { return nil }
        guard let hit = memchr(base + from, Int32(byte), count - from) else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }

    /// The first offset in a range that holds no white space, or the range's end.
    func skippingBlanks(from: Int, to end: Int? = nil) -> Int {
        let end = end ?? count
        var index = from
        while index < end, self[index].isBlank { index += 1 }
        return index
    }

    /// The end of a range without the white space before it.
    func trimmingBlanks(from: Int, to end: Int) -> Int {
        var index = end
        while index > from, self[index - 1].isBlank { index -= 1 }
        return index
    }
}

extension UInt8 {
    /// Blank, tab, carriage return or line feed.
    @inline(__always)
    var isBlank: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}

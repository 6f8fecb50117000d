/// Walks the tags of XML by position, for what must be copied byte for byte; reading is `XMLReader`'s.
///
/// One pass, nothing kept. Comments, CDATA and processing instructions are passed over.
struct XMLTagScanner {
    enum Kind: Hashable {
        case open, close, empty
    }

    struct Tag {
        let kind: Kind
        /// Without prefix.
        let name: String
        /// With `<` and `>`.
        let range: Range<Int>
        /// Where the name ends and attributes may begin.
        let nameEnd: Int
    }

    private let bytes: [UInt8]
    private var index: Int

    init(_ bytes: [UInt8], from start: Int = 0) {
        self.bytes = bytes
        index = start
    }

    mutating func next() -> Tag? {
        while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
            if skip(start, "<!--", "-->") || skip(start, "<![CDATA[", "]]>") || skip(start, "<?", "?>") { continue }
            guard let end = endOfTag(start) else { break }
            index = end
            return tag(start..<end)
        }
        index = bytes.count
        return nil
    }

    /// Passes over a piece that begins here with a mark; one without its end takes the rest.
    private mutating func skip(_ start: Int, _ opening: String, _ closing: String) -> Bool {
        guard bytes[start...].starts(with: opening.utf8) else { return false }
        let mark = Array(closing.utf8)
        var at = start + opening.utf8.count
        while at < bytes.count {
            if bytes[at] == mark[0], bytes[at...].starts(with: mark) {
                index = at + mark.count
                return true
            }
            at += 1
        }
        index = bytes.count
        return true
    }

    private func endOfTag(_ start: Int) -> Int? {
        var quote: UInt8?
        for at in start..<bytes.count {
            let byte = bytes[at]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return at + 1
            }
        }
        return nil
    }

    private func tag(_ range: Range<Int>) -> Tag {
        let isClose = range.lowerBound + 1 < range.upperBound && bytes[range.lowerBound + 1] == UInt8(ascii: "/")
        let isEmpty = !isClose && range.count > 2 && bytes[range.upperBound - 2] == UInt8(ascii: "/")
        let first = range.lowerBound + (isClose ? 2 : 1)
        var end = first
        while end < range.upperBound, bytes[end] > 0x20, bytes[end] != UInt8(ascii: ">"), bytes[end] != UInt8(ascii: "/") {
            end += 1
        }
        let name = XMLReader.localName(String(decoding: bytes[min(first, end)..<end].prefix(256), as: UTF8.self))
        return Tag(kind: isClose ? .close : isEmpty ? .empty : .open, name: name, range: range, nameEnd: end)
    }
}

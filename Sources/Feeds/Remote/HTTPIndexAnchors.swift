/// The links of a page, each with the words behind it up to the next one; one pass over the bytes.
struct HTTPIndexAnchors {
    struct Anchor {
        var target: String
        var after: [String] = []
    }

    private(set) var all: [Anchor] = []
    private var text: [UInt8] = []
    private var isInside = false
    /// The line of the last link is over; what follows belongs to nobody.
    private var isOver = true

    init(_ bytes: [UInt8]) {
        var index = 0
        while index < bytes.count, all.count <= RemoteLimits.entries + 100 {
            if bytes[index] == UInt8(ascii: "<") {
                let end = bytes[index...].prefix(4096).firstIndex(of: UInt8(ascii: ">")) ?? bytes.endIndex
                tag(bytes[(index + 1)..<end])
                index = end + 1
            } else {
                if !isInside, !isOver, text.count < 512 { text.append(bytes[index]) }
                index += 1
            }
        }
        finish()
    }

    private mutating func tag(_ tag: ArraySlice<UInt8>) {
        let start = tag.prefix(3).map { $0 | 0x20 }
        if start.first == UInt8(ascii: "a"), start.count > 1, start[1] <= 0x20 {
            finish()
            isInside = true
            isOver = false
            if let target = Self.target(tag) { all.append(Anchor(target: target)) }
        } else if start.starts(with: [0x2F, 0x61]), tag.count == 2 {
            isInside = false
            text = []
        } else if Self.ends.contains(where: { tag.map { $0 | 0x20 }.starts(with: $0) }) {
            finish()
            isOver = true
        } else {
            text.append(0x20)
        }
    }

    private static let ends = ["hr", "/tr", "/pre", "/table", "/li", "/ul"].map { $0.utf8.map { $0 | 0x20 } }

    private mutating func finish() {
        defer { text = [] }
        guard !isInside, !isOver, !all.isEmpty, all[all.count - 1].after.isEmpty else { return }
        let words = Self.unmarked(String(decoding: text, as: UTF8.self)).split { $0.isWhitespace }
        // The words of an empty size column, and whatever a footer says.
        all[all.count - 1].after = words.prefix(4).filter { $0 != "-" }.map(String.init)
    }

    private static func target(_ tag: ArraySlice<UInt8>) -> String? {
        let lower = tag.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        let word = Array("href=".utf8)
        guard lower.count > word.count,
            let found = (0...(lower.count - word.count)).first(where: { lower[$0..<($0 + word.count)].elementsEqual(word) })
        else { return nil }
        let rest = tag.dropFirst(found + word.count)
        guard let quote = rest.first else { return nil }
        let isQuoted = quote == 0x22 || quote == 0x27
        let value = isQuoted ? rest.dropFirst().prefix { $0 != quote } : rest.prefix { $0 > 0x20 }
        return unmarked(String(decoding: value, as: UTF8.self))
    }

    /// The handful of entities that indexes write.
    private static func unmarked(_ text: String) -> String {
        guard text.contains("&") else { return text }
        let entities = [
            ("&nbsp;", " "), ("&#32;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""),
            ("&#39;", "'"), ("&apos;", "'"), ("&amp;", "&"),
        ]
        return entities.reduce(text) { $0.split(separator: $1.0, omittingEmptySubsequences: false).joined(separator: $1.1) }
    }
}

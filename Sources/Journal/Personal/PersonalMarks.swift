import Model

/// Where in a payload stand members that may tell of persons; found in one walk that copies nothing.
struct PersonalMarks {
    enum Kind {
        /// Sealed whatever it holds.
        case whole
        /// A text that people write.
        case text
        /// A number or a list in such a text's place.
        case several
        /// The name of a call or its file.
        case identity
    }

    struct Mark {
        let kind: Kind
        let key: String
        /// The value with its quotes.
        let range: Range<Int>
    }

    private(set) var all: [Mark] = []
    private(set) var hasText = false
    private let hasHoldNames: Bool

    var isEmpty: Bool { all.isEmpty }

    /// - Parameter hasHoldNames: whether `reason` is a name and no text.
    /// - Throws: `JSONError` where the payload is no JSON and so may hold anything.
    init(_ bytes: [UInt8], hasHoldNames: Bool) throws {
        self.hasHoldNames = hasHoldNames
        // JSON begins after a byte order mark, as for every reader of payloads.
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        try bytes.withUnsafeBufferPointer { buffer in
            var scanner = JSONScanner(buffer, range: start..<buffer.count)
            try walk(&scanner, depth: 0)
            try scanner.expectEnd()
        }
    }

    private mutating func walk(_ scanner: inout JSONScanner, depth: Int) throws {
        // At the scanner's own limit it refuses, and nothing is passed over unseen.
        switch depth < 64 ? scanner.peek() : nil {
        case UInt8(ascii: "{"): try walkObject(&scanner, depth)
        case UInt8(ascii: "["): try walkArray(&scanner, depth)
        default: _ = try scanner.skipValue(depth: depth)
        }
    }

    private mutating func walkObject(_ scanner: inout JSONScanner, _ depth: Int) throws {
        scanner.index += 1
        if scanner.peek() == UInt8(ascii: "}") {
            scanner.index += 1
            return
        }
        repeat {
            let found = try scanner.skipString()
            try scanner.expect(UInt8(ascii: ":"))
            if let (key, kind) = kind(of: found, &scanner) {
                all.append(Mark(kind: kind, key: key, range: try scanner.skipValue(depth: depth + 1)))
                if kind == .text || kind == .several { hasText = true }
            } else {
                try walk(&scanner, depth: depth + 1)
            }
        } while try scanner.anotherFollows(closing: UInt8(ascii: "}"))
    }

    /// What a member is; nothing where its value is walked like any other.
    private func kind(
        of found: (range: Range<Int>, escaped: Bool), _ scanner: inout JSONScanner
    ) -> (key: String, kind: Kind)? {
        // No such name is shorter or longer.
        guard found.escaped || (4...10).contains(found.range.count) else { return nil }
        let key = scanner.text(found)
        if PersonalSeal.members.contains(key) { return (key, .whole) }
        let isText = scanner.peek() == UInt8(ascii: "\"")
        if identityMembers.contains(key) { return isText ? (key, .identity) : nil }
        guard freeTextMembers.contains(key), !(hasHoldNames && key == "reason") else { return nil }
        if isText { return (key, .text) }
        return scanner.peek() == UInt8(ascii: "{") ? nil : (key, .several)
    }

    private mutating func walkArray(_ scanner: inout JSONScanner, _ depth: Int) throws {
        scanner.index += 1
        if scanner.peek() == UInt8(ascii: "]") {
            scanner.index += 1
            return
        }
        repeat {
            try walk(&scanner, depth: depth + 1)
        } while try scanner.anotherFollows(closing: UInt8(ascii: "]"))
    }
}

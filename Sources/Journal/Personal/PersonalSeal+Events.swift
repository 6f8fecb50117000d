import Model

extension PersonalSeal {
    /// The event as it is stored: personal members sealed where they stand, every other byte as it came.
    ///
    /// A type that tells of nobody costs a comparison, a payload without such members one walk that copies nothing.
    func seal(_ event: Event) throws -> Event {
        guard EventType.holdsPersons(event.type), !event.data.isEmpty else { return event }
        var sealed = event
        guard isValidUTF8(event.data) else {
            sealed.data = try SealedBytes.seal(event.data, with: self, for: SealedBytes.payload)
            return sealed
        }
        var splice = Splice(seal: self, bytes: event.data)
        do {
            guard let data = try splice.run() else { return event }
            sealed.data = data
        } catch is JSONError {
            sealed.data = try SealedBytes.seal(event.data, with: self, for: SealedBytes.payload)
        }
        return sealed
    }
}

/// One walk over a payload that replaces the values of personal members and copies everything between them.
private struct Splice {
    let seal: PersonalSeal
    let bytes: [UInt8]
    private var output: [UInt8] = []
    private var copied = 0

    init(seal: PersonalSeal, bytes: [UInt8]) {
        self.seal = seal
        self.bytes = bytes
    }

    /// Where JSON begins: after a byte order mark, as for every reader of payloads.
    private var start: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    /// The payload with personal members sealed, or nothing where it has none.
    ///
    /// - Throws: `JSONError` where the payload is no JSON and so may hold anything.
    mutating func run() throws -> [UInt8]? {
        let whole = bytes
        try whole.withUnsafeBufferPointer { buffer in
            var scanner = JSONScanner(buffer, range: start..<buffer.count)
            try walk(&scanner, depth: 0)
            try scanner.expectEnd()
        }
        guard copied > 0 else { return nil }
        output += whole[copied...]
        return output
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
            if let key = member(found, scanner) {
                try replace(try scanner.skipValue(depth: depth + 1), key)
            } else {
                try walk(&scanner, depth: depth + 1)
            }
        } while try scanner.anotherFollows(closing: UInt8(ascii: "}"))
    }

    /// The personal member whose name that is; no such name is shorter than five bytes.
    private func member(_ found: (range: Range<Int>, escaped: Bool), _ scanner: JSONScanner) -> String? {
        guard found.escaped || (5...8).contains(found.range.count) else { return nil }
        let key = scanner.text(found)
        return PersonalSeal.members.contains(key) ? key : nil
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

    private mutating func replace(_ range: Range<Int>, _ member: String) throws {
        let value = bytes[range]
        if value.elementsEqual("null".utf8) || value.elementsEqual("\"\"".utf8) { return }
        // What was sealed before stays: it came out of a journal of ours.
        if value.starts(with: ("\"" + PersonalSeal.mark).utf8), let text = (try? JSON(parsing: Array(value)))?.string,
            seal.open(text, member: member) != nil
        {
            return
        }
        output += bytes[copied..<range.lowerBound]
        // Base64 and hexadecimal digits need no escape.
        output.append(UInt8(ascii: "\""))
        output += try seal.seal(value, member: member).utf8
        output.append(UInt8(ascii: "\""))
        copied = range.upperBound
    }
}

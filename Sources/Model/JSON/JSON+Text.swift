extension JSON {
    /// Reads one JSON value; a byte order mark is skipped.
    ///
    /// - Throws: `JSONError` with the offset of the first byte that does not fit.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard isValidUTF8(bytes) else { throw JSONError(code: .notUTF8, offset: 0) }
        self = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            var scanner = JSONScanner(buffer, range: start..<buffer.count)
            let value = try JSON(from: &scanner, depth: 0)
            try scanner.expectEnd()
            return value
        }
    }

    package init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    private init(from scanner: inout JSONScanner, depth: Int) throws(JSONError) {
        guard depth < 64 else { throw JSONError(code: .tooDeep, offset: scanner.index) }
        switch scanner.peek() {
        case UInt8(ascii: "{"):
            self = .object(try Self.members(from: &scanner, depth: depth))
        case UInt8(ascii: "["):
            self = .array(try Self.elements(from: &scanner, depth: depth))
        case UInt8(ascii: "\""):
            self = .string(scanner.text(try scanner.skipString()))
        default:
            let word = String(decoding: scanner.bytes[try scanner.skipValue(depth: depth)], as: UTF8.self)
            switch word {
            case "null": self = .null
            case "true": self = .bool(true)
            case "false": self = .bool(false)
            default: self = .number(word)
            }
        }
    }

    private static func members(from scanner: inout JSONScanner, depth: Int) throws(JSONError) -> [Member] {
        try scanner.expect(UInt8(ascii: "{"))
        var members: [Member] = []
        if scanner.peek() == UInt8(ascii: "}") {
            scanner.index += 1
            return members
        }
        repeat {
            let key = scanner.text(try scanner.skipString())
            try scanner.expect(UInt8(ascii: ":"))
            members.append(Member(key, try JSON(from: &scanner, depth: depth + 1)))
        } while try scanner.anotherFollows(closing: UInt8(ascii: "}"))
        return members
    }

    private static func elements(from scanner: inout JSONScanner, depth: Int) throws(JSONError) -> [JSON] {
        try scanner.expect(UInt8(ascii: "["))
        var elements: [JSON] = []
        if scanner.peek() == UInt8(ascii: "]") {
            scanner.index += 1
            return elements
        }
        repeat {
            elements.append(try JSON(from: &scanner, depth: depth + 1))
        } while try scanner.anotherFollows(closing: UInt8(ascii: "]"))
        return elements
    }
}

extension JSON {
    /// The value as compact JSON on one line; members in their order, Chinese unescaped.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The value as compact JSON in UTF-8.
    package var bytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        write(to: &output, indent: nil)
        return output
    }

    /// The value as JSON with one member a line, two blanks a level and a newline at the end.
    package var prettyText: String {
        var output: [UInt8] = []
        write(to: &output, indent: 0)
        output.append(0x0A)
        return String(decoding: output, as: UTF8.self)
    }

    private func write(to output: inout [UInt8], indent: Int?) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .number(let text): output += text.utf8
        case .string(let text): Self.write(text, to: &output)
        case .array(let values):
            Self.write(values, "[", "]", to: &output, indent: indent) { value, output, indent in
                value.write(to: &output, indent: indent)
            }
        case .object(let members):
            Self.write(members, "{", "}", to: &output, indent: indent) { member, output, indent in
                Self.write(member.key, to: &output)
                output += (indent == nil ? ":" : ": ").utf8
                member.value.write(to: &output, indent: indent)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, to output: inout [UInt8], indent: Int?,
        each: (Element, inout [UInt8], Int?) -> Void
    ) {
        output += open.utf8
        let inner = indent.map { $0 + 2 }
        for (index, element) in elements.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            if let inner { output += ("\n" + String(repeating: " ", count: inner)).utf8 }
            each(element, &output, inner)
        }
        if let indent, !elements.isEmpty { output += ("\n" + String(repeating: " ", count: indent)).utf8 }
        output += close.utf8
    }

    /// Appends a JSON string with its quotes.
    package static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\\"): output += [byte, byte]
            case 0x0A: output += "\\n".utf8
            case 0x0D: output += "\\r".utf8
            case 0x09: output += "\\t".utf8
            case 0..<0x20, 0x7F:
                let digits = String(byte, radix: 16)
                output += ("\\u00" + (digits.count == 1 ? "0" : "") + digits).utf8
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

/// Whether the bytes are well-formed UTF-8; plain ASCII is seen eight bytes at a time.
package func isValidUTF8(_ bytes: some ContiguousBytesView) -> Bool {
    bytes.withBytes { buffer in
        var index = 0
        let raw = UnsafeRawBufferPointer(buffer)
        while index + 8 <= raw.count, raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
            index += 8
        }
        return String(validating: buffer[index...], as: UTF8.self) != nil
    }
}

/// What `isValidUTF8` reads: an array or a buffer of bytes.
package protocol ContiguousBytesView {
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result
}

extension [UInt8]: ContiguousBytesView {
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeBufferPointer(body)
    }
}

extension UnsafeBufferPointer: ContiguousBytesView where Element == UInt8 {
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        body(self)
    }
}

/// A validating walk over JSON text that builds nothing: it skips values and tells where they stand.
///
/// The intake's hot path reads an event with it in one pass and keeps the `data` member as the bytes that came.
package struct JSONScanner {
    package let bytes: UnsafeBufferPointer<UInt8>
    package var index: Int
    private let limit: Int
    private let depthLimit = 64

    /// Walks `bytes[range]`; the buffer must outlive the scanner.
    package init(_ bytes: UnsafeBufferPointer<UInt8>, range: Range<Int>? = nil) {
        self.bytes = bytes
        index = range?.lowerBound ?? 0
        limit = range?.upperBound ?? bytes.count
    }

    /// The next byte that is not white space, not taken; nothing at the end.
    @inline(__always)
    package mutating func peek() -> UInt8? {
        while index < limit {
            let byte = bytes[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            index += 1
        }
        return nil
    }

    package mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard let next = peek() else { throw JSONError(code: .unexpectedEnd, offset: index) }
        guard next == byte else { throw JSONError(code: .unexpectedByte, offset: index) }
        index += 1
    }

    /// Fails unless only white space is left.
    package mutating func expectEnd() throws(JSONError) {
        if peek() != nil { throw JSONError(code: .trailing, offset: index) }
    }

    /// Skips one value of any kind and returns the bytes it takes.
    @discardableResult
    package mutating func skipValue(depth: Int = 0) throws(JSONError) -> Range<Int> {
        guard depth < depthLimit else { throw JSONError(code: .tooDeep, offset: index) }
        guard let first = peek() else { throw JSONError(code: .unexpectedEnd, offset: index) }
        let start = index
        switch first {
        case UInt8(ascii: "{"): try skipObject(depth: depth)
        case UInt8(ascii: "["): try skipArray(depth: depth)
        case UInt8(ascii: "\""): _ = try skipString()
        case UInt8(ascii: "t"): try skipWord("true")
        case UInt8(ascii: "f"): try skipWord("false")
        case UInt8(ascii: "n"): try skipWord("null")
        default: try skipNumber()
        }
        return start..<index
    }

    /// Skips a string; the range leaves out its quotes, `escaped` tells whether it holds a backslash.
    package mutating func skipString() throws(JSONError) -> (range: Range<Int>, escaped: Bool) {
        try expect(UInt8(ascii: "\""))
        let start = index
        var escaped = false
        while index < limit {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                index += 1
                return (start..<(index - 1), escaped)
            }
            if byte == UInt8(ascii: "\\") {
                escaped = true
                try skipEscape()
            } else if byte < 0x20 {
                throw JSONError(code: .badString, offset: index)
            } else {
                index += 1
            }
        }
        throw JSONError(code: .unexpectedEnd, offset: index)
    }

    private mutating func skipEscape() throws(JSONError) {
        guard index + 1 < limit else { throw JSONError(code: .unexpectedEnd, offset: index) }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 2
        case UInt8(ascii: "u"):
            guard index + 6 <= limit else { throw JSONError(code: .unexpectedEnd, offset: index) }
            for at in (index + 2)..<(index + 6) where hexDigit(bytes[at]) == nil {
                throw JSONError(code: .badString, offset: at)
            }
            index += 6
        default: throw JSONError(code: .badString, offset: index)
        }
    }

    private mutating func skipObject(depth: Int) throws(JSONError) {
        index += 1
        if peek() == UInt8(ascii: "}") {
            index += 1
            return
        }
        while true {
            _ = try skipString()
            try expect(UInt8(ascii: ":"))
            try skipValue(depth: depth + 1)
            if try !anotherFollows(closing: UInt8(ascii: "}")) { return }
        }
    }

    private mutating func skipArray(depth: Int) throws(JSONError) {
        index += 1
        if peek() == UInt8(ascii: "]") {
            index += 1
            return
        }
        while true {
            try skipValue(depth: depth + 1)
            if try !anotherFollows(closing: UInt8(ascii: "]")) { return }
        }
    }

    /// Takes a comma (true) or the closing bracket (false).
    package mutating func anotherFollows(closing: UInt8) throws(JSONError) -> Bool {
        guard let byte = peek() else { throw JSONError(code: .unexpectedEnd, offset: index) }
        guard byte == UInt8(ascii: ",") || byte == closing else { throw JSONError(code: .unexpectedByte, offset: index) }
        index += 1
        return byte != closing
    }

    private mutating func skipWord(_ word: StaticString) throws(JSONError) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard index < limit else { throw JSONError(code: .unexpectedEnd, offset: index) }
            guard bytes[index] == word.utf8Start[offset] else { throw JSONError(code: .unexpectedByte, offset: index) }
            index += 1
        }
    }

    private mutating func skipNumber() throws(JSONError) {
        let start = index
        if index < limit, bytes[index] == UInt8(ascii: "-") { index += 1 }
        let whole = skipDigits()
        guard whole > 0 else { throw JSONError(code: index == start ? .unexpectedByte : .badNumber, offset: index) }
        if whole > 1, bytes[index - whole] == UInt8(ascii: "0") { throw JSONError(code: .badNumber, offset: start) }
        if index < limit, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard skipDigits() > 0 else { throw JSONError(code: .badNumber, offset: index) }
        }
        if index < limit, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < limit, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
            guard skipDigits() > 0 else { throw JSONError(code: .badNumber, offset: index) }
        }
    }

    private mutating func skipDigits() -> Int {
        let start = index
        while index < limit, bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") { index += 1 }
        return index - start
    }

    /// The text of a string found by `skipString`.
    package func text(_ found: (range: Range<Int>, escaped: Bool)) -> String {
        let raw = UnsafeBufferPointer(rebasing: bytes[found.range])
        return found.escaped ? unescape(raw) : String(decoding: raw, as: UTF8.self)
    }

    private func unescape(_ raw: UnsafeBufferPointer<UInt8>) -> String {
        var units: [UInt16] = []
        var text = ""
        var plain = 0
        var at = 0
        func hex(_ start: Int) -> UInt16 {
            (start..<(start + 4)).reduce(0) { $0 << 4 | (hexDigit(raw[$1]) ?? 0) }
        }
        func flushUnits() {
            // A lone surrogate decodes to U+FFFD: the raw bytes stay in the journal.
            text += String(decoding: units, as: UTF16.self)
            units.removeAll()
        }
        while at < raw.count {
            guard raw[at] == UInt8(ascii: "\\") else {
                if !units.isEmpty { flushUnits() }
                at += 1
                continue
            }
            text += String(decoding: raw[plain..<at], as: UTF8.self)
            if raw[at + 1] == UInt8(ascii: "u") {
                units.append(hex(at + 2))
                at += 6
            } else {
                if !units.isEmpty { flushUnits() }
                text.unicodeScalars.append(Unicode.Scalar(escapedByte(raw[at + 1])))
                at += 2
            }
            plain = at
        }
        if !units.isEmpty { flushUnits() }
        return text + String(decoding: raw[plain...], as: UTF8.self)
    }

    private func escapedByte(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }
}

@inline(__always)
private func hexDigit(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}

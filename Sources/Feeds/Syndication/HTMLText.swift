import Model

/// The words of an HTML fragment, without its markup.
enum HTMLText {
    /// Characters that a description or a mail keeps at most.
    static let limit = 20_000

    /// Takes tags, comments, scripts and styles out, resolves entities, and ends a line where a block ends.
    ///
    /// Runs in time linear in the length; what only looks like a tag (`5 < 6`) stays.
    static func plain(_ html: String) -> String {
        var scanner = HTMLScanner(Array(html.utf8))
        return scanner.plain()
    }

    /// The beginning of a text that is too long, with an ellipsis.
    static func shortened(_ text: String, to limit: Int = HTMLText.limit) -> String {
        guard text.utf8.count > limit, text.count > limit else { return text }
        return text.prefix(limit) + "…"
    }
}

private struct HTMLScanner {
    private static let blocks: Set<String> = [
        "p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "section",
        "article", "hr", "pre", "dt", "dd",
    ]
    private static let entities: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ldquo": "“", "rdquo": "”", "lsquo": "‘",
        "rsquo": "’", "middot": "·", "hellip": "…", "mdash": "—", "ndash": "–", "times": "×", "copy": "©", "ensp": " ",
        "emsp": " ", "thinsp": " ", "bull": "•", "yen": "¥", "deg": "°",
    ]

    private let bytes: [UInt8]
    private var index = 0
    private var output: [UInt8] = []
    private var wantsBlank = false
    private var newlines = 0
    /// Set when a search for `>` found none: there is none further on either.
    private var tagsAreOver = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        output.reserveCapacity(bytes.count)
    }

    mutating func plain() -> String {
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "<"), takeTag() { continue }
            if byte == UInt8(ascii: "&"), takeEntity() { continue }
            index += 1
            put([byte])
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Puts characters; white space becomes one blank, or the end of line that waits already.
    private mutating func put(_ characters: some Collection<UInt8>) {
        for byte in characters {
            if byte <= 0x20 || byte == 0x7F {
                wantsBlank = true
                continue
            }
            if newlines > 0, !output.isEmpty {
                output += repeatElement(0x0A, count: min(newlines, 2))
            } else if wantsBlank, !output.isEmpty {
                output.append(0x20)
            }
            newlines = 0
            wantsBlank = false
            output.append(byte)
        }
    }

    private mutating func takeTag() -> Bool {
        guard !tagsAreOver, index + 1 < bytes.count else { return false }
        if starts(with: "<!--") { return skip(past: "-->", from: index + 4) }
        let next = bytes[index + 1]
        let isClosing = next == UInt8(ascii: "/")
        guard isClosing || next == UInt8(ascii: "!") || next == UInt8(ascii: "?") || Self.isLetter(next) else { return false }
        let name = word(from: index + (isClosing ? 2 : 1))
        guard skip(past: ">", from: index + 1) else {
            tagsAreOver = true
            return false
        }
        if Self.blocks.contains(name) {
            newlines += name == "br" || isClosing || newlines == 0 ? 1 : 0
        } else if name == "td" || name == "th" {
            wantsBlank = true
        } else if !isClosing, name == "script" || name == "style" {
            skipElement(name)
        }
        return true
    }

    /// Leaves out everything up to the end tag, or the rest where there is none.
    private mutating func skipElement(_ name: String) {
        while index < bytes.count {
            guard let open = bytes[index...].firstIndex(of: UInt8(ascii: "<")) else { break }
            index = open
            if starts(with: "</"), word(from: index + 2) == name { return }
            index += 1
        }
        index = bytes.count
    }

    private mutating func takeEntity() -> Bool {
        guard let end = bytes[index...].prefix(12).firstIndex(of: UInt8(ascii: ";")), end > index + 1 else { return false }
        let name = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
        guard let text = Self.entity(name) else { return false }
        index = end + 1
        put(Array(text.utf8))
        return true
    }

    private static func entity(_ name: String) -> String? {
        if let text = entities[name] { return text }
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let isHex = digits.first == "x" || digits.first == "X"
        let number = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap { Unicode.Scalar($0) }.map { String(Character($0)) }
    }

    private mutating func skip(past end: String, from start: Int) -> Bool {
        let wanted = Array(end.utf8)
        var place = start
        while let found = bytes[min(place, bytes.count)...].firstIndex(of: wanted[0]) {
            if bytes[found...].starts(with: wanted) {
                index = found + wanted.count
                return true
            }
            place = found + 1
        }
        if end == "-->" {
            // An unfinished comment hides the rest, as browsers have it.
            index = bytes.count
            return true
        }
        return false
    }

    private func starts(with text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    private func word(from start: Int) -> String {
        let letters = bytes[min(start, bytes.count)...].prefix(12).prefix { Self.isLetter($0) || (0x30...0x39).contains($0) }
        return String(decoding: letters, as: UTF8.self).lowercased()
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
}

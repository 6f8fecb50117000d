/// A SIP message as a simulated device reads and writes it.
package struct SimSIP: Sendable {
    /// How a device writes its header lines.
    package enum Style: Hashable, Sendable {
        case plain
        /// `v`, `f`, `t`, `i`, `l`, `c`.
        case compact
        /// Long lines go on in the next one.
        case folded
        /// Without `Content-Length`, as some do over UDP.
        case noLength
    }

    package var first: String
    /// Values are bytes, because display names may be in GBK.
    package var headers: [(name: String, value: [UInt8])] = []
    package var body: [UInt8] = []

    package init(_ first: String) {
        self.first = first
    }

    package mutating func add(_ name: String, _ value: String) {
        headers.append((name, Array(value.utf8)))
    }

    package subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    package var status: Int? {
        first.hasPrefix("SIP/2.0 ") ? Int(first.dropFirst(8).prefix(3)) : nil
    }

    package var method: String { String(first.prefix { $0 != " " }) }

    package var branch: String? { Self.parameter("branch", in: self["via"]) }

    static func parameter(_ name: String, in value: String?) -> String? {
        for piece in (value ?? "").split(separator: ";").dropFirst() {
            let parts = piece.split(separator: "=", maxSplits: 1)
            if parts.first?.lowercased() == name, parts.count == 2 { return String(parts[1]) }
        }
        return nil
    }

    /// Reads a whole message; nothing where it is none.
    package init?(_ bytes: [UInt8]) {
        let text = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard let line = text.first else { return nil }
        first = Self.line(line)
        guard first.contains("SIP/2.0") else { return nil }
        var consumed = line.count + 1
        for line in text.dropFirst() {
            consumed += line.count + 1
            let header = Self.line(line)
            if header.isEmpty { break }
            let parts = header.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            add(String(parts[0]), String(parts[1].drop { $0 == " " }))
        }
        body = Array(bytes.dropFirst(consumed))
    }

    private static func line(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes, as: UTF8.self)
    }

    package func bytes(_ style: Style = .plain) -> [UInt8] {
        var output = Array((first + "\r\n").utf8)
        for header in headers {
            output += Array((style == .compact ? Self.short[header.name] ?? header.name : header.name).utf8) + [0x3A, 0x20]
            output += style == .folded ? Self.folded(header.value) : header.value
            output += [0x0D, 0x0A]
        }
        if style != .noLength { output += Array("\(style == .compact ? "l" : "Content-Length"): \(body.count)\r\n".utf8) }
        return output + [0x0D, 0x0A] + body
    }

    private static let short = [
        "Via": "v", "From": "f", "To": "t", "Call-ID": "i", "Contact": "m", "Content-Type": "c", "Event": "o",
    ]

    /// Broken before each `;` that is outside of angle brackets.
    private static func folded(_ value: [UInt8]) -> [UInt8] {
        var isInside = false
        return value.flatMap { byte -> [UInt8] in
            if byte == UInt8(ascii: "<") { isInside = true }
            if byte == UInt8(ascii: ">") { isInside = false }
            return byte == UInt8(ascii: ";") && !isInside ? [0x0D, 0x0A, 0x20, byte] : [byte]
        }
    }
}

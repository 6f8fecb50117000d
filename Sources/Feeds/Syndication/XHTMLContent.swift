/// Atom's inline XHTML (RFC 4287 §3.1.1.3) as escaped text, so that it is read like all other descriptions.
enum XHTMLContent {
    /// The document with the inside of every `type="xhtml"` element escaped; the same bytes where there is none.
    ///
    /// Tags are looked for up to the first that has no end, so that the time stays linear.
    static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var rest = bytes[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            if let end = skipped(rest[start...]) {
                output += rest[..<end]
                rest = rest[end...]
                continue
            }
            guard let close = rest[start...].firstIndex(of: UInt8(ascii: ">")) else { break }
            let inside = rest[(start + 1)..<close]
            output += rest[...close]
            rest = rest[(close + 1)...]
            guard inside.count < 4096, isXHTML(inside) else { continue }
            let name = inside.prefix { $0 > 0x20 && $0 != UInt8(ascii: ">") }
            guard let end = range(of: Array("</".utf8) + name, in: rest) else { break }
            output += escape(rest[..<end])
            rest = rest[end...]
        }
        return output.isEmpty ? bytes : output + rest
    }

    /// Where a comment or a CDATA section at the beginning ends.
    private static func skipped(_ bytes: ArraySlice<UInt8>) -> Int? {
        for (open, close) in [("<!--", "-->"), ("<![CDATA[", "]]>")] where bytes.starts(with: open.utf8) {
            return range(of: Array(close.utf8), in: bytes).map { $0 + 3 } ?? bytes.endIndex
        }
        return nil
    }

    private static func isXHTML(_ tag: ArraySlice<UInt8>) -> Bool {
        guard tag.last != UInt8(ascii: "/"), tag.first != UInt8(ascii: "/") else { return false }
        return ["type=\"xhtml\"", "type='xhtml'"].contains { range(of: Array($0.utf8), in: tag) != nil }
    }

    private static func range(of wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes
        while let found = rest.firstIndex(of: wanted[0]) {
            if bytes[found...].starts(with: wanted) { return found }
            rest = rest[(found + 1)...]
        }
        return nil
    }

    private static func escape(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "<"): output += "&lt;".utf8
            case UInt8(ascii: ">"): output += "&gt;".utf8
            default: output.append(byte)
            }
        }
        return output
    }
}

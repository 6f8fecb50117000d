import CExpat
import Model

/// Reads small documents from devices: strict where that is safe, forgiving where devices are known to be wrong.
package enum XMLReader {
    /// Reads a document into a visitor, and gives the visitor back.
    ///
    /// Bytes that are not UTF-8 are taken for GB18030, and where they are not that either the wrong ones are replaced.
    /// Only when the document is not well-formed are bare `&` and control characters repaired and a fresh copy of the
    /// visitor reads it again.
    /// - Throws: `XMLError`; document types and documents over the limits are refused whatever they hold.
    package static func read<Visitor: XMLVisitor>(
        _ bytes: [UInt8], into visitor: Visitor, limits: XMLLimits = XMLLimits()
    ) throws(XMLError) -> Visitor {
        guard bytes.count <= limits.bytes else { throw XMLError(code: .tooLong, detail: "\(bytes.count) bytes") }
        let text = isValidUTF8(bytes) ? bytes : XMLRepair.utf8(bytes)
        var first = visitor
        do throws(XMLError) {
            try parse(text, into: &first, limits)
            return first
        } catch {
            guard error.code == .malformed, let repaired = XMLRepair.characters(text) else { throw error }
            var second = visitor
            try parse(repaired, into: &second, limits)
            return second
        }
    }

    private static func parse<Visitor: XMLVisitor>(
        _ bytes: [UInt8], into visitor: inout Visitor, _ limits: XMLLimits
    ) throws(XMLError) {
        let parser = XMLParser.borrow()
        defer { XMLParser.giveBack(parser) }
        let result = withUnsafeMutablePointer(to: &visitor) { pointer in
            // Not escaping: the parser drops both closures before this call returns.
            nonisolated(unsafe) let pointer = pointer
            return parser.parse(
                bytes, limits,
                onOpen: { name, attributes, depth in pointer.pointee.open(name, attributes: attributes, depth: depth) },
                onClose: { name, text, depth in pointer.pointee.close(name, text: text, depth: depth) })
        }
        if let result { throw result }
    }

    /// A name without its prefix.
    static func localName(_ name: String) -> String {
        name.utf8.lastIndex(of: UInt8(ascii: ":")).map { String(name[name.utf8.index(after: $0)...]) } ?? name
    }
}

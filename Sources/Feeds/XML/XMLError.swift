/// Why bytes are not the XML that is read here, and where.
package struct XMLError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        case malformed = "not well-formed XML"
        case doctype = "a document type declaration is not permitted"
        case tooLong = "the document is too long"
        case tooDeep = "elements are nested too deeply"
        case tooMany = "the document has too many elements"
        case empty = "there is no XML"
    }

    package let code: Code
    /// Line of the document, from 1; 0 where it is about the whole.
    package let line: Int
    /// The parser's own words, where it has any.
    package let detail: String

    package init(code: Code, line: Int = 0, detail: String = "") {
        self.code = code
        self.line = line
        self.detail = detail
    }

    package var description: String {
        code.rawValue + (detail.isEmpty ? "" : " (\(detail))") + (line > 0 ? " at line \(line)" : "")
    }
}

/// How much of a document is read at most; external entities and document types never are.
package struct XMLLimits: Sendable {
    package var bytes: Int
    package var depth: Int
    package var elements: Int

    package init(bytes: Int = 1 << 20, depth: Int = 64, elements: Int = 50_000) {
        self.bytes = bytes
        self.depth = depth
        self.elements = elements
    }
}

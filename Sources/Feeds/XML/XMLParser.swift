import CExpat
import Glibc
import Synchronization

/// One expat parser with what a document needs while it is read; parsers are kept for the next document.
///
/// Used by one thread at a time: whoever borrowed it. Hence `@unchecked Sendable`.
final class XMLParser: @unchecked Sendable {
    typealias Open = (_ name: String, _ attributes: XMLAttributes, _ depth: Int) -> Void
    typealias Close = (_ name: String, _ text: UnsafeBufferPointer<UInt8>, _ depth: Int) -> Void

    private static let idle = Mutex<[XMLParser]>([])
    private static let salt = UInt.random(in: 1...UInt.max)

    private let parser: XML_Parser
    private var limits = XMLLimits()
    private var onOpen: Open = { _, _, _ in }
    private var onClose: Close = { _, _, _ in }
    private var text: [UInt8] = []
    private var depth = 0
    private var elements = 0
    /// Whether the innermost open element has none inside it so far.
    private var isLeaf = false
    private var refusal: XMLError.Code?

    private init(_ parser: XML_Parser) {
        self.parser = parser
    }

    deinit { XML_ParserFree(parser) }

    static func borrow() -> XMLParser {
        if let kept = idle.withLock({ $0.popLast() }) { return kept }
        // The encoding is given from outside: the text is UTF-8 by now, whatever its declaration says.
        guard let parser = XML_ParserCreate("UTF-8") else { preconditionFailure("expat has no memory for a parser") }
        return XMLParser(parser)
    }

    static func giveBack(_ parser: XMLParser) {
        idle.withLock { if $0.count < 8 { $0.append(parser) } }
    }

    /// Reads one document; the closures are let go before this returns.
    func parse(_ bytes: [UInt8], _ limits: XMLLimits, onOpen: Open, onClose: Close) -> XMLError? {
        withoutActuallyEscaping(onOpen) { open in
            withoutActuallyEscaping(onClose) { close in
                prepare(limits, open, close)
                defer {
                    self.onOpen = { _, _, _ in }
                    self.onClose = { _, _, _ in }
                }
                let status = bytes.withUnsafeBytes { buffer in
                    XML_Parse(parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), 1)
                }
                return status == XML_STATUS_OK ? nil : failure()
            }
        }
    }

    private func prepare(_ limits: XMLLimits, _ open: @escaping Open, _ close: @escaping Close) {
        self.limits = limits
        onOpen = open
        onClose = close
        depth = 0
        elements = 0
        isLeaf = false
        refusal = nil
        text.removeAll(keepingCapacity: true)
        XML_ParserReset(parser, "UTF-8")
        XML_SetHashSalt(parser, Self.salt)
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(parser, xmlOpens, xmlCloses)
        XML_SetCharacterDataHandler(parser, xmlHasText)
        XML_SetStartDoctypeDeclHandler(parser, xmlHasDoctype)
    }

    private func failure() -> XMLError {
        let line = Int(XML_GetCurrentLineNumber(parser))
        if let refusal { return XMLError(code: refusal, line: line) }
        let code = XML_GetErrorCode(parser)
        if code == XML_ERROR_NO_ELEMENTS { return XMLError(code: .empty) }
        return XMLError(code: .malformed, line: line, detail: XML_ErrorString(code).map { String(cString: $0) } ?? "")
    }

    func refuse(_ code: XMLError.Code) {
        refusal = code
        XML_StopParser(parser, XML_Bool(0))
    }

    func open(_ name: String, _ attributes: XMLAttributes) {
        elements += 1
        guard depth < limits.depth else { return refuse(.tooDeep) }
        guard elements <= limits.elements else { return refuse(.tooMany) }
        text.removeAll(keepingCapacity: true)
        isLeaf = true
        onOpen(name, attributes, depth)
        depth += 1
    }

    func close(_ name: String) {
        depth -= 1
        if isLeaf {
            text.withUnsafeBufferPointer { onClose(name, $0, depth) }
        } else {
            onClose(name, UnsafeBufferPointer(start: nil, count: 0), depth)
        }
        isLeaf = false
        text.removeAll(keepingCapacity: true)
    }

    func add(_ piece: UnsafeRawBufferPointer) {
        if isLeaf { text.append(contentsOf: piece) }
    }
}

private func parser(_ context: UnsafeMutableRawPointer?) -> XMLParser? {
    context.map { Unmanaged<XMLParser>.fromOpaque($0).takeUnretainedValue() }
}

private func localName(_ name: UnsafePointer<XML_Char>?) -> String {
    guard let name else { return "" }
    guard let colon = strrchr(name, Int32(UInt8(ascii: ":"))) else { return String(cString: name) }
    return String(cString: colon + 1)
}

private let xmlOpens: XML_StartElementHandler = { context, name, attributes in
    parser(context)?.open(localName(name), XMLAttributes(pairs: attributes))
}

private let xmlCloses: XML_EndElementHandler = { context, name in
    parser(context)?.close(localName(name))
}

private let xmlHasText: XML_CharacterDataHandler = { context, bytes, count in
    parser(context)?.add(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
}

private let xmlHasDoctype: XML_StartDoctypeDeclHandler = { context, _, _, _, _ in
    parser(context)?.refuse(.doctype)
}

import CExpat
import Glibc

/// Walks the markup of one part of a workbook as it is unpacked; a subclass takes what it needs of it.
///
/// Names are local names. No document type declaration, so no entities; at most 64 levels.
class SAXReader {
    /// Attributes of an element in expat's form: name, value, name, value …, NULL.
    typealias Attributes = UnsafeMutablePointer<UnsafePointer<XML_Char>?>

    private let parser: XML_Parser
    private let part: String
    private var depth = 0
    private var failure: (any Error)?
    private var hasEnough = false

    init(part: String) {
        // The declaration says how the part is coded, UTF-8 or UTF-16.
        guard let parser = XML_ParserCreate(nil) else { preconditionFailure("expat has no memory for a parser") }
        self.parser = parser
        self.part = part
    }

    deinit { XML_ParserFree(parser) }

    func open(_ name: UnsafePointer<XML_Char>, _ attributes: Attributes) throws {}
    func close(_ name: UnsafePointer<XML_Char>) throws {}
    func text(_ bytes: UnsafeRawBufferPointer) throws {}

    /// Ends the reading without an error; to be called from within a call-back.
    final func stop() {
        hasEnough = true
        XML_StopParser(parser, 0)
    }

    /// Reads a part.
    ///
    /// - Throws: `TableError` where the member or its markup is broken; whatever a subclass throws.
    final func read(_ member: ZipReader.Member, of zip: ZipReader, limits: TableLimits) throws {
        XML_SetHashSalt(parser, UInt.random(in: 1...UInt.max))
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(parser, saxOpens, saxCloses)
        XML_SetCharacterDataHandler(parser, saxHasText)
        XML_SetStartDoctypeDeclHandler(parser, saxHasDoctype)
        try zip.unpack(member, limits: limits) { piece in
            try piece.withMemoryRebound(to: CChar.self) { try parse($0.baseAddress, $0.count, last: false) }
            return !hasEnough
        }
        if !hasEnough { try parse(nil, 0, last: true) }
    }

    private func parse(_ bytes: UnsafePointer<CChar>?, _ count: Int, last: Bool) throws {
        let status = XML_Parse(parser, bytes, Int32(count), last ? 1 : 0)
        if let failure { throw failure }
        guard status == XML_STATUS_OK || hasEnough else {
            throw TableError(.badMarkup, part: part, number: Int(XML_GetCurrentLineNumber(parser)))
        }
    }

    fileprivate func guarded(_ body: () throws -> Void) {
        // Expat goes on with what it has read before it stops.
        guard failure == nil, !hasEnough else { return }
        do {
            try body()
        } catch {
            failure = error
            XML_StopParser(parser, 0)
        }
    }

    fileprivate func enter(_ name: UnsafePointer<XML_Char>, _ attributes: Attributes) throws {
        depth += 1
        guard depth <= 64 else { throw TableError(.tooLong, part: part) }
        try open(name, attributes)
    }

    fileprivate func leave(_ name: UnsafePointer<XML_Char>) throws {
        depth -= 1
        try close(name)
    }

    fileprivate func refuseDoctype() throws {
        throw TableError(.badMarkup, part: part, number: Int(XML_GetCurrentLineNumber(parser)))
    }

    /// An attribute's value; prefixed names match their local name too (`r:id`).
    static func value(_ name: StaticString, _ attributes: Attributes) -> UnsafePointer<XML_Char>? {
        var at = 0
        while let key = attributes[at] {
            if isName(local(key), name) { return attributes[at + 1] }
            at += 2
        }
        return nil
    }

    static func text(_ name: StaticString, _ attributes: Attributes) -> String? {
        value(name, attributes).map { String(cString: $0) }
    }

    /// Whether a switch such as `hidden="1"` is on.
    static func isOn(_ name: StaticString, _ attributes: Attributes) -> Bool {
        guard let value = value(name, attributes) else { return false }
        return isName(value, "1") || isName(value, "true") || isName(value, "on")
    }

    @inline(__always)
    static func isName(_ name: UnsafePointer<XML_Char>, _ wanted: StaticString) -> Bool {
        // A shorter name ends with a NUL, which no letter of the wanted one equals.
        for at in 0..<wanted.utf8CodeUnitCount where UInt8(bitPattern: name[at]) != wanted.utf8Start[at] { return false }
        return name[wanted.utf8CodeUnitCount] == 0
    }

    @inline(__always)
    fileprivate static func local(_ name: UnsafePointer<XML_Char>) -> UnsafePointer<XML_Char> {
        guard let colon = strrchr(name, Int32(UInt8(ascii: ":"))) else { return name }
        return UnsafePointer(colon + 1)
    }
}

@inline(__always)
private func reader(_ context: UnsafeMutableRawPointer?) -> SAXReader? {
    context.map { Unmanaged<SAXReader>.fromOpaque($0).takeUnretainedValue() }
}

private let saxOpens: XML_StartElementHandler = { context, name, attributes in
    guard let reader = reader(context), let name, let attributes else { return }
    reader.guarded { try reader.enter(SAXReader.local(name), attributes) }
}

private let saxCloses: XML_EndElementHandler = { context, name in
    guard let reader = reader(context), let name else { return }
    reader.guarded { try reader.leave(SAXReader.local(name)) }
}

private let saxHasText: XML_CharacterDataHandler = { context, bytes, count in
    guard let reader = reader(context) else { return }
    reader.guarded { try reader.text(UnsafeRawBufferPointer(start: bytes, count: Int(count))) }
}

private let saxHasDoctype: XML_StartDoctypeDeclHandler = { context, _, _, _, _ in
    guard let reader = reader(context) else { return }
    reader.guarded { try reader.refuseDoctype() }
}

import Model

/// What a SOAP server said instead of an answer, in SOAP 1.1 or 1.2.
package struct SOAPFault: Hashable, Sendable {
    /// The codes from the outermost to the innermost, without prefixes, such as `Sender`, `NotAuthorized`.
    package var codes: [String]
    package var reason: String

    /// Whether user or password are the trouble.
    var isAuthorization: Bool {
        let words = ["notauthorized", "failedauthentication", "failedcheck", "invalidsecurity", "senderunauthorized"]
        return codes.contains { words.contains($0.lowercased()) } || reason.lowercased().contains("not authorized")
            || reason.lowercased().contains("unauthorized")
    }

    /// Whether the server does not know the subscription any more, so that nothing of it is left.
    var isUnknownResource: Bool {
        codes.contains { ["ResourceUnknownFault", "InvalidArgVal", "Unknown"].contains($0) } || codes.isEmpty
    }

    /// One short text for a sentence.
    var text: String {
        let code = codes.last ?? "Fault"
        return reason.isEmpty ? code : "\(code): \(reason.prefix(120))"
    }
}

/// Why bytes are no answer.
enum SOAPError: Error, Hashable, Sendable {
    case fault(SOAPFault)
    /// One clause: what is wrong with the bytes.
    case unreadable(String)
}

/// A SOAP message that was read: the first element of its body.
struct SOAPAnswer: Sendable {
    let body: XMLElement
    /// The envelope alone, without what some servers append to it.
    let envelope: [UInt8]

    private static let limits = XMLLimits(bytes: 1 << 20, depth: 40, elements: 20_000)

    /// Reads a message up to the end of its first envelope; some servers echo the request after their answer.
    init(_ bytes: [UInt8]) throws(SOAPError) {
        guard bytes.count <= Self.limits.bytes else { throw .unreadable("it is \(bytes.count) bytes long") }
        envelope = Self.firstEnvelope(in: bytes)
        let root: XMLElement
        do {
            root = try XMLElement(parsing: envelope, limits: Self.limits)
        } catch {
            throw .unreadable(error.description)
        }
        guard root.name == "Envelope" else {
            throw .unreadable("the root element is '\(root.name.prefix(40))', not a SOAP envelope")
        }
        guard let first = root["Body"]?.children.first else { throw .unreadable("the SOAP envelope has no body") }
        if first.name == "Fault" { throw .fault(Self.fault(first)) }
        body = first
    }

    private static func fault(_ element: XMLElement) -> SOAPFault {
        var codes: [String] = []
        var code = element["Code"]
        while let inner = code, codes.count < 8 {
            if let value = inner["Value"]?.text, !value.isEmpty { codes.append(XMLReader.localName(value)) }
            code = inner["Subcode"]
        }
        if let old = element["faultcode"]?.text, !old.isEmpty { codes.append(XMLReader.localName(old)) }
        return SOAPFault(codes: codes, reason: element["Reason"]?["Text"]?.text ?? element["faultstring"]?.text ?? "")
    }

    /// From the first tag to the end of the first envelope, or everything where there is no such end.
    static func firstEnvelope(in bytes: [UInt8]) -> [UInt8] {
        guard let start = bytes.firstIndex(of: UInt8(ascii: "<")) else { return bytes }
        // Only white space and a byte order mark may be passed over; other bytes before the tag are nonsense.
        let isClean = bytes[..<start].allSatisfy { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }
        let from = isClean ? start : 0
        var scanner = XMLTagScanner(bytes, from: start)
        while let tag = scanner.next() {
            if tag.kind == .close, tag.name == "Envelope" { return Array(bytes[from..<tag.range.upperBound]) }
        }
        return Array(bytes[from...])
    }
}

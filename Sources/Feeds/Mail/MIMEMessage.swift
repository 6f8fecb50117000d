import Model

/// A mail taken apart (RFC 5322, RFC 2045–2049): its header and its leaves in order.
struct MIMEMessage {
    static let depthLimit = 12
    static let partLimit = 200

    /// A part without parts.
    struct Leaf {
        /// Such as `text/plain`.
        var type: String
        var charset: String?
        /// Empty where it has none.
        var fileName: String
        var isAttachment: Bool
        /// The transfer encoding undone.
        var bytes: [UInt8]

        /// Its characters.
        var text: String { Charset.decode(bytes, named: charset) }
    }

    private(set) var header = MIMEHeader()
    private(set) var leaves: [Leaf] = []
    /// Whether an end that was announced did not come.
    private(set) var isTruncated = false
    /// Whether parts were left out because there are too many, or too deep ones.
    private(set) var isCut = false

    init(_ bytes: [UInt8]) {
        let start = header.read(bytes[...])
        read(bytes[start...], header, depth: 0)
    }

    private mutating func read(_ body: ArraySlice<UInt8>, _ header: MIMEHeader, depth: Int) {
        let type = MIMEParameters(header["content-type"])
        let encoding = MIMEParameters(header["content-transfer-encoding"]).value
        guard depth < Self.depthLimit, leaves.count < Self.partLimit else {
            isCut = true
            return
        }
        if type.value.hasPrefix("multipart/"), let boundary = type.raw("boundary"), !boundary.isEmpty, boundary.count <= 200 {
            split(body, boundary, depth)
        } else if type.value == "message/rfc822", encoding.isEmpty || !["base64", "quoted-printable"].contains(encoding) {
            var inner = MIMEHeader()
            let start = inner.read(body)
            read(body[start...], inner, depth: depth + 1)
        } else {
            take(body, header, type, encoding)
        }
    }

    private mutating func take(_ body: ArraySlice<UInt8>, _ header: MIMEHeader, _ type: MIMEParameters, _ encoding: String) {
        let disposition = MIMEParameters(header["content-disposition"])
        leaves.append(
            Leaf(
                type: type.value.isEmpty ? "text/plain" : type.value, charset: type["charset"],
                fileName: disposition["filename"] ?? type["name"] ?? "", isAttachment: disposition.value == "attachment",
                bytes: TransferEncoding.decode(body, named: encoding)))
    }

    /// Reads the parts between the boundary's lines; a missing last line means that the mail was cut off.
    private mutating func split(_ body: ArraySlice<UInt8>, _ boundary: [UInt8], _ depth: Int) {
        let mark = Array("--".utf8) + boundary
        var start: Int?
        var line = body.startIndex
        var isClosed = false
        while line < body.endIndex, !isClosed {
            let end = body[line...].firstIndex(of: 0x0A) ?? body.endIndex
            if body[line..<end].starts(with: mark), let kind = Self.kind(body[line..<end].dropFirst(mark.count)) {
                if let start { part(body[start..<line], depth) }
                start = min(end + 1, body.endIndex)
                isClosed = kind == .last
            }
            line = min(end + 1, body.endIndex)
        }
        guard !isClosed else { return }
        isTruncated = true
        if let start { part(body[start...], depth) }
    }

    private enum Boundary {
        case next, last
    }

    /// What follows the boundary's name: nothing, or the two dashes of the last.
    private static func kind(_ rest: ArraySlice<UInt8>) -> Boundary? {
        let isLast = rest.starts(with: "--".utf8)
        let tail = isLast ? rest.dropFirst(2) : rest
        guard tail.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { return nil }
        return isLast ? .last : .next
    }

    private mutating func part(_ bytes: ArraySlice<UInt8>, _ depth: Int) {
        guard leaves.count < Self.partLimit else {
            isCut = true
            return
        }
        // The line end before a boundary belongs to the boundary.
        var body = bytes
        if body.last == 0x0A { body = body.dropLast() }
        if body.last == 0x0D { body = body.dropLast() }
        var header = MIMEHeader()
        let start = header.read(body)
        read(body[start...], header, depth: depth + 1)
    }
}

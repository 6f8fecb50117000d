/// A SIP request or answer (RFC 3261 §7).
package struct SIPMessage: Hashable, Sendable {
    package enum Start: Hashable, Sendable {
        /// The method in upper case, and the URI as it came.
        case request(method: String, uri: String)
        case answer(status: Int, reason: String)
    }

    package var start: Start
    /// In order; several of a name are possible.
    package var headers: [SIPHeader]
    package var body: [UInt8]

    package init(_ start: Start, headers: [SIPHeader] = [], body: [UInt8] = []) {
        self.start = start
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, written out and in lower case.
    package subscript(name: String) -> String? { header(name)?.text }

    package func header(_ name: String) -> SIPHeader? {
        headers.first { $0.name == name }
    }

    /// The request's method; nothing for an answer.
    package var method: String? {
        if case .request(let method, _) = start { method } else { nil }
    }

    /// The answer's status; nothing for a request.
    package var status: Int? {
        if case .answer(let status, _) = start { status } else { nil }
    }

    /// The message as it goes over the wire, with its `Content-Length`.
    package var bytes: [UInt8] {
        var output = Array(startLine.utf8) + Self.lineEnd
        output.reserveCapacity(512 + body.count)
        for header in headers where header.name != "content-length" {
            output += header.printedName.utf8
            output += ": ".utf8
            output += header.value
            output += Self.lineEnd
        }
        output += "Content-Length: \(body.count)\r\n\r\n".utf8
        return output + body
    }

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    private var startLine: String {
        switch start {
        case .request(let method, let uri): "\(method) \(uri) SIP/2.0"
        case .answer(let status, let reason): "SIP/2.0 \(status) \(reason)"
        }
    }
}

// The headers that every request and answer has.
extension SIPMessage {
    package var callID: String? { self["call-id"] }
    package var from: SIPNameAddress? { self["from"].flatMap { SIPNameAddress($0) } }
    package var to: SIPNameAddress? { self["to"].flatMap { SIPNameAddress($0) } }
    /// The topmost one: who sent this hop.
    package var via: SIPVia? { self["via"].flatMap { SIPVia($0) } }

    /// The number and the method of `CSeq`.
    package var sequence: (number: UInt32, method: String)? {
        guard let parts = self["cseq"]?.split(whereSeparator: { $0 == " " || $0 == "\t" }), parts.count == 2,
            let number = UInt32(parts[0])
        else { return nil }
        return (number, parts[1].uppercased())
    }

    /// Seconds of `Expires`, or of the contact's parameter.
    package var expires: Int? {
        let text = self["expires"] ?? self["contact"].flatMap { SIPNameAddress($0)?.parameters["expires"] }
        // Delta-seconds end at 32 bits (RFC 3261 §20.19); a device may write anything.
        return text.flatMap { Int($0) }.flatMap { $0 >= 0 ? min($0, Int(UInt32.max)) : nil }
    }

    /// The headers without which nobody can answer (RFC 3261 §8.1.1) that are missing or make no sense.
    package var missingHeaders: [String] {
        var missing: [String] = []
        if via == nil { missing.append("Via") }
        if from == nil { missing.append("From") }
        if to == nil { missing.append("To") }
        if (callID ?? "").isEmpty { missing.append("Call-ID") }
        if sequence == nil { missing.append("CSeq") }
        return missing
    }
}

/// Why bytes are no SIP message.
package struct SIPError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        case startLine = "the first line is neither a SIP request nor a SIP answer"
        case headTooLong = "the SIP header is too long"
        case tooManyHeaders = "the SIP message has too many headers"
        case bodyTooLong = "the body of the SIP message is too long"
        case length = "Content-Length is not a number"
        case noLength = "a SIP message with a body over TCP has no Content-Length"
        case truncated = "the SIP message is shorter than its Content-Length"
        case missingHeader = "the SIP message lacks a header that every message has"
    }

    package let code: Code
    package let detail: String

    package init(_ code: Code, _ detail: String = "") {
        self.code = code
        self.detail = detail
    }

    package var description: String { code.rawValue + (detail.isEmpty ? "" : " (\(detail))") }
}

/// How much of a message is read at most, in bytes.
package struct SIPLimits: Hashable, Sendable {
    package var head = 64 << 10
    package var headers = 256
    /// Of a body over TCP; over UDP the datagram ends it.
    package var body = 256 << 10

    package init() {}
}

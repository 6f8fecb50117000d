/// Reads SIP messages, forgiving what devices are known to do: folded lines, bare LF, lines that are no header.
package enum SIPParser {
    /// Reads the one message of a datagram; without `Content-Length` the datagram's end is the body's.
    ///
    /// - Throws: `SIPError`; of a message shorter than it says nothing is taken.
    package static func datagram(_ bytes: [UInt8], limits: SIPLimits = SIPLimits()) throws(SIPError) -> SIPMessage {
        let first = bytes.firstIndex { $0 != 0x0D && $0 != 0x0A } ?? bytes.count
        var search = HeadSearch(from: first)
        let end = search.next(in: bytes) ?? bytes.count
        var message = try head(bytes[first..<end], limits: limits)
        let body = bytes[end...]
        guard let length = try length(of: message) else {
            message.body = Array(body)
            return message
        }
        guard length <= body.count else { throw SIPError(.truncated, "\(body.count) of \(length) bytes") }
        message.body = Array(body.prefix(length))
        return message
    }

    /// Reads start line and headers.
    static func head(_ bytes: ArraySlice<UInt8>, limits: SIPLimits) throws(SIPError) -> SIPMessage {
        guard bytes.count <= limits.head else { throw SIPError(.headTooLong, "\(bytes.count) bytes") }
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: true)[...]
        guard let line = lines.popFirst(), let start = start(withoutEnd(line)) else { throw SIPError(.startLine) }
        var message = SIPMessage(start)
        for line in lines {
            let line = withoutEnd(line)
            guard let first = line.first else { break }
            if first.isBlank, let last = message.headers.indices.last {
                message.headers[last].value += [0x20] + trimmed(line)
            } else if let header = header(line) {
                guard message.headers.count < limits.headers else { throw SIPError(.tooManyHeaders) }
                message.headers.append(header)
            }
        }
        return message
    }

    /// The value of `Content-Length`; nothing where there is none.
    static func length(of message: SIPMessage) throws(SIPError) -> Int? {
        guard let text = message["content-length"] else { return nil }
        guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let length = Int(text)
        else { throw SIPError(.length) }
        return length
    }

    private static func withoutEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.last == 0x0D ? line.dropLast() : line
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let front = bytes.drop { $0.isBlank }
        let end = front.lastIndex { !$0.isBlank } ?? front.startIndex - 1
        return front[front.startIndex..<(end + 1)]
    }

    private static func header(_ line: ArraySlice<UInt8>) -> SIPHeader? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = trimmed(line[..<colon])
        guard !name.isEmpty, name.count <= 64, name.allSatisfy(\.isTokenByte) else { return nil }
        return SIPHeader(String(decoding: name, as: UTF8.self), Array(trimmed(line[(colon + 1)...])))
    }

    /// Between the first and the last blank stands the URI, which in sloppy devices holds blanks of its own.
    private static func start(_ line: ArraySlice<UInt8>) -> SIPMessage.Start? {
        let line = trimmed(line)
        guard let blank = line.firstIndex(where: { $0.isBlank }), let lastBlank = line.lastIndex(where: { $0.isBlank }) else {
            return nil
        }
        let word = String(decoding: line[..<blank], as: UTF8.self)
        if word.uppercased() == "SIP/2.0" {
            let rest = trimmed(line[blank...])
            let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard digits.count == 3, let status = Int(String(decoding: digits, as: UTF8.self)), status >= 100 else { return nil }
            return .answer(status: status, reason: String(decoding: trimmed(rest.dropFirst(3)), as: UTF8.self))
        }
        guard String(decoding: line[(lastBlank + 1)...], as: UTF8.self).uppercased() == "SIP/2.0", blank < lastBlank,
            line[..<blank].allSatisfy(\.isTokenByte)
        else { return nil }
        let uri = trimmed(line[blank..<lastBlank])
        guard !uri.isEmpty else { return nil }
        return .request(method: word.uppercased(), uri: String(decoding: uri, as: UTF8.self))
    }
}

/// Looks for the empty line that ends a header, reading each byte once however the bytes arrive.
struct HeadSearch {
    private var index: Int

    init(from index: Int) { self.index = index }

    /// Follows bytes that moved towards the front.
    mutating func shift(by count: Int) { index -= count }

    /// The index after the empty line; nothing where it has not come.
    mutating func next(in bytes: [UInt8]) -> Int? {
        while index < bytes.count {
            guard bytes[index] == 0x0A else {
                index += 1
                continue
            }
            guard index + 1 < bytes.count else { return nil }
            if bytes[index + 1] == 0x0A { return index + 2 }
            if bytes[index + 1] == 0x0D {
                guard index + 2 < bytes.count else { return nil }
                if bytes[index + 2] == 0x0A { return index + 3 }
            }
            index += 1
        }
        return nil
    }
}

extension UInt8 {
    /// A byte of a token (RFC 3261 §25.1).
    var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: Self.tokenMarks.contains(self)
        }
    }

    private static let tokenMarks: [UInt8] = Array("-.!%*_+`'~".utf8)
}

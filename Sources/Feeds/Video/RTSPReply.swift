/// One answer of an RTSP server (RFC 2326 §7), headers in any case, lines ended as the device likes.
package struct RTSPReply: Hashable, Sendable {
    package var status: Int
    /// In the order sent, names in lower case.
    package var headers: [Header]
    package var body: [UInt8]

    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    /// The first header of a name, given in lower case.
    package subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

    /// All values of a header that may come more than once.
    package func all(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    /// Whether the body is a session description (RFC 4566) with a video stream.
    package var describesVideo: Bool {
        body.split { $0 == 0x0A || $0 == 0x0D }.contains { $0.starts(with: Array("m=video".utf8)) }
    }
}

/// Reads answers off a stream of bytes, within bounds.
package struct RTSPReplyReader: Sendable {
    package enum Reading: Hashable, Sendable {
        /// The answer is not whole yet.
        case more
        case reply(RTSPReply)
        /// Whoever answers does not speak RTSP; the sentence says what it seems to be.
        case foreign(String)
    }

    /// All that one answer may take, head and body together.
    package static let limit = 64 << 10
    private static let headerLimit = 100

    private var bytes: [UInt8] = []
    /// Where the search for the end of the head goes on, so that no byte is looked at twice.
    private var searched = 0
    private var head: (reply: RTSPReply, end: Int, length: Int?)?

    package init() {}

    /// Takes bytes and says what they make; after a whole answer the reader begins anew with what is left.
    package mutating func read(_ more: some Sequence<UInt8>) -> Reading {
        bytes += more
        if bytes.count > Self.limit { return .foreign("the answer is longer than \(Self.limit >> 10) KiB") }
        if let foreign = foreignBeginning { return .foreign(foreign) }
        if head == nil {
            guard let end = endOfHead() else { return .more }
            guard let parsed = parse(bytes[..<end.lowerBound]) else { return .foreign("the answer's first line is no RTSP") }
            head = (parsed, end.upperBound, parsed["content-length"].flatMap { Int($0) }.map { max(0, $0) })
        }
        guard let head else { return .more }
        // An answer with a body of unknown length ends with the connection; one without a type has none.
        guard let length = head.length ?? (head.reply["content-type"] == nil ? 0 : nil) else { return .more }
        guard length <= Self.limit - head.end else { return .foreign("the answer is longer than \(Self.limit >> 10) KiB") }
        guard bytes.count - head.end >= length else { return .more }
        return take(length)
    }

    /// The peer has closed: what is there is all there is.
    package mutating func finish() -> Reading {
        guard let head else { return .more }
        return take(min(head.length ?? .max, bytes.count - head.end))
    }

    private mutating func take(_ length: Int) -> Reading {
        guard let (head, end, _) = head else { return .more }
        var reply = head
        reply.body = Array(bytes[end..<(end + length)])
        bytes.removeFirst(end + length)
        self.head = nil
        searched = 0
        return .reply(reply)
    }

    /// What the first bytes tell, before anybody waits for an end of a head that never comes.
    private var foreignBeginning: String? {
        let mark = Array("RTSP/".utf8)
        if head != nil || bytes.starts(with: mark) || mark.starts(with: bytes) { return nil }
        if bytes.starts(with: Array("HTTP/".utf8)) { return "an HTTP server answers there" }
        if bytes.starts(with: Array("SSH-".utf8)) { return "an SSH server answers there" }
        return bytes.first == UInt8(ascii: "H") && bytes.count < 5 ? nil : "the answer does not begin with RTSP/"
    }

    /// The empty line after the headers, whatever it is made of.
    private mutating func endOfHead() -> Range<Int>? {
        var index = searched
        while index < bytes.count {
            defer { index += 1 }
            guard bytes[index] == 0x0A else { continue }
            let next = index + 1
            if next < bytes.count, bytes[next] == 0x0A { return index..<(next + 1) }
            if next + 1 < bytes.count, bytes[next] == 0x0D, bytes[next + 1] == 0x0A { return index..<(next + 2) }
        }
        searched = max(0, bytes.count - 3)
        return nil
    }

    private func parse(_ head: ArraySlice<UInt8>) -> RTSPReply? {
        var lines = head.split(separator: 0x0A).map { line in line.last == 0x0D ? line.dropLast() : line }[...]
        guard let first = lines.popFirst() else { return nil }
        let words = first.split(separator: 0x20, maxSplits: 2)
        guard words.count >= 2, words[0].starts(with: Array("RTSP/1.".utf8)), words[1].count == 3,
            let status = Int(String(decoding: words[1], as: UTF8.self))
        else { return nil }
        let headers = lines.prefix(Self.headerLimit).compactMap(Self.header)
        return RTSPReply(status: status, headers: headers, body: [])
    }

    private static func header(_ line: ArraySlice<UInt8>) -> RTSPReply.Header? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        var value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        return RTSPReply.Header(name: name, value: String(decoding: value, as: UTF8.self))
    }
}

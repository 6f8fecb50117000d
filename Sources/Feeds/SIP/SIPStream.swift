/// Cuts the messages out of a TCP stream by their `Content-Length` (RFC 3261 §18.3).
package struct SIPStream: Sendable {
    package enum Piece: Hashable, Sendable {
        case message(SIPMessage)
        /// CRLF CRLF between messages (RFC 5626 §3.5.1): a sign of life that wants a CRLF back.
        case keepAlive
        /// Framed, yet no SIP; the stream goes on behind it.
        case unreadable([UInt8], SIPError)
        /// Nobody can tell any more where the next message begins; nothing follows, close the connection.
        case broken(SIPError)
    }

    private struct Pending {
        var head: Result<SIPMessage, SIPError>
        var bodyStart: Int
        var end: Int
    }

    private let limits: SIPLimits
    private var bytes: [UInt8] = []
    /// Bytes at the front that are done with; they go in one move at the end of each read.
    private var taken = 0
    private var search = HeadSearch(from: 0)
    private var pending: Pending?
    private var isBroken = false

    package init(limits: SIPLimits = SIPLimits()) {
        self.limits = limits
    }

    /// Takes what was read and gives what is complete.
    package mutating func read(_ more: some Sequence<UInt8>) -> [Piece] {
        guard !isBroken else { return [] }
        bytes += more
        var pieces: [Piece] = []
        do throws(SIPError) {
            while let piece = try next() { pieces.append(piece) }
        } catch {
            isBroken = true
            pieces.append(.broken(error))
        }
        compact()
        return pieces
    }

    /// What came of a message that never ended.
    package mutating func finish() -> [UInt8] {
        defer { bytes = [] }
        return Array(bytes[taken...])
    }

    private mutating func compact() {
        guard taken > 0 else { return }
        bytes.removeFirst(taken)
        search.shift(by: taken)
        pending?.bodyStart -= taken
        pending?.end -= taken
        taken = 0
    }

    private mutating func next() throws(SIPError) -> Piece? {
        if pending == nil {
            if skipEmptyLines() { return .keepAlive }
            // More empty lines may follow, so that nothing is known of these yet.
            if bytes[taken...].allSatisfy({ $0 == 0x0D || $0 == 0x0A }) { return nil }
            try readHead()
        }
        guard let complete = pending, bytes.count >= complete.end else { return nil }
        let start = taken
        take(to: complete.end)
        switch complete.head {
        case .failure(let error): return .unreadable(Array(bytes[start..<complete.end]), error)
        case .success(var message):
            message.body = Array(bytes[complete.bodyStart..<complete.end])
            return .message(message)
        }
    }

    /// Passes over empty lines between messages; two or more want an answer, one is the end of a body counted without it.
    private mutating func skipEmptyLines() -> Bool {
        let count = bytes[taken...].prefix { $0 == 0x0D || $0 == 0x0A }.count
        let isAtEnd = taken + count == bytes.count
        guard count > 0, !isAtEnd || count >= 4 else { return false }
        take(to: taken + count)
        return count >= 4
    }

    private mutating func readHead() throws(SIPError) {
        guard let end = search.next(in: bytes) else {
            guard bytes.count - taken <= limits.head else { throw SIPError(.headTooLong) }
            return
        }
        guard end - taken <= limits.head else { throw SIPError(.headTooLong) }
        let message: SIPMessage
        do {
            message = try SIPParser.head(bytes[taken..<end], limits: limits)
        } catch {
            // The head ended, so the next one begins behind it.
            pending = Pending(head: .failure(error), bodyStart: end, end: end)
            return
        }
        let length = try SIPParser.length(of: message)
        if length == nil, message["content-type"] != nil { throw SIPError(.noLength) }
        guard length ?? 0 <= limits.body else { throw SIPError(.bodyTooLong, "\(length ?? 0) bytes") }
        pending = Pending(head: .success(message), bodyStart: end, end: end + (length ?? 0))
    }

    private mutating func take(to end: Int) {
        taken = end
        search = HeadSearch(from: end)
        pending = nil
    }
}

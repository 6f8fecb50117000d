/// Takes a multipart stream apart as its bytes come, in pieces of any size, and never gives up on it.
///
/// A part ends where its content ends (the root's closing tag, the last bracket, a picture's end mark at the declared
/// length) or at the next delimiter, whichever comes first; `Content-Length` alone is never believed. So a part is given
/// out at once and not only when the next one comes, and the same bytes give the same parts however they were cut.
/// Every byte is looked at a bounded number of times.
package struct MultipartReader: Sendable {
    enum State: Sendable {
        /// Outside any part, before the first delimiter or after a part.
        case between
        /// After a delimiter's word: `--` closes, the rest of the line means nothing.
        case delimiterLine
        case headers
        case body(MultipartBody)
        /// Bytes that are no part, up to the next delimiter.
        case junk
        /// What follows the beginning of a part over the cap.
        case discarding
    }

    enum Step {
        case again
        case needsMore
    }

    static let headerLimit = 16 << 10
    /// How much of a part over the cap is kept for quarantine.
    static let excerpt = 4096

    var boundary: MultipartBoundary
    let partLimit: Int
    var state = State.between
    /// The first byte that belongs to what is being read.
    var start = 0
    /// The first byte that this state has not looked at.
    var scan = 0
    var contentType = ""
    var declaredLength: Int?
    private var buffer: [UInt8] = []

    /// Begins a stream.
    ///
    /// - Parameters:
    ///   - contentType: the response's `Content-Type`, which names the boundary.
    ///   - partLimit: the longest part in bytes; a longer one is reported and passed over.
    package init(contentType: String, partLimit: Int = 4 << 20) {
        boundary = MultipartBoundary(contentType: contentType)
        self.partLimit = partLimit
    }

    /// Bytes kept until more come.
    package var pendingBytes: Int { buffer.count }

    /// Takes the next bytes and gives out what is complete.
    package mutating func read(_ piece: UnsafeRawBufferPointer, _ emit: (MultipartOutput) -> Void) {
        buffer.append(contentsOf: piece)
        work { reader, bytes in
            while case .again = reader.step(bytes, emit) {}
        }
    }

    package mutating func read(_ piece: some Collection<UInt8>, _ emit: (MultipartOutput) -> Void) {
        buffer.append(contentsOf: piece)
        work { reader, bytes in
            while case .again = reader.step(bytes, emit) {}
        }
    }

    /// Takes the stream's end: what stands there without its closing delimiter is accepted as it is.
    package mutating func finish(_ emit: (MultipartOutput) -> Void) {
        work { reader, bytes in
            reader.end(bytes, emit)
            reader.start = bytes.count
        }
        state = .between
    }

    /// Lends the buffer out while the reader changes, then drops what was taken from it.
    private mutating func work(_ body: (inout MultipartReader, UnsafeBufferPointer<UInt8>) -> Void) {
        var bytes: [UInt8] = []
        swap(&bytes, &buffer)
        bytes.withUnsafeBufferPointer { body(&self, $0) }
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 64 << 10)
        } else if start > 0 {
            bytes.removeFirst(start)
        }
        if case .body(var body) = state, start > 0 {
            body.shift(by: start)
            state = .body(body)
        }
        scan = max(0, scan - start)
        start = 0
        swap(&bytes, &buffer)
    }

    private mutating func step(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (MultipartOutput) -> Void) -> Step {
        switch state {
        case .between: stepBetween(bytes)
        case .delimiterLine: stepDelimiterLine(bytes)
        case .headers: stepHeaders(bytes, emit)
        case .body(let body): step(body, bytes, emit)
        case .junk: stepJunk(bytes, emit)
        case .discarding: stepDiscarding(bytes)
        }
    }

    mutating func enter(_ next: State, at offset: Int) -> Step {
        state = next
        start = offset
        scan = offset
        return .again
    }
}

// Outside bodies.
extension MultipartReader {
    private mutating func stepBetween(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        start = bytes.skippingBlanks(from: start)
        guard start < bytes.count else { return .needsMore }
        contentType = ""
        declaredLength = nil
        if boundary.mayBegin(with: bytes[start]) {
            switch boundary.match(in: bytes, at: start) {
            case .at(_, let end):
                if bytes[start] != UInt8(ascii: "-") { boundary.acceptWordAlone() }
                return enter(.delimiterLine, at: end)
            case .undecided: return .needsMore
            case .nowhere: break
            }
        }
        switch bytes[start] {
        case UInt8(ascii: "<"), UInt8(ascii: "{"):
            // A stream that was joined in the middle, or a part without delimiter and headers.
            return enter(.body(MultipartBody(start: start, kind: nil)), at: start)
        case UInt8(ascii: "C"), UInt8(ascii: "c"):
            guard bytes.count - start >= 8 else { return .needsMore }
            let word = String(decoding: bytes[start..<(start + 8)], as: UTF8.self)
            return enter(word.caseInsensitiveEquals("content-") ? .headers : .junk, at: start)
        default:
            return enter(.junk, at: start)
        }
    }

    private mutating func stepDelimiterLine(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        guard let lineEnd = bytes.offset(of: 0x0A, from: scan) else {
            // No line is that long: whatever it is, it is no delimiter's end.
            if bytes.count - start > Self.headerLimit { return enter(.junk, at: start) }
            scan = bytes.count
            return .needsMore
        }
        let closes = lineEnd - start >= 2 && bytes[start] == UInt8(ascii: "-") && bytes[start + 1] == UInt8(ascii: "-")
        contentType = ""
        declaredLength = nil
        return enter(closes ? .between : .headers, at: lineEnd + 1)
    }

    private mutating func stepJunk(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (MultipartOutput) -> Void) -> Step {
        switch boundary.first(in: bytes, from: scan, notBefore: start, lineStart: false) {
        case .at(let begin, let end):
            giveOutJunk(bytes, to: begin, emit)
            return enter(.delimiterLine, at: end)
        case .undecided(let offset): scan = offset
        case .nowhere: scan = max(start, bytes.count - boundary.overlap)
        }
        guard bytes.count - start > partLimit else { return .needsMore }
        giveOutJunk(bytes, to: bytes.count, emit)
        return enter(.discarding, at: scan)
    }

    private func giveOutJunk(_ bytes: UnsafeBufferPointer<UInt8>, to end: Int, _ emit: (MultipartOutput) -> Void) {
        let last = bytes.trimmingBlanks(from: start, to: end)
        guard last > start else { return }
        emit(
            .unreadable(
                reason: "bytes outside any part of the stream", contentType: "application/octet-stream",
                bytes: Array(bytes[start..<min(last, start + partLimit)])))
    }

    private mutating func stepDiscarding(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        switch boundary.first(in: bytes, from: scan, notBefore: start, lineStart: false) {
        case .at(_, let end): return enter(.delimiterLine, at: end)
        case .undecided(let offset): scan = offset
        case .nowhere: scan = max(start, bytes.count - boundary.overlap)
        }
        start = scan
        return .needsMore
    }

    private mutating func end(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (MultipartOutput) -> Void) {
        switch state {
        case .between:
            start = bytes.skippingBlanks(from: start)
            // A delimiter cut short says nothing and is no loss.
            if start < bytes.count, case .nowhere = boundary.match(in: bytes, at: start) {
                giveOutJunk(bytes, to: bytes.count, emit)
            }
        case .junk: giveOutJunk(bytes, to: bytes.count, emit)
        case .body(let body): end(body, bytes, emit)
        case .headers, .delimiterLine, .discarding: break
        }
    }
}

/// What is known of the body being read; offsets are into the reader's buffer.
struct MultipartBody: Sendable {
    enum Kind: Sendable {
        case xml, json, binary, unknown
    }

    /// Where the declared length counts from.
    var start: Int
    var kind: Kind?
    /// `</root`, once the root's name is known.
    var closing: [UInt8] = []
    /// The first byte in which the content's end was not looked for.
    var contentScan: Int
    var depth = 0
    var inString = false
    var escaped = false

    init(start: Int, kind: Kind?) {
        self.start = start
        self.kind = kind
        contentScan = start
    }

    mutating func shift(by count: Int) {
        start -= count
        contentScan = max(0, contentScan - count)
    }
}

extension MultipartReader {
    mutating func step(
        _ current: MultipartBody, _ bytes: UnsafeBufferPointer<UInt8>, _ emit: (MultipartOutput) -> Void
    ) -> Step {
        var body = current
        guard body.kind != nil || sniff(&body, bytes) else {
            state = .body(body)
            return .needsMore
        }
        let found = boundary.first(
            in: bytes, from: scan, notBefore: start, lineStart: body.kind == .binary || body.kind == .unknown)
        var limit = bytes.count
        if case .at(let begin, _) = found { limit = begin }
        if let end = contentEnd(&body, bytes, to: limit) {
            giveOut(body, bytes, to: end, emit)
            return enter(.between, at: end)
        }
        switch found {
        case .at(let begin, let end):
            giveOut(body, bytes, to: trimmedEnd(of: body, bytes, before: begin), emit)
            return enter(.delimiterLine, at: end)
        case .undecided(let offset): scan = offset
        case .nowhere: scan = max(scan, bytes.count - boundary.overlap)
        }
        state = .body(body)
        guard bytes.count - start > partLimit else { return .needsMore }
        giveOut(body, bytes, to: bytes.count, emit)
        return enter(.discarding, at: scan)
    }

    /// Accepts a body whose end is the stream's end.
    func end(_ current: MultipartBody, _ bytes: UnsafeBufferPointer<UInt8>, _ emit: (MultipartOutput) -> Void) {
        var end = bytes.trimmingBlanks(from: start, to: bytes.count)
        if current.kind == .binary {
            end = declaredLength.map { min(bytes.count, current.start + $0) } ?? bytes.count
        }
        giveOut(current, bytes, to: end, emit)
    }

    /// Learns from its first bytes what a body is; false where they have not come yet.
    private mutating func sniff(_ body: inout MultipartBody, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        start = bytes.skippingBlanks(from: start)
        guard start < bytes.count else { return false }
        if bytes[start] == 0xEF {
            guard bytes.count - start > 3 else { return false }
            if bytes[start + 1] == 0xBB, bytes[start + 2] == 0xBF { start += 3 }
        }
        scan = start
        body.contentScan = start
        switch bytes[start] {
        case UInt8(ascii: "<"): body.kind = .xml
        case UInt8(ascii: "{"), UInt8(ascii: "["): body.kind = .json
        case 0xFF: body.kind = .binary
        default: body.kind = .unknown
        }
        return true
    }

    /// Where the content says itself that it ends, if that is before `limit`.
    private func contentEnd(_ body: inout MultipartBody, _ bytes: UnsafeBufferPointer<UInt8>, to limit: Int) -> Int? {
        switch body.kind {
        case .xml: xmlEnd(&body, bytes, to: limit)
        case .json: jsonEnd(&body, bytes, to: limit)
        case .binary: pictureEnd(body, bytes, to: limit)
        case .unknown, nil: nil
        }
    }

    private func xmlEnd(_ body: inout MultipartBody, _ bytes: UnsafeBufferPointer<UInt8>, to limit: Int) -> Int? {
        if body.closing.isEmpty {
            guard let name = rootName(bytes, from: &body.contentScan, to: limit) else { return nil }
            body.closing = [UInt8(ascii: "<"), UInt8(ascii: "/")] + bytes[name]
            body.contentScan = name.upperBound
        }
        while let hit = bytes.offset(of: body.closing, from: body.contentScan, to: limit) {
            let after = hit + body.closing.count
            let bracket = bytes.skippingBlanks(from: after, to: limit)
            if bracket == limit {
                body.contentScan = hit
                return nil
            }
            if bytes[bracket] == UInt8(ascii: ">") { return bracket + 1 }
            body.contentScan = after
        }
        body.contentScan = max(body.contentScan, limit - body.closing.count)
        return nil
    }

    /// The name in the first tag that is no declaration, instruction or comment; nothing until all of it is there.
    private func rootName(_ bytes: UnsafeBufferPointer<UInt8>, from: inout Int, to limit: Int) -> Range<Int>? {
        var offset = from
        while let bracket = bytes.offset(of: UInt8(ascii: "<"), from: offset) {
            from = bracket
            guard bracket + 1 < limit else { return nil }
            let first = bytes[bracket + 1]
            offset = bracket + 1
            guard first != UInt8(ascii: "?"), first != UInt8(ascii: "!"), first != UInt8(ascii: "/") else { continue }
            var end = offset
            while end < limit, !bytes[end].isBlank, bytes[end] != UInt8(ascii: ">"), bytes[end] != UInt8(ascii: "/") { end += 1 }
            return end < limit && end > offset ? offset..<end : nil
        }
        return nil
    }

    private func jsonEnd(_ body: inout MultipartBody, _ bytes: UnsafeBufferPointer<UInt8>, to limit: Int) -> Int? {
        var index = body.contentScan
        defer { body.contentScan = index }
        while index < limit {
            let byte = bytes[index]
            index += 1
            if body.inString {
                if body.escaped {
                    body.escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    body.escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    body.inString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                body.inString = true
            } else if byte | 0x20 == UInt8(ascii: "{") {
                body.depth += 1
            } else if byte | 0x20 == UInt8(ascii: "}") {
                body.depth -= 1
                if body.depth == 0 { return index }
            }
        }
        return nil
    }

    /// A picture of the declared length is whole if it ends with JPEG's end mark; else the delimiter decides.
    ///
    /// Some devices count the line end behind the picture.
    private func pictureEnd(_ body: MultipartBody, _ bytes: UnsafeBufferPointer<UInt8>, to limit: Int) -> Int? {
        guard let declaredLength, declaredLength >= 4, declaredLength <= partLimit else { return nil }
        var end = body.start + declaredLength
        guard end <= limit else { return nil }
        if bytes[end - 2] == 0x0D, bytes[end - 1] == 0x0A { end -= 2 }
        return bytes[end - 2] == 0xFF && bytes[end - 1] == 0xD9 ? end : nil
    }

    private func trimmedEnd(of body: MultipartBody, _ bytes: UnsafeBufferPointer<UInt8>, before delimiter: Int) -> Int {
        guard body.kind == .binary else { return bytes.trimmingBlanks(from: start, to: delimiter) }
        // The line end before a delimiter belongs to the delimiter (RFC 2046, section 5.1.1).
        guard delimiter > start, bytes[delimiter - 1] == 0x0A else { return delimiter }
        return delimiter - 1 > start && bytes[delimiter - 2] == 0x0D ? delimiter - 2 : delimiter - 1
    }

    private func giveOut(
        _ body: MultipartBody, _ bytes: UnsafeBufferPointer<UInt8>, to end: Int, _ emit: (MultipartOutput) -> Void
    ) {
        let length = end - start
        guard length > 0 else { return giveOutEmptyPart(emit) }
        guard length <= partLimit else {
            emit(
                .unreadable(
                    reason: "a part is longer than \(partLimit) bytes; only its beginning was kept",
                    contentType: contentType, bytes: Array(bytes[start..<(start + min(length, Self.excerpt))])))
            return
        }
        emit(.part(MultipartPart(contentType: contentType, bytes: Array(bytes[start..<end]))))
    }
}

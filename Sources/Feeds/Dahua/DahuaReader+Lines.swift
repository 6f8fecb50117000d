// One line after the other.
extension DahuaReader {
    /// Reads a line, or the beginning of an event; false where more bytes are needed.
    mutating func stepLine(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (DahuaBlock) -> Void) -> Bool {
        let first = bytes.skippingBlanks(from: start)
        if first > start { goOn(at: first) }
        guard start < bytes.count else { return false }
        if begins(bytes, with: Self.code), let data = dataBegin(bytes) {
            scan = data
            place = .data(JSONDepth())
            return true
        }
        guard let lineEnd = bytes.offset(of: 0x0A, from: scan) else {
            scan = bytes.count
            return endWithoutLine(bytes, emit)
        }
        takeLine(bytes, to: bytes.trimmingBlanks(from: start, to: lineEnd), emit)
        goOn(at: lineEnd + 1)
        return true
    }

    /// Takes a body that the declared length ends, where nothing has followed yet, and gives up on endless lines.
    private mutating func endWithoutLine(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (DahuaBlock) -> Void) -> Bool {
        if let declaredLength, bytes.count - start == declaredLength, isWhole(bytes) {
            takeLine(bytes, to: bytes.trimmingBlanks(from: start, to: bytes.count), emit)
            goOn(at: bytes.count)
            return false
        }
        guard bytes.count - start > Self.lineLimit else { return false }
        addJunk(bytes, to: bytes.count)
        discard(bytes)
        return false
    }

    /// Whether what stands there can be all of a body: a heartbeat, or an event that goes up to its index.
    private func isWhole(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if begins(bytes, with: Self.beat) { return true }
        guard begins(bytes, with: Self.code), bytes.count - start <= DahuaDecoder.headLimit else { return false }
        return bytes.offset(of: Array(";index=".utf8), from: start) != nil
    }

    /// Takes a line's content, and the delimiter that may stand behind it where the line end was left out.
    private mutating func takeLine(_ bytes: UnsafeBufferPointer<UInt8>, to lineEnd: Int, _ emit: (DahuaBlock) -> Void) {
        let first = bytes.skippingBlanks(from: start, to: lineEnd)
        guard first < lineEnd else { return }
        if isDelimiter(bytes, first, to: lineEnd) {
            declaredLength = nil
            return giveOutJunk(emit)
        }
        let needle = Array("--".utf8) + word
        let isFollowed = lineEnd - first > needle.count && bytes[(lineEnd - needle.count)..<lineEnd].elementsEqual(needle)
        takeContent(bytes, first, to: isFollowed ? lineEnd - needle.count : lineEnd, emit)
        if isFollowed {
            declaredLength = nil
            giveOutJunk(emit)
        }
    }

    private mutating func takeContent(
        _ bytes: UnsafeBufferPointer<UInt8>, _ first: Int, to end: Int, _ emit: (DahuaBlock) -> Void
    ) {
        let isBeat = begins(bytes, with: Self.beat) && end - first == Self.beat.count
        if isBeat || begins(bytes, with: Self.code) {
            declaredLength = nil
            giveOutJunk(emit)
            emit(isBeat ? .heartbeat : .event(Array(bytes[first..<end])))
        } else if !takeHeader(bytes, first, to: end) {
            addJunk(bytes, to: end)
            if junk.count < Self.lineLimit { junk.append(0x0A) }
        }
    }

    /// Whether a line is `--myboundary`, with any number of dashes around the word.
    private func isDelimiter(_ bytes: UnsafeBufferPointer<UInt8>, _ first: Int, to end: Int) -> Bool {
        let dash = UInt8(ascii: "-")
        var (from, to) = (first, end)
        while from < to, bytes[from] == dash { from += 1 }
        while to > from, bytes[to - 1] == dash { to -= 1 }
        return to - from == word.count && bytes[from..<to].elementsEqual(word)
    }

    /// Takes `Content-Length` and passes other headers over; false where the line is none.
    private mutating func takeHeader(_ bytes: UnsafeBufferPointer<UInt8>, _ first: Int, to end: Int) -> Bool {
        guard let colon = bytes.offset(of: [UInt8(ascii: ":")], from: first, to: min(end, first + 64)) else { return false }
        let name = String(decoding: bytes[first..<colon], as: UTF8.self).lowercased()
        guard name.hasPrefix("content-") else { return false }
        if name == "content-length" {
            let value = String(decoding: bytes[bytes.skippingBlanks(from: colon + 1, to: end)..<end], as: UTF8.self)
            declaredLength = Int(value).flatMap { $0 > 0 ? $0 : nil }
        }
        return true
    }

    func begins(_ bytes: UnsafeBufferPointer<UInt8>, with text: [UInt8]) -> Bool {
        bytes.count - start >= text.count && bytes[start..<(start + text.count)].elementsEqual(text)
    }

    /// Where the JSON data of the event begin, if its head is there and JSON follows it.
    private func dataBegin(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let limit = min(bytes.count, start + DahuaDecoder.headLimit)
        guard let mark = bytes.offset(of: Self.dataMark, from: start, to: limit) else { return nil }
        if let lineEnd = bytes.offset(of: 0x0A, from: start), lineEnd < mark { return nil }
        // Never over a line end: where the stream is cut decides nothing.
        var first = mark + Self.dataMark.count
        while first < bytes.count, bytes[first] == UInt8(ascii: " ") || bytes[first] == 0x09 { first += 1 }
        guard first < bytes.count, bytes[first] | 0x20 == UInt8(ascii: "{") else { return nil }
        return first
    }

    mutating func end(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (DahuaBlock) -> Void) {
        switch place {
        case .discarding: break
        case .data:
            giveOutJunk(emit)
            emit(.unreadable(reason: "the stream ended inside an event", bytes: Array(bytes[start...])))
        case .lines:
            guard start < bytes.count else { return }
            let isCut = begins(bytes, with: Self.code) && !isWhole(bytes)
            if isCut {
                addJunk(bytes, to: bytes.count)
            } else if !isBeginning(of: word, bytes) {
                takeLine(bytes, to: bytes.trimmingBlanks(from: start, to: bytes.count), emit)
            }
        }
    }

    /// Whether what is left is a delimiter cut short, which says nothing and is no loss.
    private func isBeginning(of word: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        (Array("--".utf8) + word).starts(with: bytes[start...])
    }
}

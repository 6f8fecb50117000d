// The JSON data of events over many lines, and what is passed over.
extension DahuaReader {
    mutating func stepData(_ bytes: UnsafeBufferPointer<UInt8>, _ open: JSONDepth, _ emit: (DahuaBlock) -> Void) -> Bool {
        var open = open
        while scan < bytes.count {
            let byte = bytes[scan]
            // A delimiter ends whatever is open; brackets and quotes may be wrong.
            if byte == 0x0A {
                guard let ends = delimiterFollows(bytes, scan + 1) else { break }
                if ends { return giveOut(bytes, to: scan + 1, emit) }
            }
            scan += 1
            open.take(byte)
            if open.depth == 0 { return giveOut(bytes, to: scan, emit) }
        }
        place = .data(open)
        guard bytes.count - start > eventLimit else { return false }
        let kept = Array(bytes[start..<min(bytes.count, start + Self.excerpt)])
        emit(.unreadable(reason: "an event is longer than \(eventLimit) bytes; only its beginning was kept", bytes: kept))
        discard(bytes)
        return false
    }

    private mutating func giveOut(_ bytes: UnsafeBufferPointer<UInt8>, to end: Int, _ emit: (DahuaBlock) -> Void) -> Bool {
        giveOutJunk(emit)
        emit(.event(Array(bytes[start..<bytes.trimmingBlanks(from: start, to: end)])))
        declaredLength = nil
        goOn(at: end)
        return true
    }

    /// Whether a delimiter stands at an offset; nothing while that is not to be seen.
    private func delimiterFollows(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Bool? {
        var index = offset
        while index < bytes.count, bytes[index] == UInt8(ascii: "-"), index - offset < 70 { index += 1 }
        guard index < bytes.count else { return nil }
        guard index > offset else { return false }
        for (place, byte) in word.enumerated() {
            guard index + place < bytes.count else { return nil }
            if bytes[index + place] != byte { return false }
        }
        return true
    }

    /// Begins to pass over; the last bytes may be the beginning of a delimiter.
    mutating func discard(_ bytes: UnsafeBufferPointer<UInt8>) {
        goOn(at: max(start, bytes.count - word.count - 8))
        place = .discarding
    }

    /// Passes over the rest of something too long, up to a line that begins with dashes.
    mutating func stepDiscarding(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        while let lineEnd = bytes.offset(of: 0x0A, from: scan) {
            guard let ends = delimiterFollows(bytes, lineEnd + 1) else {
                start = lineEnd
                scan = lineEnd
                return false
            }
            if ends {
                goOn(at: lineEnd + 1)
                return true
            }
            scan = lineEnd + 1
        }
        start = bytes.count
        scan = bytes.count
        return false
    }
}

extension DahuaReader.JSONDepth {
    mutating func take(_ byte: UInt8) {
        if inString {
            if escaped {
                escaped = false
            } else if byte == UInt8(ascii: "\\") {
                escaped = true
            } else if byte == UInt8(ascii: "\"") {
                inString = false
            }
        } else if byte == UInt8(ascii: "\"") {
            inString = true
        } else if byte | 0x20 == UInt8(ascii: "{") {
            depth += 1
        } else if byte | 0x20 == UInt8(ascii: "}") {
            depth -= 1
        }
    }
}

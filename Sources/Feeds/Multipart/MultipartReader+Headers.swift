extension MultipartReader {
    /// Reads one header line; the body may begin without the blank line that should part them.
    mutating func stepHeaders(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (MultipartOutput) -> Void) -> Step {
        guard start < bytes.count else { return .needsMore }
        if bytes[start] == UInt8(ascii: "<") || bytes[start] == UInt8(ascii: "{") {
            return enter(.body(MultipartBody(start: start, kind: nil)), at: start)
        }
        if boundary.mayBegin(with: bytes[start]) {
            switch boundary.match(in: bytes, at: start) {
            case .at(_, let end):
                giveOutEmptyPart(emit)
                return enter(.delimiterLine, at: end)
            case .undecided: return .needsMore
            case .nowhere: break
            }
        }
        guard let lineEnd = bytes.offset(of: 0x0A, from: scan) else {
            scan = bytes.count
            return bytes.count - start > Self.headerLimit ? enter(.junk, at: start) : .needsMore
        }
        let line = start..<bytes.trimmingBlanks(from: start, to: lineEnd)
        if line.isEmpty {
            let isPicture = contentType.hasPrefix("image/")
            return enter(.body(MultipartBody(start: lineEnd + 1, kind: isPicture ? .binary : nil)), at: lineEnd + 1)
        }
        takeHeader(UnsafeBufferPointer(rebasing: bytes[line]))
        return enter(.headers, at: lineEnd + 1)
    }

    /// An empty part is a sign of life and no loss, unless it said that it would have a body.
    func giveOutEmptyPart(_ emit: (MultipartOutput) -> Void) {
        guard let declaredLength, declaredLength > 0 else { return }
        emit(
            .unreadable(
                reason: "a part announced \(declaredLength) bytes and has none", contentType: contentType, bytes: []))
    }

    private mutating func takeHeader(_ line: UnsafeBufferPointer<UInt8>) {
        guard let colon = line.offset(of: UInt8(ascii: ":"), from: 0) else { return }
        // The two names that matter differ in length, and nothing else is kept.
        guard colon == 12 || colon == 14 else { return }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let value = line.skippingBlanks(from: colon + 1)
        if name.caseInsensitiveEquals("content-type") {
            contentType = String(decoding: line[value...], as: UTF8.self)
        } else if name.caseInsensitiveEquals("content-length") {
            declaredLength = Int(String(decoding: line[value...], as: UTF8.self)).flatMap { $0 >= 0 ? $0 : nil }
        }
    }
}

import Glibc
import NIOCore

/// What the load generator reads of an answer.
struct Answer {
    let status: Int
    let accepted: Int
    /// Head and body in bytes.
    let length: Int

    /// Nothing while the answer is not whole.
    init?(_ buffer: ByteBuffer) {
        let found = buffer.withUnsafeReadableBytes { bytes -> (Int, Int, Int)? in
            guard bytes.count > 12, let blank = Self.find("\r\n\r\n", in: bytes) else { return nil }
            let head = UnsafeRawBufferPointer(rebasing: bytes[..<(blank + 2)])
            guard let name = Self.find("ontent-", in: head, followedBy: "ength: ") else { return nil }
            let length = blank + 4 + Self.number(in: head, at: name)
            guard bytes.count >= length else { return nil }
            let body = UnsafeRawBufferPointer(rebasing: bytes[(blank + 4)..<length])
            let accepted = Self.find("\"accepted\":", in: body).map { Self.number(in: body, at: $0 + 11) } ?? 0
            return (Self.number(in: bytes, at: 9), accepted, length)
        }
        guard let found else { return nil }
        (status, accepted, length) = found
    }

    private static func find(_ word: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let length = word.utf8CodeUnitCount
        var at = 0
        let first = Int32(word.utf8Start.pointee)
        while bytes.count - at >= length, let hit = memchr(base + at, first, bytes.count - at - length + 1) {
            at = UnsafeRawPointer(hit) - base
            if memcmp(hit, word.utf8Start, length) == 0 { return at }
            at += 1
        }
        return nil
    }

    /// Just behind `Content-Length: `, however its words are capitalised.
    private static func find(_ word: StaticString, in bytes: UnsafeRawBufferPointer, followedBy rest: StaticString) -> Int? {
        var from = 0
        while let hit = find(word, in: UnsafeRawBufferPointer(rebasing: bytes[from...])) {
            let start = from + hit + word.utf8CodeUnitCount + 1
            if let next = find(rest, in: UnsafeRawBufferPointer(rebasing: bytes[start...])), next == 0 {
                return start + rest.utf8CodeUnitCount
            }
            from = start
        }
        return nil
    }

    private static func number(in bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        var value = 0
        var index = offset
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
            value = value * 10 + Int(bytes[index] - 0x30)
            index += 1
        }
        return value
    }
}

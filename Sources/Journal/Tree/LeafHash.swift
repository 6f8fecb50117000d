import Crypto
import Model

/// Hashes of the journal's tree (RFC 6962, section 2.1: SHA-256 with domain separation).
package enum TreeHash {
    package static let length = 32

    /// The hash of one event; it names no position: that is the leaf's index.
    package static func leaf(_ event: Event) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(event.data.count + 320)
        input.append(0)
        append(event, to: &input)
        return Array(SHA256.hash(data: input))
    }

    /// What a leaf is made of after its leading zero byte.
    ///
    /// The line `patrold/1` and then, as netstrings (`<length>:<bytes>,`), source, id, type, subject, time, receive time
    /// in microseconds, content type, extensions and data; what is absent is empty.
    package static func input(_ event: Event) -> [UInt8] {
        var input: [UInt8] = []
        append(event, to: &input)
        return input
    }

    private static func append(_ event: Event, to input: inout [UInt8]) {
        input += "patrold/1\n".utf8
        append(event.source, to: &input)
        append(event.id, to: &input)
        append(event.type, to: &input)
        append(event.subject ?? "", to: &input)
        append(event.time ?? "", to: &input)
        append(String(event.received.microseconds), to: &input)
        append(event.contentType, to: &input)
        append(event.extensions, to: &input)
        append(event.data, to: &input)
    }

    /// The hash of an inner node.
    package static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 1) { buffer in
            buffer[0] = 1
            UnsafeMutableRawBufferPointer(rebasing: buffer[1..<33]).copyBytes(from: left)
            UnsafeMutableRawBufferPointer(rebasing: buffer[33..<65]).copyBytes(from: right)
            hash.update(bufferPointer: UnsafeRawBufferPointer(buffer))
        }
        return Array(hash.finalize())
    }

    /// The root of the tree without leaves.
    package static let empty = Array(SHA256.hash(data: [UInt8]()))

    private static func append(_ text: String, to input: inout [UInt8]) {
        input += String(text.utf8.count).utf8
        input.append(UInt8(ascii: ":"))
        input += text.utf8
        input.append(UInt8(ascii: ","))
    }

    private static func append(_ bytes: [UInt8], to input: inout [UInt8]) {
        input += String(bytes.count).utf8
        input.append(UInt8(ascii: ":"))
        input += bytes
        input.append(UInt8(ascii: ","))
    }
}

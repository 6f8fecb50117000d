import Feeds
import TestKit
import Testing

@Suite struct SIPStreamTests {
    private func request(_ number: Int, body: String = "") -> [UInt8] {
        Array("MESSAGE sip:a SIP/2.0\r\nCSeq: \(number) MESSAGE\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    private func numbers(_ pieces: [SIPStream.Piece]) -> [UInt32] {
        pieces.compactMap { if case .message(let message) = $0 { message.sequence?.number } else { nil } }
    }

    @Test("messages come out whole however the bytes are cut", arguments: 1...40)
    func cuts(size: Int) {
        let bytes = (1...5).flatMap { request($0, body: String(repeating: "x\r\n\r\n", count: $0)) }
        var stream = SIPStream()
        var found: [UInt32] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            found += numbers(stream.read(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(found == [1, 2, 3, 4, 5])
        #expect(stream.finish().isEmpty)
    }

    @Test("empty lines between messages are a keep-alive when there are two, else nothing")
    func keepAlive() {
        var stream = SIPStream()
        #expect(stream.read(Array("\r\n\r\n".utf8)) == [.keepAlive])
        let pieces = stream.read(Array("\r\n".utf8) + request(1) + Array("\r\n\r\n".utf8) + request(2))
        #expect(pieces.count == 3 && pieces[1] == .keepAlive)
        #expect(numbers(pieces) == [1, 2])
    }

    @Test("a head that is no SIP is told, and the next message is read")
    func garbage() {
        var stream = SIPStream()
        let pieces = stream.read(Array("nonsense\r\n\r\n".utf8) + request(3))
        guard case .unreadable(let bytes, let error) = pieces.first else { return #expect(Bool(false)) }
        #expect(bytes == Array("nonsense\r\n\r\n".utf8) && error.code == .startLine)
        #expect(numbers(pieces) == [3])
    }

    @Test("a stream that cannot be framed any more ends: no length, too long a body, a head without end")
    func unframed() {
        let unframed: [(String, SIPError.Code)] = [
            ("MESSAGE sip:a SIP/2.0\r\nContent-Type: a/b\r\n\r\n<a/>", .noLength),
            ("MESSAGE sip:a SIP/2.0\r\nContent-Length: 300000\r\n\r\n", .bodyTooLong),
            (String(repeating: "a", count: 70_000), .headTooLong),
        ]
        for (text, code) in unframed {
            var stream = SIPStream()
            let pieces = stream.read(request(1) + Array(text.utf8))
            // What was whole before it is not lost.
            #expect(numbers(pieces) == [1] && pieces.count == 2)
            guard case .broken(let error) = pieces.last else { return #expect(Bool(false)) }
            #expect(error.code == code)
            #expect(stream.read(request(2)).isEmpty)
        }
    }

    @Test("many tiny heads take time in proportion to their number")
    func linear() {
        var stream = SIPStream()
        let pieces = stream.read(Array(String(repeating: "x\n\n", count: 200_000).utf8))
        #expect(pieces.count == 200_000)
    }
}

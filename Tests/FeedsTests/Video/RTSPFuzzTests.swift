import Model
import TestKit
import Testing

@testable import Feeds

@Suite("Answers of RTSP servers, mutated") struct RTSPFuzzTests {
    private static let fixtures = ["describe.txt", "challenge.txt", "bare.txt", "options.txt"]

    @Test("whatever an answer is made of, the reader stays within bounds and the look ends")
    func mutations() throws {
        let answers = try Self.fixtures.map { try Fixtures.bytes("rtsp/" + $0) }
        var numbers = SeededNumbers(0x5254_5350)
        let address = try #require(RTSPAddress("rtsp://192.0.2.7/a"))
        for _ in FuzzInputs() {
            var look = RTSPExchange(address, credentials: RTSPCredentials(user: "a\"b", password: "c"), nonce: "1")
            var (sent, ends) = (0, 0)
            func count(_ actions: [RTSPExchange.Action]) {
                for action in actions {
                    switch action {
                    case .send(let bytes):
                        sent += 1
                        // One request, whatever the challenge tried to smuggle in.
                        #expect(String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n\r\n").count == 2)
                    case .reopen: count(look.on(.opened))
                    case .done: ends += 1
                    }
                }
            }
            count(look.on(.opened))
            for _ in 0..<6 {
                var answer = answers.randomElement(using: &numbers) ?? []
                Self.mutate(&answer, &numbers)
                count(look.on(.bytes(answer)))
            }
            count(look.on(.closed))
            count(look.on(.closed))
            count(look.on(.timeUp))
            #expect(ends == 1 && sent <= 8)
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ numbers: inout SeededNumbers) {
        for _ in 0..<Int.random(in: 0...4, using: &numbers) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &numbers)
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
            case 3: bytes.removeLast(bytes.count - place)
            default: bytes.insert(contentsOf: Array("\r\n".utf8), at: place)
            }
        }
    }

    @Test("an answer is read the same whole and in any pieces")
    func pieces() throws {
        var numbers = SeededNumbers(7)
        for name in Self.fixtures {
            let bytes = try Fixtures.bytes("rtsp/" + name)
            var whole = RTSPReplyReader()
            let expected = whole.read(bytes)
            for _ in 0..<50 {
                var reader = RTSPReplyReader()
                var (rest, last) = (bytes[...], RTSPReplyReader.Reading.more)
                while !rest.isEmpty {
                    let piece = rest.prefix(Int.random(in: 1...30, using: &numbers))
                    rest = rest.dropFirst(piece.count)
                    last = reader.read(piece)
                }
                #expect(last == expected, "\(name)")
            }
        }
    }

    @Test("an answer that claims more than the limit is not waited for")
    func tooLong() {
        var reader = RTSPReplyReader()
        let claim = "RTSP/1.0 200 OK\r\nContent-Type: application/sdp\r\nContent-Length: 99999999\r\n\r\n"
        #expect(reader.read(Array(claim.utf8)) == .foreign("the answer is longer than 64 KiB"))
        var negative = RTSPReplyReader()
        guard case .reply(let reply) = negative.read(Array("RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\n".utf8)) else {
            Issue.record("no answer")
            return
        }
        #expect(reply.body.isEmpty)
    }
}

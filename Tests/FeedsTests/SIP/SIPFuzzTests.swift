import Feeds
import TestKit
import Testing

/// Bytes that mean something to a parser.
private let marks: [UInt8] = [0, 0x0A, 0x0D, 0x20, 0x3B, 0x3C, 0x3E, 0x22, 0x40, 0x80, 0xFF]

/// Damages bytes: changes, cuts, doubles and mixes, a few times each.
func sipDamaged(_ bytes: [UInt8], with other: [UInt8], _ random: inout SeededNumbers) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &random) {
        guard !bytes.isEmpty else { return bytes }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 1...24, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.removeSubrange(at..<end)
        case 2: bytes.insert(contentsOf: bytes[at..<end], at: at)
        case 3: bytes.insert(marks.randomElement(using: &random) ?? 0, at: at)
        case 4: bytes = Array(bytes[..<at]) + other.suffix(Int.random(in: 0...other.count, using: &random))
        default: bytes.swapAt(at, end - 1)
        }
    }
    return bytes
}

@Suite struct SIPFuzzTests {
    private static let names = [
        "register.txt", "register-compact.txt", "message-folded.txt", "message-no-length.txt", "message-gbk-name.txt",
        "answer-two-vias.txt", "ipv6.txt", "padded-code.txt", "bare-lf.txt",
    ]

    @Test("damaged messages are refused or read, and what was read prints and reads the same")
    func datagrams() throws {
        let fixtures = try Self.names.map { try Fixtures.bytes("sip/" + $0) }
        var random = SeededNumbers(5060)
        for _ in FuzzInputs() {
            let index = Int.random(in: 0..<fixtures.count, using: &random)
            let bytes = sipDamaged(fixtures[index], with: fixtures[(index + 1) % fixtures.count], &random)
            guard let message = try? SIPParser.datagram(bytes) else { continue }
            _ = (message.from, message.to, message.via, message.expires, message.sequence?.number)
            _ = message.answer(200, to: SIPPeer(.udp, host: "::1", port: 1), tag: "t").bytes
            guard let again = try? SIPParser.datagram(message.bytes) else {
                Issue.record("what was printed is not read: \(bytes)")
                return
            }
            #expect(again.body == message.body && again.start == message.start)
        }
    }

    @Test("damaged streams are cut the same in one read and byte by byte")
    func streams() throws {
        let fixtures = try Self.names.map { try Fixtures.bytes("sip/" + $0) }
        var random = SeededNumbers(5061)
        for _ in FuzzInputs(share: 100) {
            let index = Int.random(in: 0..<fixtures.count, using: &random)
            let bytes = sipDamaged(fixtures[index] + fixtures[0], with: fixtures[1], &random) + fixtures[0]
            #expect(pieces(bytes, by: bytes.count) == pieces(bytes, by: 1), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    private func pieces(_ bytes: [UInt8], by size: Int) -> [SIPStream.Piece] {
        var stream = SIPStream()
        var pieces: [SIPStream.Piece] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            pieces += stream.read(bytes[start..<min(start + size, bytes.count)])
        }
        // How many empty lines are one keep-alive depends on when they come.
        return pieces.filter { $0 != .keepAlive }
    }
}

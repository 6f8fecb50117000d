import Feeds
import Foundation
import Model
import TestKit
import Testing

@Suite struct DahuaFuzzTests {
    @Test("changed bytes never stop the reader, cost no more than they weigh, and give the same however they are cut")
    func mutations() throws {
        let seeds = try WireFuzz.seeds("dahua")
        var random = SeededNumbers(0xDA40A)
        for round in FuzzInputs() {
            let bytes = WireFuzz.mutated(seeds[round % seeds.count], &random)
            let blocks = dahuaBlocks(of: bytes, eventLimit: 4096)
            for case .event(let text) in blocks { _ = try? DahuaDecoder.decode(text) }
            let kept = blocks.reduce(0) { sum, block in
                switch block {
                case .event(let text): sum + text.count
                case .unreadable(_, let text): sum + text.count
                case .heartbeat: sum
                }
            }
            #expect(kept <= bytes.count + 64, "round \(round)")
            guard round % 8 == 0 else { continue }
            _ = dahuaBlocks(of: bytes, pieces: 5, eventLimit: 4096)
            _ = DahuaDecoder.replay(
                bytes, contentType: "text/plain", source: "s", device: "d", classes: [:], received: Timestamp(seconds: 0))
            // A declared length decides only where nothing has followed yet, so it is left out of this.
            let lengths = /content-length/.ignoresCase()
            let unmeasured = Array(String(decoding: bytes, as: UTF8.self).replacing(lengths, with: "Content-Size").utf8)
            #expect(dahuaBlocks(of: unmeasured, pieces: 1 + round % 29) == dahuaBlocks(of: unmeasured), "round \(round)")
        }
    }

    @Test("data that begin behind a line end are read the same however the stream is cut")
    func dataOnTheNextLine() {
        let bytes = Array("--myboundary\r\nCode=A;action=Start;index=0;data=\r\n\r\n{\"RuleId\":2}\r\n--myboundary\r\n".utf8)
        let whole = dahuaBlocks(of: bytes)
        for pieces in 1...bytes.count { #expect(dahuaBlocks(of: bytes, pieces: pieces) == whole, "in pieces of \(pieces)") }
    }
}

/// What the fuzz tests of this make of wire share.
enum WireFuzz {
    /// All fixtures of a protocol.
    static func seeds(_ folder: String) throws -> [[UInt8]] {
        let path = Fixtures.root + "/Tests/Fixtures/" + folder
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { try Fixtures.bytes("\(folder)/\($0)") }
    }

    /// The bytes with a few changes: bits turned, stretches cut, doubled or filled with what parsers look for.
    static func mutated(_ seed: [UInt8], _ random: inout SeededNumbers) -> [UInt8] {
        let tokens = [
            "--myboundary", "--boundary\r\n", "{", "}", "\"", "<", "</", "&", ";data=", "Code=", "\r\n\r\n", "\u{0}", "[[[[",
            "<!DOCTYPE a>",
        ]
        var bytes = seed
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let length = min(bytes.count - place, Int.random(in: 1...40, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes.removeSubrange(place..<(place + length))
            case 2: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
            case 3: bytes.insert(contentsOf: Array(tokens[Int.random(in: 0..<tokens.count, using: &random)].utf8), at: place)
            default: bytes.insert(contentsOf: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }, at: place)
            }
        }
        return bytes
    }
}

import Feeds
import Model
import TestKit
import Testing

@Suite struct CallsFuzzTests {
    private static let tokens = [
        "\"", ",", "{", "}", "[", "]", "<cdr>", "</cdr>", "&", "=", "%", "%7B", "cdr=", "\n", "\\", "null", "1e999", "-1",
        "9223372036854775807", ":", "\u{0}", "callid", "msg",
    ]

    private func mutated(_ seed: [UInt8], _ random: inout SeededNumbers) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let length = min(Int.random(in: 1...20, using: &random), bytes.count - place)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<(place + length))
            case 2: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
            case 3:
                let token = Self.tokens[Int.random(in: 0..<Self.tokens.count, using: &random)]
                bytes.insert(contentsOf: Array(token.utf8), at: place)
            default: bytes.removeLast(length)
            }
        }
        return bytes
    }

    private func check(_ arrivals: [Arrival], of bytes: [UInt8]) {
        for arrival in arrivals {
            switch arrival {
            case .event(let event):
                let call = event.payload.flatMap { RecordingCall($0) }
                #expect(call != nil && call?.callID.isEmpty == false && event.id.utf8.count < 1100)
                #expect(call?.talkSeconds.map { $0 >= 0 && $0.isFinite } ?? true)
                #expect(call?.start.map { Timestamp($0) != nil } ?? true)
            case .unreadable(let bad): #expect(!bad.reason.isEmpty)
            }
        }
    }

    @Test("changed posts are calls or quarantine, never nothing, and never stop the reader")
    func bodies() throws {
        let names = [
            "yeastar-newcdr.json", "yeastar-enveloped.json", "work-phones.json", "call-centre.json", "freeswitch.json",
            "freeswitch.xml", "form.txt", "siprec.xml",
        ]
        let seeds = try names.map { try Fixtures.bytes("calls/" + $0) }
        var random = SeededNumbers(0xCA11)
        for round in FuzzInputs() {
            let bytes = mutated(seeds[round % seeds.count], &random)
            let arrivals = CallEvents.replay(bytes, contentType: "", device: "d", received: Timestamp(seconds: 0))
            // An empty list says nothing.
            #expect(!arrivals.isEmpty)
            check(arrivals, of: bytes)
        }
    }

    @Test("changed lines are calls or quarantine and never stop the reader")
    func lines() throws {
        let formats: [(String, CDRFormat)] = [
            ("asterisk-master.csv", .asterisk), ("asterisk-custom.csv", .asteriskCustom), ("freeswitch-master.csv", .freeswitch),
        ]
        let seeds = try formats.flatMap { name, format in
            try Fixtures.bytes("calls/" + name).split(separator: 0x0A).map { (Array($0), format) }
        }
        var random = SeededNumbers(0xCD12)
        for round in FuzzInputs() {
            let (line, format) = seeds[round % seeds.count]
            let bytes = mutated(line, &random)
            let arrivals = CDRFeed.replay(bytes, device: "d", format: format, received: Timestamp(seconds: 0))
            #expect(arrivals.count == 1 || !bytes.contains { $0 != 0 && $0 != 0x20 && $0 != 9 && $0 != 10 && $0 != 13 })
            check(arrivals, of: bytes)
        }
    }
}

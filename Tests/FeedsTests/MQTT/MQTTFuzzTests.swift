import Feeds
import Foundation
import Model
import TestKit
import Testing

@Suite struct MQTTFuzzTests {
    @Test("no mutation of a broker's bytes stops the reader, nor makes it keep more than its limit")
    func codec() {
        let seed: [MQTTPacket] = [
            .connack(sessionPresent: false, code: 0), .suback(id: 1, codes: [1]),
            .publish(MQTTPublish(topic: "frigate/events", payload: [UInt8](repeating: 7, count: 200), id: 5)), .pingAnswer,
            .publish(MQTTPublish(topic: "a", payload: [1], qos: 0)),
        ]
        let bytes = seed.flatMap(\.bytes)
        var random = SeededNumbers(311)
        for _ in FuzzInputs() {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&mutated, &random) }
            var reader = MQTTReader(limit: 150)
            var session = MQTTSession(.init(connect: MQTTConnect(clientID: "f", keepAlive: 30), filters: ["#"]))
            _ = session.begin()
            _ = session.on(.opened, at: .seconds(1))
            let cut = Int.random(in: 0...mutated.count, using: &random)
            do throws(MQTTError) {
                for part in [mutated[..<cut], mutated[cut...]] {
                    for packet in try reader.read(part) { _ = session.on(.packet(packet), at: .seconds(2)) }
                }
            } catch {
                #expect(!error.reason.isEmpty)
            }
        }
    }

    @Test("no mutation of a payload stops its format, and every one becomes an event, nothing, or goes to quarantine")
    func payloads() throws {
        let folder = Fixtures.root + "/Tests/Fixtures/mqtt"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
        let seeds = try names.map { try Fixtures.bytes("mqtt/" + $0) }
        var mapping = MQTTMapping(word: "x")
        mapping.valuePath = "after.score"
        mapping.threshold = 0.5
        mapping.timePath = "after.start_time"
        mapping.identityPath = "after.id"
        let formats: [MQTTFormat] = [.frigate(cameras: nil), .axis, .generic(mapping), .generic(MQTTMapping(word: "y"))]
        var random = SeededNumbers(312)
        for number in FuzzInputs() {
            var bytes = seeds[number % seeds.count]
            for _ in 0..<Int.random(in: 1...5, using: &random) { mutate(&bytes, &random) }
            let arrivals = MQTTFormat.replay(
                bytes, contentType: "application/json", source: "patrold:/feeds/f", device: "f", classes: [:],
                received: Timestamp(seconds: 1), format: formats[number % formats.count])
            for case .event(let event) in arrivals {
                #expect(event.id.utf8.count < 1024 && event.payload.flatMap { CameraAlarm($0) } != nil)
            }
            _ = MQTTAvailability(topic: "a").read(bytes)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededNumbers) {
        guard !bytes.isEmpty else { return bytes = [0x30] }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(Array("{}[]\",:\\0e".utf8).randomElement(using: &random) ?? 0, at: at)
        case 3: bytes.removeLast(min(bytes.count, Int.random(in: 0..<40, using: &random)))
        default: bytes.insert(contentsOf: bytes[at...].prefix(30), at: at)
        }
    }
}

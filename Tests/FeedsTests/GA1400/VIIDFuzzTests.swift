import Feeds
import Foundation
import Model
import TestKit
import Testing

@Suite struct VIIDFuzzTests {
    @Test("no mutation of a body stops the reader, and every one becomes an event or goes to quarantine")
    func mutations() throws {
        let folder = Fixtures.root + "/Tests/Fixtures/ga1400"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
        let seeds = try names.map { try Fixtures.bytes("ga1400/" + $0) }
        var random = SeededNumbers(1400)
        for number in FuzzInputs() {
            var bytes = seeds[number % seeds.count]
            for _ in 0..<Int.random(in: 1...6, using: &random) { mutate(&bytes, &random) }
            let arrivals = GA1400Decoder.replay(
                bytes, contentType: "application/json", source: "patrold:/feeds/f", device: "f", classes: [:],
                received: Timestamp(seconds: 1), personalData: number % 2 == 0 ? .drop : .store)
            for case .event(let event) in arrivals {
                #expect(event.payload.flatMap { CameraAlarm($0) } != nil && event.id.utf8.count < 1024)
            }
            _ = VIIDRoute(method: "POST", path: String(decoding: bytes.prefix(60), as: UTF8.self))
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededNumbers) {
        guard !bytes.isEmpty else { return bytes = [UInt8(ascii: "{")] }
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(Array("{}[]\",:\\0".utf8).randomElement(using: &random) ?? 0, at: at)
        case 3: bytes.removeLast(min(bytes.count, Int.random(in: 0..<40, using: &random)))
        default: bytes.insert(contentsOf: bytes[at...].prefix(30), at: at)
        }
    }
}

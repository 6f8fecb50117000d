import Foundation
import Model
import PatrolSim
import TestKit
import Testing

@testable import Feeds

@Suite struct ONVIFFuzzTests {

    private static func fixtures() throws -> [[UInt8]] {
        let folder = Fixtures.root + "/Tests/Fixtures/onvif"
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { $0.hasSuffix(".xml") }
            .map { try Fixtures.bytes("onvif/" + $0) }
    }

    /// Changes, cuts, doubles or inserts a few bytes.
    private static func mutate(_ bytes: [UInt8], _ random: inout SeededNumbers) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !result.isEmpty {
            let at = Int.random(in: 0..<result.count, using: &random)
            let length = min(Int.random(in: 1...24, using: &random), result.count - at)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: result[at] = UInt8.random(in: 0...255, using: &random)
            case 1: result.removeSubrange(at..<(at + length))
            case 2: result.insert(contentsOf: result[at..<(at + length)], at: at)
            case 3: result.insert(contentsOf: Array("<>\"'&;/=:".utf8).shuffled(using: &random).prefix(3), at: at)
            default: result = Array(result[..<at])
            }
        }
        return result
    }

    @Test("mutated messages never crash a reader, and each reading is an alarm, a status or quarantine")
    func mutations() throws {
        let fixtures = try Self.fixtures()
        let access = ONVIFAccess(address: DeviceAddress(url: "http://10.0.0.5"), devicePath: "/onvif/device_service")
        let now = Timestamp(seconds: 1_622_505_600)
        var random = SeededNumbers(20_210_601)
        var (tried, readable) = (0, 0)
        for number in FuzzInputs() {
            tried += 1
            let bytes = Self.mutate(fixtures[number % fixtures.count], &random)
            // Every other one all the way, because that reads it again.
            if number % 2 == 0 {
                let arrivals = ONVIFDecoder.replay(
                    bytes, contentType: "application/soap+xml", source: "patrold:/feeds/cam-1", device: "cam-1",
                    classes: ONVIFBench.classes, received: now)
                for case .unreadable(let kept) in arrivals { #expect(kept.bytes == bytes) }
                continue
            }
            guard let answer = try? SOAPAnswer(bytes) else { continue }
            if answer.body.name == "ProbeMatches" { _ = FoundCamera.read(bytes, from: "") }
            readable += 1
            _ = (answer.services, answer.capabilities, answer.lifetime(cameraTime: now), answer.clockOffset(at: now))
            if let endpoint = answer.subscription(access) {
                #expect(endpoint.url.hasPrefix("http://10.0.0.5") && endpoint.parameters.utf8.count <= 4096)
            }
        }
        // Otherwise the mutations are too wild to find anything.
        #expect(readable > tried / 40)
    }

    @Test("mutated times and topics never crash, and a moment is never far out of the calendar")
    func words() {
        var random = SeededNumbers(7)
        let seeds = [
            "2024-08-17T12:30:45Z", "2024-08-17T00:61:16.123+08:00", "tns1:RuleEngine/tnsv:A/B//.", "0000-00-00T00:00:00Z",
        ]
        for number in FuzzInputs() {
            let text = String(decoding: Self.mutate(Array(seeds[number % seeds.count].utf8), &random), as: UTF8.self)
            if let moment = ONVIFTime(text).moment { #expect(abs(moment.microseconds) < 400_000_000_000_000_000) }
            if let word = ONVIFNotification.word(of: text) { #expect(!word.isEmpty && !word.hasSuffix("/")) }
        }
    }
}

import Feeds
import PatrolSim
import TestKit
import Testing

@Suite struct SoundFuzzTests {
    private static let words = ["RIFF", "RIFX", "RF64", "WAVE", "fmt ", "data", "fact", "ds64", "ID3", "riff", "PCMA"]

    private func mutated(_ seed: [UInt8], _ random: inout SeededNumbers) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<min(bytes.count, 120), using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1:
                // A size of all ones, or with the sign bit set.
                for at in place..<min(place + 8, bytes.count) { bytes[at] = 0xFF }
            case 2:
                let word = Self.words[Int.random(in: 0..<Self.words.count, using: &random)]
                bytes.insert(contentsOf: Array(word.utf8), at: place)
            default: bytes.removeLast(Int.random(in: 0...min(bytes.count, 64), using: &random))
            }
        }
        return bytes
    }

    @Test("changed headers are told as something, with a length that a recording can have")
    func headers() {
        let wave = WaveFormat.allCases.map { Array(WaveAudio(format: $0, seconds: 1, pitch: 300).bytes().prefix(2000)) }
        let frames = (0..<5).flatMap { _ in [0xFF, 0xFB, 0x90, 0x00] + [UInt8](repeating: 0, count: 413) }
        let wide: [UInt8] = Array("RF64".utf8) + [0xFF, 0xFF, 0xFF, 0xFF] + Array("WAVEds64".utf8) + [28, 0, 0, 0]
        let tail = wave[0].dropFirst(12)
        let seeds = wave + [frames, wide + [UInt8](repeating: 1, count: 28) + tail]
        var random = SeededNumbers(0x50D)
        for round in FuzzInputs() {
            let header = WAVHeader(mutated(seeds[round % seeds.count], &random))
            #expect(!header.format.isEmpty)
            #expect(header.seconds.map { $0 >= 0 && $0.isFinite } ?? true)
        }
    }
}

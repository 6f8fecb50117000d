import Feeds
import TestKit
import Testing

@Suite struct MultipartFuzzTests {
    private func weight(_ outputs: [MultipartOutput]) -> Int {
        outputs.reduce(0) { sum, output in
            switch output {
            case .part(let part): sum + part.bytes.count
            case .unreadable(_, _, let bytes): sum + bytes.count
            }
        }
    }

    @Test("changed bytes never stop the reader, give no more than they weigh, and the same however they are cut")
    func mutations() throws {
        let seeds = try WireFuzz.seeds("isapi") + WireFuzz.seeds("dahua")
        var random = SeededNumbers(0x3017)
        for round in FuzzInputs() {
            let bytes = WireFuzz.mutated(seeds[round % seeds.count], &random)
            let whole = outputs(of: bytes)
            #expect(weight(whole) <= bytes.count, "round \(round)")
            if round % 10 == 0 {
                #expect(outputs(of: bytes, pieces: 1 + round % 23) == whole, "round \(round)")
                #expect(weight(outputs(of: bytes, partLimit: 100)) <= bytes.count)
            }
        }
    }
}

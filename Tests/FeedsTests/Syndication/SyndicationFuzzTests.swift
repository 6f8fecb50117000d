import Model
import TestKit
import Testing

@testable import Feeds

@Suite struct SyndicationFuzzTests {
    @Test("changed bytes never stop the reader of feeds, and what it reads stays within its caps")
    func mutations() throws {
        let seeds = try MediaFuzz.seeds("syndication")
        var random = SeededNumbers(0xFEED)
        for round in FuzzInputs() {
            let bytes = MediaFuzz.mutated(seeds[round % seeds.count], &random)
            guard let document = try? FeedDocument(bytes, from: "http://a.cn/b") else { continue }
            #expect(Set(document.items.map(\.id)).count == document.items.count)
            for item in document.items {
                #expect(item.title.count <= 501 && item.text.count <= HTMLText.limit + 1)
                #expect(item.link.isEmpty || item.link.lowercased().hasPrefix("http"))
            }
        }
    }
}

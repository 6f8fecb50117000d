import Model
import TestKit
import Testing

@testable import Feeds

@Suite struct WeChatFuzzTests {
    @Test("no mutation of an answer stops the reader, and every figure it takes is one")
    func mutations() throws {
        let seeds = try MediaFuzz.seeds("wechat")
        let now = Timestamp(seconds: 1_641_000_000)
        var random = SeededNumbers(0x3EC4A7)
        for round in FuzzInputs() {
            let bytes = MediaFuzz.mutated(seeds[round % seeds.count], &random)
            do throws(WeChatError) {
                let rows = try FollowerFileIntake.rows(bytes)
                var book = FollowerBook(since: FollowerBook.lastReadable(at: now), patience: 7)
                for event in book.take(rows, source: "s", at: now) { #expect(!event.id.isEmpty) }
                #expect(rows.totals.values.allSatisfy { (0...2_000_000_000).contains($0) })
                #expect(FollowerBook(book.json, patience: 7) == book)
            } catch {
                #expect(!error.sentence.isEmpty)
            }
        }
    }
}

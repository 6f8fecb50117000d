import Evidence
import Model
import TestKit
import Testing

@Suite("Which share of the store a night re-hashes") struct ScrubPlanTests {
    private func hash(_ numbers: inout SeededNumbers) -> String {
        (0..<4).map { _ in
            let text = String(UInt64.random(in: .min ... .max, using: &numbers), radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
    }

    @Test("in one turn every hash falls into exactly one night", arguments: [1, 2, 7, 30, 256, 1000])
    func partition(nights: Int) {
        let plan = ScrubPlan(nights: nights)
        var numbers = SeededNumbers(1)
        let hashes =
            (0..<500).map { _ in hash(&numbers) }
            + [String(repeating: "0", count: 64), String(repeating: "f", count: 64)]
        var seen: [String: Int] = [:]
        var mark = ScrubPlan.Mark()
        for night in 1...nights {
            let share = plan.share(mark)
            #expect(share.number == night && share.turn == 1)
            for hash in hashes where share.contains(hash) {
                seen[hash, default: 0] += 1
                #expect(share.pairs.contains(String(hash.prefix(2))))
            }
            mark = plan.finished(mark)
        }
        #expect(mark.turn == 2 && mark.done == 0)
        #expect(hashes.allSatisfy { seen[$0] == 1 })
    }

    @Test("a night that was cut short goes on after its last file, and does its own share besides")
    func cutShort() {
        let plan = ScrubPlan(nights: 4)
        var mark = ScrubPlan.Mark()
        mark.after = "30" + String(repeating: "0", count: 62)
        let shares = plan.shares(after: mark)
        #expect(shares.map(\.number) == [1, 2])
        #expect(!shares[0].contains(mark.after ?? ""))
        #expect(shares[0].contains("30" + String(repeating: "0", count: 61) + "1"))
        #expect(shares[1].from == "40000000" && shares[1].until == "80000000")
        #expect(plan.shares(after: plan.finished(mark)).count == 1)
    }

    @Test("a mark reads as it was written, and nonsense begins anew")
    func marks() {
        var mark = ScrubPlan.Mark()
        mark.turn = 3
        mark.done = 12
        mark.after = String(repeating: "a", count: 64)
        #expect(ScrubPlan.Mark(mark.json) == mark)
        #expect(ScrubPlan.Mark(["turn": 0, "done": 1]) == nil)
        #expect(ScrubPlan.Mark(["turn": 1, "done": 1, "after": "../x"])?.after == nil)
        // More nights before than now: the turn ends with the next one.
        #expect(ScrubPlan(nights: 5).share(mark).number == 5)
        #expect(ScrubPlan(nights: 5).finished(mark).turn == 4)
    }
}

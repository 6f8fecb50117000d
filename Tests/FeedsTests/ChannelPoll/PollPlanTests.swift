import Feeds
import Model
import TestKit
import Testing

@Suite struct PollPlanTests {
    private let now = Timestamp(seconds: 1_622_505_600)

    private func plan(
        _ paging: Channel.Paging, mark: PollPlan.Mark = PollPlan.Mark(), overlap: Span = .minutes(10), longest: Span? = nil,
        recheck: Channel.REST.Recheck? = nil
    ) -> PollPlan {
        PollPlan(
            paging: paging, overlap: overlap, longest: longest, recheck: recheck, mark: mark, beginning: now - .days(7))
    }

    private func path(_ text: String) throws -> JSONPath { try JSONPath(text) }

    @Test("the first round begins where it is told, each later one a little before the end of the last")
    func overlap() {
        var plan = plan(.none)
        let first = plan.begin(at: now)
        #expect(first.since == now - .days(7) - .minutes(10) && first.until == now)
        #expect(plan.take(PollPlan.Page(count: 3)) == .deliver)
        #expect(plan.mark.until == nil, "nothing is durable yet")
        #expect(plan.durable() == nil)
        #expect(plan.mark.until == now)
        let second = plan.begin(at: now + .seconds(60))
        #expect(second.since == now - .minutes(10) && second.until == now + .seconds(60))
    }

    @Test("a round that was given up is read again from the same mark")
    func givenUp() {
        var plan = plan(.none, mark: PollPlan.Mark(until: now))
        _ = plan.begin(at: now + .hours(1))
        _ = plan.take(PollPlan.Page(count: 1))
        #expect(plan.begin(at: now + .hours(2)).since == now - .minutes(10))
    }

    @Test("a clock that was set back asks for what lies before it, and the mark does not go back")
    func clockBack() {
        var plan = plan(.none, mark: PollPlan.Mark(until: now))
        let ask = plan.begin(at: now - .hours(5))
        #expect(ask.since == now - .hours(5) - .minutes(10) && ask.until == now - .hours(5))
        _ = plan.take(PollPlan.Page(count: 0))
        _ = plan.durable()
        #expect(plan.mark.until == now)
    }

    @Test("a full window is asked for in halves until all of them fit, and together they cover it")
    func halves() {
        var plan = plan(.window(size: 100), mark: PollPlan.Mark(until: now - .hours(8)), overlap: .zero)
        var ask: PollPlan.Ask? = plan.begin(at: now)
        var covered: [(Timestamp, Timestamp)] = []
        var steps = 0
        while let current = ask, steps < 100 {
            steps += 1
            // One record every 30 s: a window of 50 minutes holds a hundred.
            let count = Int((current.until - current.since).seconds / 30)
            switch plan.take(PollPlan.Page(count: min(count, 100))) {
            case .ask(let half): ask = half
            case .deliver:
                covered.append((current.since, current.until))
                ask = plan.durable()
            case .broken(let sentence):
                Issue.record("\(sentence)")
                ask = nil
            }
        }
        #expect(covered.first?.0 == now - .hours(8) && covered.last?.1 == now)
        #expect(zip(covered, covered.dropFirst()).allSatisfy { $0.1 == $1.0 }, "no hole between windows")
        #expect(covered.count == 16)
    }

    @Test("a window of one second that is still full is told, not passed over")
    func unsplittable() {
        var plan = plan(.window(size: 10), mark: PollPlan.Mark(until: now), overlap: .zero)
        _ = plan.begin(at: now + .seconds(1))
        guard case .broken(let sentence) = plan.take(PollPlan.Page(count: 10)) else {
            Issue.record("expected a broken round")
            return
        }
        #expect(sentence.contains("raise paging.size"))
        #expect(plan.mark.until == now)
    }

    @Test("pages follow each other until one is not full; one that comes twice breaks the round")
    func pages() {
        var plan = plan(.page(first: 1, size: 2, total: nil))
        #expect(plan.begin(at: now).page == 1)
        #expect(plan.take(PollPlan.Page(count: 2, digest: "a")) == .deliver)
        #expect(plan.durable()?.page == 2)
        #expect(plan.take(PollPlan.Page(count: 1, digest: "b")) == .deliver)
        #expect(plan.durable() == nil)
        _ = plan.begin(at: now)
        _ = plan.take(PollPlan.Page(count: 2, digest: "a"))
        _ = plan.durable()
        guard case .broken = plan.take(PollPlan.Page(count: 2, digest: "a")) else {
            Issue.record("a repeated page must not count as read")
            return
        }
    }

    @Test("where the channel tells the total, a full last page ends the round")
    func total() throws {
        var plan = plan(.page(first: 0, size: 2, total: try path("total")))
        #expect(plan.begin(at: now).page == 0)
        _ = plan.take(PollPlan.Page(count: 2, total: 4, digest: "a"))
        #expect(plan.durable()?.page == 1)
        _ = plan.take(PollPlan.Page(count: 2, total: 4, digest: "b"))
        #expect(plan.durable() == nil)
    }

    @Test("a cursor that lasts moves only over what is durable, and goes on after a restart")
    func keptCursor() throws {
        let paging = Channel.Paging.cursor(next: try path("next"), more: try path("more"), size: 2, kept: true)
        var plan = plan(paging)
        #expect(plan.begin(at: now).cursor == nil)
        _ = plan.take(PollPlan.Page(count: 2, next: "2", more: true))
        #expect(plan.mark.cursor == nil)
        #expect(plan.durable()?.cursor == "2")
        #expect(plan.mark.cursor == "2")
        _ = plan.take(PollPlan.Page(count: 1, next: "3", more: false))
        #expect(plan.durable() == nil && plan.mark.cursor == "3")
        var later = self.plan(paging, mark: plan.mark)
        #expect(later.begin(at: now).cursor == "3")
        _ = later.take(PollPlan.Page(count: 0, next: "3", more: true))
        #expect(later.durable() == nil, "the same cursor again is the end")
        #expect(later.mark.cursor == "3")
    }

    @Test("a cursor that does not last begins anew with each round")
    func passingCursor() throws {
        var plan = plan(.cursor(next: try path("next"), more: nil, size: 2, kept: false))
        _ = plan.begin(at: now)
        _ = plan.take(PollPlan.Page(count: 2, next: "x"))
        #expect(plan.durable()?.cursor == "x")
        _ = plan.take(PollPlan.Page(count: 2, next: nil))
        #expect(plan.durable() == nil && plan.mark.cursor == nil)
        #expect(plan.begin(at: now).cursor == nil)
    }

    @Test("a long time is cut into windows that the channel permits, and the mark follows window by window")
    func longest() {
        var plan = plan(.window(size: 1000), mark: PollPlan.Mark(until: now - .days(200)), overlap: .zero, longest: .days(90))
        var ask: PollPlan.Ask? = plan.begin(at: now)
        var windows: [PollPlan.Ask] = []
        while let current = ask {
            windows.append(current)
            _ = plan.take(PollPlan.Page(count: 5))
            ask = plan.durable()
            #expect(plan.mark.until == current.until)
        }
        #expect(windows.count == 3)
        #expect(windows.allSatisfy { $0.until - $0.since <= .days(90) })
        #expect(windows.first?.since == now - .days(200) && windows.last?.until == now)
    }

    @Test("an interface that only knows the time of acceptance is read again far back now and then")
    func recheck() {
        var plan = plan(
            .none, mark: PollPlan.Mark(until: now), recheck: Channel.REST.Recheck(every: .hours(6), back: .days(90)))
        #expect(plan.begin(at: now + .minutes(1)).since == now + .minutes(1) - .days(90))
        #expect(plan.begin(at: now + .minutes(2)).since == now - .minutes(10))
        #expect(plan.begin(at: now + .hours(7)).since == now + .hours(7) - .days(90))
    }

    @Test("a server whose cursor never ends is given up")
    func endless() throws {
        var plan = plan(.cursor(next: try path("next"), more: nil, size: 1, kept: false))
        var ask: PollPlan.Ask? = plan.begin(at: now)
        var pages = 0
        while ask != nil, pages < 20_000 {
            pages += 1
            guard case .deliver = plan.take(PollPlan.Page(count: 1, next: String(pages))) else { break }
            ask = plan.durable()
        }
        #expect(pages == 10_001)
    }
}

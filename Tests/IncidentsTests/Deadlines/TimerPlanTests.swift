import Incidents
import Model
import TestKit
import Testing

@Suite("Timers of deadlines fire once each")
struct TimerPlanTests {
    private let deadlines = Deadlines(calendar: Days2021.calendar, limits: Days2021.deadlines("4 work hours"))

    private func owed(_ incident: String, _ events: [CaseEvent]) -> [DeadlineTimer] {
        let facts = CaseFacts(incident: incident)
        return deadlines.timers(of: facts, deadlines.stages(of: facts, events))
    }

    private func event(_ at: String, _ what: CaseEvent.What) -> CaseEvent { CaseEvent(Days2021.at(at), what) }

    @Test("80 % and 100 % come the second after their moments, once, also when the clock is set back or forward")
    func once() {
        var plan = TimerPlan()
        plan.set(owed("2021-7", [event("2021-10-11 08:30", .entered(.handle))]), of: "2021-7")
        let near = Days2021.at("2021-10-11 11:42")
        #expect(plan.next() == near + .seconds(1))
        #expect(plan.due(at: near) == [])
        let first = plan.due(at: near + .seconds(1))
        #expect(first.map(\.id) == ["2021-7/1/handle/1/0/deadline.near"])
        #expect(first.first?.moment == near && first.first?.deadline == Days2021.at("2021-10-11 15:00"))
        // An hour back, and the events told again.
        #expect(plan.due(at: near - .hours(1)) == [])
        plan.set(owed("2021-7", [event("2021-10-11 08:30", .entered(.handle))]), of: "2021-7")
        #expect(plan.due(at: near + .seconds(2)) == [])
        // An hour ahead the deadline's timer comes by that clock, and says the true moment.
        let second = plan.due(at: Days2021.at("2021-10-11 15:30"))
        #expect(second.map(\.id) == ["2021-7/1/handle/1/0/deadline.passed"])
        #expect(second.first?.moment == Days2021.at("2021-10-11 15:00"))
        #expect(plan.due(at: Days2021.at("2021-12-31 00:00")) == [] && plan.next() == nil && plan.count == 0)
    }

    @Test("an extension moves both and names its version; the moments before it stay owed")
    func extended() {
        let one = TimeLimit("4 work hours")!
        let events = [
            event("2021-10-11 08:30", .entered(.handle)), event("2021-10-11 14:40", .extended(one, approvedBy: "李")),
        ]
        // The old 80 % came before the extension, the old deadline did not.
        #expect(
            owed("1", events).map(\.id) == [
                "1/1/handle/1/0/deadline.near", "1/1/handle/1/1/deadline.near", "1/1/handle/1/1/deadline.passed",
            ])
        var plan = TimerPlan()
        plan.set(owed("1", [events[0]]), of: "1")
        #expect(plan.due(at: Days2021.at("2021-10-11 14:40")).map(\.id) == ["1/1/handle/1/0/deadline.near"])
        plan.set(owed("1", events), of: "1")
        #expect(plan.due(at: Days2021.at("2021-10-11 15:30")) == [], "the old deadline is none any more")
        let later = plan.due(at: Days2021.at("2021-10-12 18:00"))
        #expect(later.map(\.id) == ["1/1/handle/1/1/deadline.near", "1/1/handle/1/1/deadline.passed"])
        #expect(later.map(\.moment) == [Days2021.at("2021-10-11 17:24"), Days2021.at("2021-10-12 09:30")])
    }

    @Test("a timer is an event with the timer's id, and reads back as it was")
    func events() throws {
        let timers = owed("2021-7", [event("2021-10-11 08:30", .entered(.handle))])
        #expect(timers.count == 2)
        for timer in timers {
            let stored = timer.event(received: Days2021.at("2021-10-12 00:00"))
            #expect(stored.id == timer.id && stored.subject == "2021-7" && stored.type == "cn.patrold." + timer.kind.rawValue)
            #expect(stored.payload.flatMap(DeadlineTimer.init) == timer)
        }
    }

    @Test("a suspension keeps the timers back; a stage that ended in time owes none for what did not come")
    func suspendedAndEnded() {
        let begun = [event("2021-10-11 08:30", .entered(.handle)), event("2021-10-11 10:00", .suspended)]
        #expect(owed("1", begun) == [])
        #expect(
            owed("1", begun + [event("2021-10-12 10:00", .resumed)]).map(\.moment) == [
                Days2021.at("2021-10-12 11:42"), Days2021.at("2021-10-12 15:00"),
            ])
        let ended = [event("2021-10-11 08:30", .entered(.handle)), event("2021-10-11 11:50", .entered(.check))]
        #expect(owed("1", ended).map(\.kind) == [.near])
        let inTime = [event("2021-10-11 08:30", .entered(.handle)), event("2021-10-11 15:00", .finished)]
        #expect(owed("1", inTime).map(\.kind) == [.near])
    }

    /// A history of one incident, made up.
    private func history(_ numbers: inout SeededNumbers) -> [CaseEvent] {
        var at = Days2021.at("2021-09-28 09:00") + .minutes(Int64.random(in: 0...6000, using: &numbers))
        var events = [CaseEvent(at, .entered(.handle))]
        for _ in 0..<Int.random(in: 0...6, using: &numbers) {
            at = at + .minutes(Int64.random(in: 0...1500, using: &numbers))
            let what: CaseEvent.What =
                switch Int.random(in: 0..<7, using: &numbers) {
                case 0: .suspended
                case 1: .resumed
                case 2: .extended(TimeLimit(Int.random(in: 1...6, using: &numbers), .workHour)!, approvedBy: "李")
                case 3: .returned(.dispatch)
                case 4: .reworked(.handle)
                case 5: .entered(.check)
                default: .entered(.handle)
                }
            events.append(CaseEvent(at, what))
        }
        return events
    }

    /// Every timer that reached the journal, in a run that stops and starts again, and loses what was not yet written.
    private func run(_ histories: [[CaseEvent]], _ numbers: inout SeededNumbers) -> [String] {
        var plan = TimerPlan()
        var journal: [DeadlineTimer] = []
        var now = Days2021.at("2021-09-28 00:00")
        func restart() {
            plan = TimerPlan()
            for timer in journal { plan.saw(timer.id, of: timer.incident) }
        }
        while now < Days2021.at("2021-11-20 00:00") {
            if Int.random(in: 0..<6, using: &numbers) == 0 {
                restart()
                now = now + .minutes(Int64.random(in: 0...3000, using: &numbers))
            }
            for (index, events) in histories.enumerated() {
                plan.set(owed("\(index)", events.filter { $0.at <= now }), of: "\(index)")
            }
            let due = plan.due(at: now)
            guard Int.random(in: 0..<10, using: &numbers) == 0 else {
                journal += due
                now = now + .minutes(Int64.random(in: 1...600, using: &numbers))
                continue
            }
            journal += due.prefix(Int.random(in: 0...due.count, using: &numbers))
            restart()
        }
        return journal.map(\.id)
    }

    @Test("crashes and restarts at any time lose no timer and double none", arguments: 1...100 as ClosedRange<UInt64>)
    func restarts(seed: UInt64) {
        var numbers = SeededNumbers(seed)
        let histories = (0..<4).map { _ in history(&numbers) }
        let fired = run(histories, &numbers)
        #expect(Set(fired).count == fired.count, "seed \(seed): a timer fired twice")
        // What the events owe, whatever the run went through.
        let all = histories.enumerated().flatMap { owed("\($0)", $1).map(\.id) }
        #expect(fired.sorted() == all.sorted(), "seed \(seed)")
    }
}

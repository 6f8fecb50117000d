import Feeds
import Model
import TestKit
import Testing

/// A plan's rounds under a clock that the test sets, with a camera that does at once what it is asked.
private struct PatrolBench {
    var rounds: PatrolRounds
    var now: Liveness.Moment
    var told: [PatrolVisit] = []
    var orders: [String] = []
    var ended: [String] = []
    /// Spot → why its camera does not turn.
    var problems: [String: String] = [:]
    /// Orders wait for the test.
    var isSlow = false

    init(_ plan: PatrolPlan, at time: String, past: PatrolPast? = nil) throws {
        rounds = PatrolRounds(plan: plan)
        now = Liveness.Moment(uptime: .seconds(1000), time: try #require(Timestamp(time + "+08:00")))
        take(rounds.on(.started(past: past), at: now))
    }

    mutating func on(_ input: PatrolRounds.Input) { take(rounds.on(input, at: now)) }

    mutating func take(_ actions: [PatrolRounds.Action]) {
        for action in actions {
            switch action {
            case .take(let spot):
                orders.append("take \(spot.name)")
                if !isSlow { on(.granted) }
            case .turn(let spot):
                orders.append("turn \(spot.name)")
                if !isSlow { on(problems[spot.name].map { .problem($0) } ?? .turned) }
            case .picture(let spot):
                orders.append("picture \(spot.name)")
                if !isSlow { on(.pictured("hash of \(spot.name)")) }
            case .release(let spot): orders.append("release \(spot.name)")
            case .tell(let visit): told.append(visit)
            case .ended(let round, let done, let missed):
                ended.append("\(String(round.text().dropFirst(11).prefix(5))) \(done)+\(missed)")
            }
        }
    }

    /// Lets time pass on both clocks, and the machine do what is due at each deadline.
    mutating func pass(_ span: Span) {
        let end = now.uptime + span
        while now.uptime < end {
            let next = min(max(rounds.deadline(at: now) ?? end, now.uptime + .milliseconds(1)), end)
            now = Liveness.Moment(uptime: next, time: now.time + (next - now.uptime))
            on(.tick)
        }
    }

    /// Sets the clock, as somebody with the right to do so.
    mutating func step(_ span: Span) { now.time = now.time + span }

    var facts: [String] {
        told.map { "\($0.round.dropFirst(11).prefix(5)) \($0.spot) \($0.state.rawValue)" + ($0.reason.map { " " + $0 } ?? "") }
    }
}

extension Span {
    fileprivate static func + (left: Span, right: Span) -> Span { Span(microseconds: left.microseconds + right.microseconds) }
    fileprivate static func - (left: Span, right: Span) -> Span { Span(microseconds: left.microseconds - right.microseconds) }
}

@Suite("A patrol's rounds") struct PatrolRoundsTests {
    private func plan(
        _ spots: [String] = ["a", "b"], every: Span = .minutes(60), stay: Span = .minutes(3), from: Int = 0, until: Int = 1440
    ) -> PatrolPlan {
        PatrolPlan(
            name: "p", hours: PatrolHours(from: from, until: until), recurrence: .every(every),
            spots: spots.map { PatrolSpot(name: $0, section: "钢铁大街", camera: "cam-" + $0, preset: "7", stay: stay) })
    }

    private func past(_ round: String, _ told: Set<String>) throws -> PatrolPast {
        PatrolPast(round: try #require(Timestamp(round + "+08:00")), told: told)
    }

    @Test("a round visits its spots in order, stays, takes the picture and tells it")
    func wholeRound() throws {
        var bench = try PatrolBench(plan(), at: "2021-06-01T08:30:00")
        bench.pass(.minutes(29))
        #expect(bench.orders.isEmpty && bench.told.isEmpty)
        bench.pass(.minutes(2))
        #expect(bench.orders == ["take a", "turn a"])
        bench.pass(.minutes(10))
        #expect(
            bench.orders == ["take a", "turn a", "picture a", "release a", "take b", "turn b", "picture b", "release b"])
        #expect(bench.facts == ["09:00 a done", "09:00 b done"])
        #expect(bench.ended == ["09:00 2+0"])
        let visit = try #require(bench.told.first)
        #expect(visit.round == "2021-06-01T09:00:00+08:00" && visit.plan == "p" && visit.section == "钢铁大街")
        #expect(visit.camera == "cam-a" && visit.preset == "7" && visit.snapshot == "hash of a")
        bench.pass(.hours(2))
        #expect(bench.ended == ["09:00 2+0", "10:00 2+0", "11:00 2+0"])
    }

    @Test("a camera that cannot turn is only looked through")
    func fixedCamera() throws {
        var plan = plan(["a"])
        plan.spots[0].preset = nil
        var bench = try PatrolBench(plan, at: "2021-06-01T08:59:00")
        bench.pass(.minutes(10))
        #expect(bench.orders == ["take a", "picture a", "release a"])
        #expect(bench.told.first?.preset == nil && bench.facts == ["09:00 a done"])
    }

    @Test("a spot whose camera refuses is missed with its sentence, and the next is visited")
    func oneMissed() throws {
        var bench = try PatrolBench(plan(["a", "b", "c"]), at: "2021-06-01T08:59:00")
        bench.problems["b"] = "the device refuses user or password"
        bench.pass(.minutes(20))
        #expect(
            bench.facts == ["09:00 a done", "09:00 b missed the device refuses user or password", "09:00 c done"])
        #expect(bench.ended == ["09:00 2+1"])
    }

    @Test("a camera that never answers and one that another patrol keeps are given up in time")
    func neverAnswers() throws {
        var bench = try PatrolBench(plan(), at: "2021-06-01T08:59:30")
        bench.isSlow = true
        bench.pass(.minutes(1))
        bench.on(.granted)
        bench.pass(.minutes(2))
        #expect(bench.facts == ["09:00 a missed camera cam-a did not answer within 60 s"])
        #expect(bench.orders.suffix(2) == ["release a", "take b"])
        bench.pass(.minutes(6))
        #expect(bench.facts.last == "09:00 b missed camera cam-b was on another patrol for 300 s")
    }

    @Test("an answer to a step that is over changes nothing")
    func lateAnswers() throws {
        var bench = try PatrolBench(plan(["a"]), at: "2021-06-01T08:30:00")
        for input in [PatrolRounds.Input.granted, .turned, .pictured("x"), .problem("y")] { bench.on(input) }
        bench.isSlow = true
        bench.pass(.minutes(31))
        bench.on(.pictured("x"))
        bench.on(.turned)
        #expect(bench.orders == ["take a"] && bench.told.isEmpty)
    }

    @Test("a round that comes due while one runs is missed after it; one that is only just late is begun")
    func overlap() throws {
        var bench = try PatrolBench(plan(every: .minutes(5), stay: .minutes(4)), at: "2021-06-01T08:59:30")
        bench.pass(.minutes(10))
        #expect(
            bench.facts == [
                "09:00 a done", "09:00 b done", "09:05 a missed the round before it still ran",
                "09:05 b missed the round before it still ran",
            ])
        let long = plan(["a"], every: .minutes(5), stay: .seconds(320))
        var close = try PatrolBench(long, at: "2021-06-01T08:59:30")
        close.pass(.minutes(12))
        #expect(close.facts == ["09:00 a done", "09:05 a done"])
    }

    @Test("a plan that has never run owes nothing")
    func firstStart() throws {
        var bench = try PatrolBench(plan(), at: "2021-06-01T08:30:00")
        bench.pass(.minutes(1))
        #expect(bench.told.isEmpty)
        #expect(bench.rounds.next?.text() == "2021-06-01T09:00:00+08:00")
    }

    @Test("rounds that were due while the daemon was down are missed, and one that is due right now is begun")
    func down() throws {
        var bench = try PatrolBench(plan(), at: "2021-06-01T11:00:20", past: past("2021-06-01T08:00:00", ["a", "b"]))
        #expect(
            bench.facts == [
                "09:00 a missed the daemon was down when the round was due",
                "09:00 b missed the daemon was down when the round was due",
                "10:00 a missed the daemon was down when the round was due",
                "10:00 b missed the daemon was down when the round was due",
            ])
        bench.pass(.minutes(10))
        #expect(bench.facts.suffix(2) == ["11:00 a done", "11:00 b done"])
    }

    @Test("missed rounds are told for one day only")
    func bounded() throws {
        let bench = try PatrolBench(plan(), at: "2021-06-09T12:30:00", past: past("2021-06-01T08:00:00", ["a", "b"]))
        #expect(bench.told.count == 48)
        #expect(bench.told.first?.round == "2021-06-08T13:00:00+08:00")
        #expect(bench.told.last?.round == "2021-06-09T12:00:00+08:00")
    }

    @Test("a round that a restart interrupts is gone on with where it stopped")
    func resume() throws {
        var bench = try PatrolBench(plan(["a", "b", "c"]), at: "2021-06-01T09:10:00", past: past("2021-06-01T09:00:00", ["a"]))
        #expect(bench.orders == ["take b", "turn b"])
        bench.pass(.minutes(10))
        #expect(bench.facts == ["09:00 b done", "09:00 c done"])
        bench.pass(.minutes(60))
        #expect(bench.ended == ["09:00 2+0", "10:00 3+0"])
    }

    @Test("an interrupted round is not gone on with after the next is due, after an hour, or after hours")
    func tooLateToResume() throws {
        let missed = "missed the daemon stopped in the middle of the round"
        let next = try PatrolBench(plan(), at: "2021-06-01T10:10:00", past: past("2021-06-01T09:00:00", ["a"]))
        #expect(next.facts.first == "09:00 b \(missed)" && next.told.count == 3)
        let hour = try PatrolBench(plan(every: .hours(6)), at: "2021-06-01T07:10:00", past: past("2021-06-01T06:00:00", ["a"]))
        #expect(hour.facts == ["06:00 b \(missed)"])
        let night = try PatrolBench(
            plan(from: 480, until: 1080), at: "2021-06-01T18:05:00", past: past("2021-06-01T17:30:00", ["a"]))
        #expect(night.facts == ["17:30 b \(missed)"])
        let old = try PatrolBench(plan(every: .hours(24)), at: "2021-06-09T07:10:00", past: past("2021-06-01T00:00:00", ["a"]))
        #expect(old.told.map(\.round) == ["2021-06-09T00:00:00+08:00", "2021-06-09T00:00:00+08:00"])
    }

    @Test("a clock set forward misses the rounds in between, and says so; the one due now is begun")
    func forward() throws {
        var bench = try PatrolBench(plan(["a"]), at: "2021-06-01T08:30:00")
        bench.pass(.minutes(1))
        bench.step(.hours(2) + .minutes(29) + .seconds(10))
        bench.on(.tick)
        #expect(
            bench.facts == [
                "09:00 a missed the clock was set forward by 8950 s when the round was due",
                "10:00 a missed the clock was set forward by 8950 s when the round was due",
            ])
        bench.pass(.minutes(5))
        #expect(bench.facts.last == "11:00 a done")
    }

    @Test("a clock set back repeats no round, and rounds go on when it has caught up")
    func back() throws {
        var bench = try PatrolBench(plan(["a"]), at: "2021-06-01T08:59:00")
        bench.pass(.minutes(10))
        bench.step(Span.zero - .minutes(30))
        bench.pass(.minutes(70))
        #expect(bench.facts == ["09:00 a done"])
        bench.pass(.minutes(20))
        #expect(bench.facts == ["09:00 a done", "10:00 a done"])
    }

    @Test("a clock that was years ahead and is corrected does not stop the patrols")
    func wayBack() throws {
        var bench = try PatrolBench(plan(["a"]), at: "2036-06-01T08:30:00")
        bench.pass(.minutes(40))
        bench.step(Span.zero - .days(3650))
        bench.pass(.minutes(70))
        #expect(bench.ended.count == 2)
        #expect(bench.told.last?.round.hasPrefix("2026-") == true)
        var stored = try PatrolBench(plan(["a"]), at: "2026-06-01T08:30:00", past: past("2036-06-01T08:00:00", []))
        stored.pass(.minutes(40))
        #expect(stored.facts == ["09:00 a done"])
    }

    @Test("a step in the middle of a stay neither shortens nor lengthens it", arguments: [-7200, 60, 7200] as [Int64])
    func stepWithinStay(seconds: Int64) throws {
        var bench = try PatrolBench(plan(["a"]), at: "2021-06-01T08:59:59")
        bench.pass(.seconds(61))
        bench.step(.seconds(seconds))
        bench.pass(.seconds(115))
        #expect(bench.orders == ["take a", "turn a"])
        bench.pass(.seconds(10))
        #expect(bench.orders == ["take a", "turn a", "picture a", "release a"])
    }

    @Test("a machine that stood still says so")
    func suspended() throws {
        var bench = try PatrolBench(plan(["a"]), at: "2021-06-01T08:30:00")
        bench.now = Liveness.Moment(uptime: bench.now.uptime + .hours(1), time: bench.now.time + .hours(1))
        bench.on(.tick)
        #expect(bench.facts == ["09:00 a missed the machine stood still when the round was due"])
    }

    @Test("a plan that is given up tells what was left, and nothing afterwards")
    func abandoned() throws {
        var bench = try PatrolBench(plan(["a", "b", "c"], every: .minutes(5), stay: .minutes(4)), at: "2021-06-01T08:59:30")
        bench.pass(.minutes(6))
        bench.on(.abandoned("the plan was removed"))
        #expect(bench.facts.suffix(5).allSatisfy { $0.hasSuffix("missed the plan was removed") })
        #expect(bench.told.count == 6)
        bench.pass(.hours(2))
        #expect(bench.told.count == 6)
    }

    @Test("whatever happens, every spot of every round due is told once, and rounds in order")
    func everySpotOnce() throws {
        var numbers = SeededNumbers(2024)
        for _ in 0..<60 {
            let spots = ["a", "b", "c", "d"].prefix(Int.random(in: 1...4, using: &numbers))
            let plan = plan(
                Array(spots), every: .minutes(Int64.random(in: 3...40, using: &numbers)),
                stay: .seconds(Int64.random(in: 0...400, using: &numbers)))
            var bench = try PatrolBench(plan, at: "2021-06-01T08:30:00")
            let start = bench.now.time
            for _ in 0..<30 {
                if Int.random(in: 0..<3, using: &numbers) == 0 {
                    bench.problems = spots.randomElement(using: &numbers).map { [$0: "no"] } ?? [:]
                }
                bench.isSlow = Int.random(in: 0..<6, using: &numbers) == 0
                bench.pass(.seconds(Int64.random(in: 1...2000, using: &numbers)))
                let step = Int64.random(in: 0...4000, using: &numbers)
                if Int.random(in: 0..<8, using: &numbers) == 0 { bench.step(.seconds(step)) }
            }
            bench.isSlow = false
            bench.pass(.minutes(1))
            bench.on(.abandoned("over"))
            let facts = bench.told.map { $0.round + "/" + $0.spot }
            #expect(Set(facts).count == facts.count)
            let due = plan.due(after: start, through: bench.now.time).flatMap { round in spots.map { round.text() + "/" + $0 } }
            #expect(facts.sorted() == due.sorted())
            #expect(bench.told.map(\.round) == bench.told.map(\.round).sorted())
        }
    }
}

import Glibc
import Incidents
import Model
import TestKit
import Testing

@Suite("Deadlines equal those found by walking minutes")
struct DeadlineOracleTests {
    /// From `PATROLD_SEED`, else a new one each run; it stands in every message and is printed.
    private static let seed: UInt64 =
        getenv("PATROLD_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 1...UInt64(UInt32.max))
    private static let start = Day(year: 2021, month: 1, day: 1)!.start(in: .shanghai)

    private static func moment(_ minute: Int) -> Timestamp { start + .minutes(Int64(minute)) }

    private static func limit(_ numbers: inout some RandomNumberGenerator) -> TimeLimit {
        switch Int.random(in: 0..<8, using: &numbers) {
        case 0: TimeLimit(tenths: Int.random(in: 1...100, using: &numbers), .urgentHour)!
        case 1...3: TimeLimit(tenths: Int.random(in: 1...240, using: &numbers), .workHour)!
        case 4: TimeLimit(Int.random(in: 1...12, using: &numbers), .naturalDay)!
        case 5: TimeLimit(Int.random(in: 6...20, using: &numbers), .workDay)!
        default: TimeLimit(Int.random(in: 1...5, using: &numbers), .workDay)!
        }
    }

    private static func manner(_ numbers: inout some RandomNumberGenerator) -> LimitTable.Manner {
        var manner = LimitTable.Manner()
        manner.workDay = Bool.random(using: &numbers) ? .sameMoment : .endOfDay
        manner.naturalDay = Bool.random(using: &numbers) ? .sameMoment : .endOfDay
        manner.returned = Bool.random(using: &numbers) ? .restart : .goOn
        manner.near = Int.random(in: 0..<3, using: &numbers) == 0 ? Int.random(in: 1...99, using: &numbers) : 80
        return manner
    }

    /// One made-up case: its events, and what the oracle has to know.
    private struct Case {
        var events: [CaseEvent] = []
        var start: Int
        var pauses: [(from: Int, until: Int?)] = []
        var limits: [TimeLimit]

        init(_ manner: LimitTable.Manner, _ numbers: inout some RandomNumberGenerator) {
            start = Int.random(in: 0..<2190 * 1440, using: &numbers)
            limits = [DeadlineOracleTests.limit(&numbers)]
            add(start, .entered(.handle))
            var at = start
            for _ in 0..<Int.random(in: 0...3, using: &numbers) {
                at += Int.random(in: 0...4000, using: &numbers)
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0: extend(at, &numbers)
                case 1: at = comeBack(at, manner, &numbers)
                default: at = suspend(at, &numbers)
                }
                if pauses.last.map({ $0.until == nil }) ?? false { return }
            }
        }

        private mutating func add(_ minute: Int, _ what: CaseEvent.What) {
            events.append(CaseEvent(DeadlineOracleTests.moment(minute), what))
        }

        private mutating func extend(_ at: Int, _ numbers: inout some RandomNumberGenerator) {
            let limit = DeadlineOracleTests.limit(&numbers)
            add(at, .extensionAsked(limit))
            guard Int.random(in: 0..<4, using: &numbers) > 0 else { return }
            add(at, .extended(limit, approvedBy: "值班长"))
            limits.append(limit)
        }

        private mutating func suspend(_ at: Int, _ numbers: inout some RandomNumberGenerator) -> Int {
            add(at, .suspended)
            guard Int.random(in: 0..<10, using: &numbers) > 0 else {
                pauses.append((at, nil))
                return at
            }
            let until = at + Int.random(in: 0...6000, using: &numbers)
            add(until, .resumed)
            pauses.append((at, until))
            return until
        }

        /// 回退, and dispatched again.
        private mutating func comeBack(
            _ at: Int, _ manner: LimitTable.Manner, _ numbers: inout some RandomNumberGenerator
        ) -> Int {
            let again = at + Int.random(in: 0...3000, using: &numbers)
            add(at, .returned(.dispatch))
            add(again, .entered(.handle))
            if manner.returned == .goOn {
                pauses.append((at, again))
            } else {
                (start, pauses, limits) = (again, [], [limits[0]])
            }
            return again
        }
    }

    @Test("random calendars, limits, suspensions, extensions and ways back give the same moments, to the second")
    func walks() throws {
        print("deadlines against the oracle: PATROLD_SEED=\(Self.seed)")
        var numbers = SeededNumbers(Self.seed)
        var counted = (cases: 0, open: 0, extended: 0, paused: 0)
        for calendar in 0..<12 {
            let plain = PlainCalendar(numbers: &numbers)
            let manner = Self.manner(&numbers)
            let oracle = MinuteOracle(plain, manner)
            let workCalendar = plain.workCalendar
            for index in 0..<400 {
                let one = Case(manner, &numbers)
                let table = LimitTable(version: "t", manner: manner, rules: [.init(.handle, limit: one.limits[0])])
                let deadlines = Deadlines(calendar: workCalendar, limits: table)
                let stage = try #require(
                    deadlines.stages(of: CaseFacts(incident: "i"), one.events).last { $0.run.stage == .handle })
                let parts = oracle.parts(one.limits, from: one.start, one.pauses)
                let isWhole = parts.count == one.limits.count
                let due = isWhole ? parts.last?.due.map { Self.moment($0) } : nil
                let near =
                    isWhole
                    ? oracle.near(parts, percent: manner.near, one.pauses).map { Self.start + .seconds(Int64($0)) } : nil
                let account = deadlines.account(stage)
                let total = Int64(parts.reduce(0) { $0 + $1.minutes } * 60)
                guard stage.due == due, stage.near == near, due == nil || account.counted == total else {
                    Issue.record(
                        """
                        seed \(Self.seed), calendar \(calendar), case \(index): due \(stage.due?.text() ?? "none") for \
                        \(due?.text() ?? "none"), near \(stage.near?.text() ?? "none") for \(near?.text() ?? "none"), \
                        counted \(account.counted) for \(total); \(one), \(manner)
                        """)
                    return
                }
                counted.cases += 1
                counted.open += due == nil ? 1 : 0
                counted.extended += one.limits.count > 1 ? 1 : 0
                counted.paused += one.pauses.isEmpty ? 0 : 1
            }
        }
        print("\(counted.cases) cases: \(counted.open) held up, \(counted.extended) extended, \(counted.paused) paused")
        #expect(counted.cases == 4800)
        // The cases reach every corner; else they would prove little.
        #expect(counted.open > 80 && counted.extended > 400 && counted.paused > 1000)
    }

    @Test("seconds count, their fractions do not")
    func seconds() throws {
        var numbers = SeededNumbers(Self.seed)
        let plain = PlainCalendar(numbers: &numbers)
        let oracle = MinuteOracle(plain, LimitTable.Manner())
        let calendar = plain.workCalendar
        for index in 0..<80 {
            let limit = TimeLimit(
                tenths: Int.random(in: 1...30, using: &numbers), Bool.random(using: &numbers) ? .urgentHour : .workHour)!
            let start = Int.random(in: 0..<2190 * 86400, using: &numbers)
            let pause = start + Int.random(in: 0...90000, using: &numbers)
            let until = pause + Int.random(in: 0...90000, using: &numbers)
            let events = [(start, CaseEvent.What.entered(.handle)), (pause, .suspended), (until, .resumed)].map { second, what in
                let fraction = Span(microseconds: Int64.random(in: 0..<1_000_000, using: &numbers))
                return CaseEvent(Self.start + .seconds(Int64(second)) + fraction, what)
            }
            let deadlines = Deadlines(
                calendar: calendar, limits: LimitTable(version: "t", rules: [.init(.handle, limit: limit)]))
            let stage = try #require(deadlines.stages(of: CaseFacts(incident: "i"), events).first)
            let due = oracle.due(
                limit.tenths * 360, natural: limit.unit == .urgentHour, from: start, pause: pause..<until)
            #expect(stage.due == Self.start + .seconds(Int64(due)), "seed \(Self.seed), case \(index)")
        }
    }
}

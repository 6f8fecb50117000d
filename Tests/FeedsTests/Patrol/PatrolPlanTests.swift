import Feeds
import Model
import TestKit
import Testing

@Suite("When a patrol's rounds are due") struct PatrolPlanTests {
    private func plan(
        _ recurrence: PatrolPlan.Recurrence, days: Set<Int> = Set(1...7), from: Int = 0, until: Int = 1440
    ) -> PatrolPlan {
        PatrolPlan(
            name: "p", days: days, hours: PatrolHours(from: from, until: until), recurrence: recurrence,
            spots: [PatrolSpot(name: "s", section: "钢铁大街", camera: "cam-1", preset: "1")])
    }

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text + "+08:00")) }

    private func due(_ plan: PatrolPlan, _ after: String, _ through: String) throws -> [String] {
        plan.due(after: try time(after), through: try time(through)).map { String($0.text().prefix(16)) }
    }

    @Test("rounds begin with the working hours and end before their end")
    func everySoOften() throws {
        let plan = plan(.every(.minutes(150)), from: 8 * 60, until: 18 * 60)
        #expect(
            try due(plan, "2021-06-01T00:00:00", "2021-06-02T08:00:00") == [
                "2021-06-01T08:00", "2021-06-01T10:30", "2021-06-01T13:00", "2021-06-01T15:30", "2021-06-02T08:00",
            ])
        #expect(try due(plan, "2021-06-01T08:00:00", "2021-06-01T10:30:00") == ["2021-06-01T10:30"])
        #expect(try due(plan, "2021-06-01T18:00:00", "2021-06-02T07:59:59").isEmpty)
    }

    @Test("hours over midnight belong to the day on which they begin")
    func overMidnight() throws {
        // 2021-06-04 was a Friday.
        let plan = plan(.every(.minutes(180)), days: [5], from: 22 * 60, until: 6 * 60)
        #expect(
            try due(plan, "2021-06-01T00:00:00", "2021-06-12T00:00:00") == [
                "2021-06-04T22:00", "2021-06-05T01:00", "2021-06-05T04:00", "2021-06-11T22:00",
            ])
        #expect(plan.isWorking(at: try time("2021-06-05T05:59:59")))
        #expect(!plan.isWorking(at: try time("2021-06-05T06:00:00")))
        #expect(!plan.isWorking(at: try time("2021-06-04T05:00:00")))
    }

    @Test("fixed times keep to the days and to hours over midnight, and a weekend is passed over")
    func times() throws {
        let workdays = plan(.times([8 * 60, 14 * 60 + 30]), days: [1, 2, 3, 4, 5])
        #expect(
            try due(workdays, "2021-06-04T12:00:00", "2021-06-07T12:00:00") == ["2021-06-04T14:30", "2021-06-07T08:00"])
        let nights = plan(.times([23 * 60, 2 * 60, 12 * 60]), days: [5], from: 22 * 60, until: 6 * 60)
        #expect(
            try due(nights, "2021-06-01T00:00:00", "2021-06-08T00:00:00") == ["2021-06-04T23:00", "2021-06-05T02:00"])
    }

    @Test("a leap day is a day, the year's end none, and civil time has no summer")
    func calendar() throws {
        let daily = plan(.times([60]))
        #expect(
            try due(daily, "2024-02-28T12:00:00", "2024-03-01T12:00:00") == ["2024-02-29T01:00", "2024-03-01T01:00"])
        #expect(
            try due(daily, "2021-12-31T12:00:00", "2022-01-02T12:00:00") == ["2022-01-01T01:00", "2022-01-02T01:00"])
        let dues = daily.due(after: try time("2021-01-01T00:00:00"), through: try time("2022-01-01T00:00:00"))
        #expect(dues.count == 365)
        #expect(zip(dues, dues.dropFirst()).allSatisfy { $1 - $0 == .days(1) })
        #expect(PatrolPlan.weekday(try #require(Day("1969-12-31"))) == 3)
        #expect(PatrolPlan.weekday(try #require(Day("2024-02-29"))) == 4)
    }

    @Test("the next round is the first that is due, and a plan without days has none")
    func next() throws {
        let weekly = plan(.times([60]), days: [1])
        #expect(weekly.next(after: try time("2021-06-07T01:00:00"))?.text() == "2021-06-14T01:00:00+08:00")
        #expect(plan(.times([60]), days: []).next(after: try time("2021-06-07T01:00:00")) == nil)
        #expect(plan(.times([]), days: [1]).next(after: try time("2021-06-07T01:00:00")) == nil)
    }

    @Test("walking from one round to the next meets the same rounds as asking for all of them")
    func nextAndDue() throws {
        var numbers = SeededNumbers(11)
        for _ in 0..<200 {
            let recurrence: PatrolPlan.Recurrence =
                Bool.random(using: &numbers)
                ? .every(.minutes(Int64.random(in: 1...700, using: &numbers)))
                : .times((0..<4).map { _ in Int.random(in: 0..<1440, using: &numbers) })
            let plan = plan(
                recurrence, days: Set((1...7).filter { _ in Bool.random(using: &numbers) }),
                from: Int.random(in: 0..<1440, using: &numbers), until: Int.random(in: 1...1440, using: &numbers))
            let start = Timestamp(seconds: Int64.random(in: 0...2_000_000_000, using: &numbers))
            let all = plan.due(after: start, through: start + .days(5))
            var (walked, place) = ([Timestamp](), start)
            while let next = plan.next(after: place), next <= start + .days(5) {
                walked.append(next)
                place = next
            }
            #expect(all == walked)
            #expect(all.allSatisfy { plan.isWorking(at: $0) })
        }
    }

    @Test("asking about decades gives the newest rounds and ends")
    func bounded() throws {
        let plan = plan(.every(.minutes(1)))
        let dues = plan.due(after: Timestamp(seconds: 0), through: try time("2036-01-01T00:00:00"), limit: 100)
        #expect(dues.count == 100)
        #expect(dues.last?.text() == "2036-01-01T00:00:00+08:00")
    }
}

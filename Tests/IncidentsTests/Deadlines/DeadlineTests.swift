import Incidents
import Model
import Testing

@Suite("Deadlines that a clerk can recount")
struct DeadlineTests {
    private func stage(
        _ limit: String, _ events: [(String, CaseEvent.What)], _ change: (inout LimitTable.Manner) -> Void = { _ in }
    ) -> (Deadlines, StageDeadline) {
        let deadlines = Deadlines(calendar: Days2021.calendar, limits: Days2021.deadlines(limit, change))
        let stages = deadlines.stages(
            of: CaseFacts(incident: "2021-1"), events.map { CaseEvent(Days2021.at($0.0), $0.1, by: "王") })
        return (deadlines, stages.last { $0.run.stage == .handle }!)
    }

    private func due(
        _ limit: String, from start: String, _ change: (inout LimitTable.Manner) -> Void = { _ in }
    ) -> String? {
        stage(limit, [(start, .entered(.handle))], change).1.due?.minute(.shanghai)
    }

    @Test(
        "a limit ends when its time is used up",
        arguments: [
            // Over the National Day: 40 minutes on 30 September, the rest on 8 October.
            ("4 work hours", "2021-09-30 17:20", "2021-10-08 11:50"),
            ("0.5 work hours", "2021-09-30 17:30", "2021-09-30 18:00"),
            // 9 October is a Saturday that is worked.
            ("4 work hours", "2021-10-08 17:00", "2021-10-09 11:30"),
            ("1 work day", "2021-10-08 15:00", "2021-10-09 15:00"),
            ("1 work day", "2021-10-09 15:00", "2021-10-11 15:00"),
            // Begun after hours it counts from the next morning, and the whole next day is its own.
            ("1 work day", "2021-09-30 19:00", "2021-10-08 18:00"),
            ("1 work day", "2021-10-02 10:00", "2021-10-08 18:00"),
            // In the lunch hour.
            ("2 work hours", "2021-10-11 12:40", "2021-10-11 16:30"),
            ("4 urgent hours", "2021-10-01 23:00", "2021-10-02 03:00"),
            ("3 natural days", "2021-09-30 17:20", "2021-10-03 17:20"),
            ("3 months", "2021-11-30 10:00", "2022-02-28 10:00"),
            // 20 working days with the Mid-Autumn holiday and the National Day between.
            ("20 work days", "2021-09-13 10:00", "2021-10-15 10:00"),
        ])
    func moments(limit: String, from: String, expected: String) {
        #expect(due(limit, from: from) == expected)
    }

    @Test(
        "by the other manner the first day does not count and the last one counts whole",
        arguments: [
            ("1 work day", "2021-10-08 15:00", "2021-10-09 18:00"), ("1 work day", "2021-09-30 07:00", "2021-10-08 18:00"),
            ("1 work day", "2021-10-02 10:00", "2021-10-08 18:00"), ("2 natural days", "2021-10-02 10:00", "2021-10-05 00:00"),
        ])
    func endOfDay(limit: String, from: String, expected: String) {
        let found = due(limit, from: from) { manner in
            manner.workDay = .endOfDay
            manner.naturalDay = .endOfDay
        }
        #expect(found == expected)
    }

    @Test("29 February 2024 is a day like the others")
    func leapDay() {
        // 2024 is not in this calendar: Monday to Friday, and the account says so.
        #expect(due("1 work day", from: "2024-02-28 15:00") == "2024-02-29 15:00")
        #expect(due("1 work day", from: "2024-02-29 15:00") == "2024-03-01 15:00")
        #expect(due("24 urgent hours", from: "2024-02-28 15:00") == "2024-02-29 15:00")
        #expect(due("1 natural day", from: "2024-02-29 15:00") == "2024-03-01 15:00")
        #expect(due("1 month", from: "2024-01-31 15:00") == "2024-02-29 15:00")
        #expect(due("1 month", from: "2024-02-29 15:00") == "2024-03-29 15:00")
    }

    @Test("a suspension does not count; while it lasts there is no deadline but what had passed before")
    func suspension() {
        let first: [(String, CaseEvent.What)] = [("2021-10-08 09:00", .entered(.handle)), ("2021-10-08 10:00", .suspended)]
        let (deadlines, held) = stage("2 work hours", first)
        #expect(held.due == nil && held.isSuspended && held.light(at: Days2021.at("2021-10-20 00:00")) == .green)
        #expect(deadlines.account(held).lines.contains(.heldUp(left: 3600)))
        #expect(stage("2 work hours", first + [("2021-10-11 15:00", .resumed)]).1.due == Days2021.at("2021-10-11 16:00"))
        let late: [(String, CaseEvent.What)] = [("2021-10-08 09:00", .entered(.handle)), ("2021-10-08 15:30", .suspended)]
        #expect(stage("2 work hours", late).1.due == Days2021.at("2021-10-08 11:00"))
    }

    @Test("an extension begins where the limit ends, and only when somebody approved it")
    func extension_() {
        let day = TimeLimit(1, .workDay)!
        let asked: [(String, CaseEvent.What)] = [
            ("2021-10-08 09:00", .entered(.handle)), ("2021-10-08 10:00", .extensionAsked(day)),
        ]
        let (deadlines, refused) = stage("2 work hours", asked)
        #expect(refused.due == Days2021.at("2021-10-08 11:00") && refused.version == 0)
        #expect(deadlines.account(refused).chinese().contains("10-08 10:00 申请延时 1 个工作日，未经批准，不计"))
        let granted = stage("2 work hours", asked + [("2021-10-08 10:30", .extended(day, approvedBy: "李科长"))]).1
        #expect(granted.due == Days2021.at("2021-10-09 11:00") && granted.version == 1)
        let hours = stage(
            "2 work hours", [asked[0], ("2021-10-08 10:30", .extended(TimeLimit(3, .urgentHour)!, approvedBy: "李科长"))]
        ).1
        #expect(hours.due == Days2021.at("2021-10-08 14:00"))
    }

    private static let there: [(String, CaseEvent.What)] = [
        ("2021-10-08 09:00", .entered(.handle)), ("2021-10-08 10:00", .returned(.dispatch)),
        ("2021-10-08 15:00", .entered(.handle)),
    ]

    @Test("after 回退 the handling begins anew, or goes on with what was left, as the city has it")
    func returned() {
        let anew = stage("2 work hours", Self.there).1
        #expect(anew.due == Days2021.at("2021-10-08 17:00") && anew.run.visit == 2)
        let goesOn = stage("2 work hours", Self.there) { $0.returned = .goOn }.1
        #expect(goesOn.due == Days2021.at("2021-10-08 16:00") && goesOn.run.visit == 1)
    }

    @Test("返工 has its own manner; a late handling that goes on is late at once")
    func rework() {
        let events: [(String, CaseEvent.What)] = [
            ("2021-10-08 09:00", .entered(.handle)), ("2021-10-08 16:00", .entered(.check)),
            ("2021-10-09 09:00", .reworked(.handle)),
        ]
        #expect(stage("2 work hours", events).1.due == Days2021.at("2021-10-09 11:00"))
        let goesOn = stage("2 work hours", events) { $0.rework = .goOn }.1
        #expect(goesOn.due == Days2021.at("2021-10-08 11:00"))
        #expect(goesOn.light(at: Days2021.at("2021-10-09 09:01")) == .red)
        #expect(stage("2 work hours", events) { $0.returned = .goOn }.1.due == Days2021.at("2021-10-09 11:00"))
    }

    @Test("a reopened case begins a new round with everything anew; a suspension ends with the move")
    func rounds() {
        let deadlines = Deadlines(
            calendar: Days2021.calendar,
            limits: LimitTable(version: "t", rules: [.init(.handle, limit: TimeLimit("2 work hours")!)]))
        let events: [(String, CaseEvent.What)] = [
            ("2021-10-08 08:30", .entered(.dispatch)), ("2021-10-08 09:00", .entered(.accept)),
            ("2021-10-08 09:30", .entered(.handle)), ("2021-10-08 10:00", .suspended), ("2021-10-08 11:00", .finished),
            ("2021-10-11 09:00", .reopened(.handle)),
        ]
        let stages = deadlines.stages(of: CaseFacts(incident: "1"), events.map { CaseEvent(Days2021.at($0.0), $0.1) })
        #expect(stages.map(\.run.stage) == [.dispatch, .accept, .handle, .handle])
        #expect(stages.map(\.run.round) == [1, 1, 1, 2])
        #expect(stages[2].run.began == Days2021.at("2021-10-08 09:00"), "the handling counts from the dispatch")
        #expect(stages[2].isInTime == true && stages[0].isInTime == nil)
        #expect(stages[2].run.pauses.first?.until == Days2021.at("2021-10-08 11:00"))
        #expect(stages[3].due == Days2021.at("2021-10-11 11:00") && !stages[3].isSuspended)
    }

    @Test("handling may count from the acceptance")
    func fromAcceptance() {
        let events: [(String, CaseEvent.What)] = [
            ("2021-10-08 09:00", .entered(.accept)), ("2021-10-08 10:00", .entered(.handle)),
        ]
        #expect(stage("2 work hours", events).1.due == Days2021.at("2021-10-08 11:00"))
        #expect(stage("2 work hours", events) { $0.handleFrom = .accept }.1.due == Days2021.at("2021-10-08 12:00"))
    }

    @Test("the first line of the list that fits holds")
    func firstRule() {
        let table = LimitTable(
            version: "t",
            rules: [
                .init(.handle, category: "0501", urgent: true, limit: TimeLimit("1 urgent hour")!),
                .init(.handle, category: "0501", limit: TimeLimit("2 work hours")!),
                .init(.handle, category: "05", limit: TimeLimit("4 work hours")!),
                .init(.check, limit: TimeLimit("1 work day")!),
            ])
        #expect(table.rule(.handle, category: "0501", urgent: true)?.limit.english == "1 urgent hour")
        #expect(table.rule(.handle, category: "0501", urgent: false)?.limit.english == "2 work hours")
        #expect(table.rule(.handle, category: "0504", urgent: true)?.limit.english == "4 work hours")
        #expect(table.rule(.handle, category: "0102", urgent: true) == nil)
        #expect(table.rule(.handle, category: nil, urgent: true) == nil)
        #expect(table.rule(.check, category: nil, urgent: false)?.limit.chinese == "1 个工作日")
    }

    @Test("up to 80 % green, up to the deadline yellow, the second after it red")
    func light() {
        let stage = stage("4 work hours", [("2021-10-11 08:30", .entered(.handle))]).1
        // 192 of 240 minutes are used at 11:42.
        #expect(stage.near == Days2021.at("2021-10-11 11:42") && stage.due == Days2021.at("2021-10-11 15:00"))
        #expect(stage.light(at: Days2021.at("2021-10-11 11:42")) == .green)
        #expect(stage.light(at: Days2021.at("2021-10-11 11:42") + .seconds(1)) == .yellow)
        #expect(stage.light(at: Days2021.at("2021-10-11 15:00") + .milliseconds(999)) == .yellow)
        #expect(stage.light(at: Days2021.at("2021-10-11 15:00") + .seconds(1)) == .red)
    }

    @Test("an event with an earlier time than the one before (a clock was set back) counts at the time of the one before")
    func backwards() {
        let events: [(String, CaseEvent.What)] = [
            ("2021-10-08 09:00", .entered(.handle)), ("2021-10-08 10:00", .suspended), ("2021-10-08 09:30", .resumed),
        ]
        #expect(stage("2 work hours", events).1.due == Days2021.at("2021-10-08 11:00"))
    }
}

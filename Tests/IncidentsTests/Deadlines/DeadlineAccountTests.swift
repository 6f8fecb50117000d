import Incidents
import Model
import Testing

@Suite("A deadline says line by line why it is")
struct DeadlineAccountTests {
    private func account(_ limit: String, _ run: StageRun, at now: Timestamp? = nil) -> DeadlineAccount {
        let deadlines = Deadlines(calendar: Days2021.calendar, limits: Days2021.deadlines(limit))
        let rule = LimitTable.Rule(.handle, category: "0501", limit: TimeLimit(limit)!, basis: "本市标准")
        return deadlines.account(deadlines.deadline(run, rule: rule), at: now)
    }

    @Test("over the National Day, with a suspension, in Chinese")
    func chinese() {
        let run = StageRun(
            stage: .handle, began: Days2021.at("2021-09-30 17:20"),
            pauses: [.init(from: Days2021.at("2021-10-08 09:30"), until: Days2021.at("2021-10-09 09:00"), note: "等待配件")])
        #expect(
            account("4 work hours", run, at: Days2021.at("2021-10-09 11:00")).chinese() == [
                "2021-09-30 17:20 派遣，处置限 4 个工作小时（本市标准）",
                "依据：时限表 t1 版，工作日历 2021 版",
                "09-30 17:20–18:00 计 40 分",
                "10-01…10-07 国庆节不计",
                "10-08 08:30–09:30 计 1 小时",
                "挂账 10-08 09:30–10-09 09:00 不计（等待配件）",
                "10-09（国庆节调休上班） 09:00–11:20 计 2 小时 20 分",
                "用到 80 % 的时刻 2021-10-09 10:32",
                "期限 2021-10-09 11:20",
                "已用 3 小时 40 分，占 92 %，黄灯",
            ])
    }

    @Test("the plain case reads as a clerk would say it, in both languages")
    func plain() {
        let run = StageRun(stage: .handle, began: Days2021.at("2021-09-30 17:20"))
        let account = account("4 work hours", run)
        #expect(
            account.chinese().dropFirst(2) == [
                "09-30 17:20–18:00 计 40 分", "10-01…10-07 国庆节不计", "10-08 08:30–11:50 计 3 小时 20 分",
                "用到 80 % 的时刻 2021-10-08 11:02", "期限 2021-10-08 11:50",
            ])
        #expect(
            account.english() == [
                "2021-09-30 17:20 handling begins, limit 4 work hours (本市标准)",
                "by the limits t1 and the working calendar 2021",
                "09-30 17:20–18:00 counts 40 min", "10-01…10-07 holiday 国庆节, does not count",
                "10-08 08:30–11:50 counts 3 h 20 min", "80 % used at 2021-10-08 11:02", "deadline 2021-10-08 11:50",
            ])
    }

    @Test("long limits are told in runs of days, and years without published holidays are named")
    func long() {
        let run = StageRun(
            stage: .handle, began: Days2021.at("2021-12-20 10:00"), ended: Days2021.at("2022-01-20 10:00"),
            extensions: [.init(at: Days2021.at("2021-12-25 09:00"), limit: TimeLimit("2 自然日")!, approvedBy: "李科长")])
        let account = account("12 work days", run)
        #expect(
            account.chinese().dropFirst(2) == [
                "12-20 10:00–12:00、14:30–18:00 计 5 小时 30 分", "12-21…12-24 4 个工作日计 28 小时", "12-25…12-26 周末不计",
                "12-27…12-31 5 个工作日计 35 小时", "01-01…01-02 周末不计", "01-03…01-04 2 个工作日计 14 小时",
                "01-05 08:30–10:00 计 1 小时 30 分", "12-25 09:00 延时 2 个自然日，李科长批准，自原期限接续计算",
                "01-05 10:00–01-07 10:00 连续计 48 小时", "2022 年放假安排不在本日历中，暂按周一至周五上班推定",
                "用到 80 % 的时刻 2022-01-06 07:36", "期限 2022-01-07 10:00", "2022-01-20 10:00 本阶段结束，超时",
                "已用 444 小时，占 337 %，红灯",
            ])
        #expect(account.counted == (84 + 48) * 3600)
    }

    @Test("a limit that begins outside of working hours says from when it counts; a suspension that lasts, what is left")
    func waits() {
        let run = StageRun(
            stage: .handle, began: Days2021.at("2021-10-02 10:00"),
            pauses: [.init(from: Days2021.at("2021-10-08 09:30"))])
        #expect(
            account("2 work hours", run).chinese().dropFirst(2) == [
                "起算时不在工作时间，自 10-08 08:30 起计", "10-02…10-07 国庆节不计", "10-08 08:30–09:30 计 1 小时",
                "挂账 10-08 09:30–至今 不计", "挂账期间期限待定，恢复后尚余 1 小时",
            ])
    }
}

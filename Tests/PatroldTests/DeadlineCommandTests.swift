import Foundation
import Model
import TestKit
import Testing

/// What a clerk sees of calendar and deadlines, with the smallest configuration that there is and no daemon.
@Suite
struct DeadlineCommandTests {
    private let folder: TemporaryFolder
    private let config: String

    init() throws {
        folder = try TemporaryFolder()
        config = try folder.write("bureau: {name: 甲局}\n", to: "patrold.yaml")
    }

    private func run(_ words: String...) throws -> Program.Outcome {
        try Program.run(words + ["--lang", "zh", "--config", config])
    }

    @Test("the account of a deadline over the National Day")
    func deadline() throws {
        let outcome = try run("deadline", "--from", "2021-09-30T17:20", "--limit", "4 work hours")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.output.split(separator: "\n") == [
                "2021-09-30 17:20 派遣，处置限 4 个工作小时", "依据：时限表 example-1 版，工作日历 2021-2026/1 版", "09-30 17:20–18:00 计 40 分",
                "10-01…10-07 国庆节不计", "10-08 08:30–11:50 计 3 小时 20 分", "用到 80 % 的时刻 2021-10-08 11:02", "期限 2021-10-08 11:50",
            ])
    }

    @Test("by category and urgency, with a suspension and an extension, as JSON")
    func json() throws {
        let outcome = try run(
            "deadline", "--from", "2026-09-30T17:00", "--category", "0501", "--suspend", "2026-10-08T09:00..2026-10-09T09:00",
            "--extend",
            "1 work day", "--json")
        let answer = try JSON(parsing: outcome.output.trimmingCharacters(in: .newlines))
        // One hour on 30 September, half an hour on the 8th, half an hour on the 9th; then a day, to Saturday the 10th, a make-up day.
        #expect(answer["due"]?.string == "2026-10-10T09:30:00+08:00")
        #expect(answer["lines"]?.array?.contains("10-01…10-07 国庆节不计") ?? false)
        let urgent = try run("deadline", "--from", "2026-10-01T02:00", "--category", "0401", "--urgent", "--json")
        #expect(try JSON(parsing: urgent.output.trimmingCharacters(in: .newlines))["due"]?.string == "2026-10-01T04:00:00+08:00")
    }

    @Test("the month sheet, the counts and the checks of the calendar")
    func calendar() throws {
        let month = try run("calendar", "show", "2026-10").output
        #expect(month.contains("18 个工作日") && month.contains("10 班") && month.contains("07 休"))
        #expect(month.contains("国庆节 2026-10-01…2026-10-07 放假，2026-09-20、2026-10-10 上班（国办发明电〔2025〕7号）"))
        #expect(try run("calendar", "show", "2021").output.contains("合计"))
        #expect(try run("calendar", "check").output.contains("国办发明电〔2020〕27号"))
        #expect(try run("calendar", "count", "2021-01-01", "2021-12-31").output == "2021-01-01 至 2021-12-31：250 个工作日\n")
        #expect(try run("calendar", "count", "2026-12-31", "2027-01-02").output.contains("2027 年放假安排不在本日历中"))
    }

    @Test("what cannot be read is said in one sentence, exit 64")
    func wrong() throws {
        for (words, sentence) in [
            (["deadline", "--from", "2021-09-31T10:00", "--limit", "4 work hours"], "--from takes a time such as"),
            (["deadline", "--from", "2021-09-30T10:00", "--limit", "4 weeks"], "--limit is a number and urgent hours"),
            (["deadline", "--from", "2021-09-30T10:00", "--stage", "x"], "--stage is one of verify, file"),
            (["deadline", "--from", "2021-09-30T10:00", "--suspend", "2021-10-01"], "--suspend is BEGIN..END"),
            (["calendar", "show", "2021-13"], "write a year such as 2026"),
            (["calendar", "count", "2021-12-31", "2021-01-01"], "write two days"),
        ] {
            let outcome = try Program.run(words + ["--config", config])
            #expect(outcome.status == 64 && outcome.errors.contains(sentence), "\(words): \(outcome.errors)")
        }
    }
}

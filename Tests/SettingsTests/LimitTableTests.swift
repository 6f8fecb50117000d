import Model
import TestKit
import Testing

@testable import Settings

@Suite struct LimitTableTests {
    @Test("the list that the program carries gives every stage a limit, and each of its categories is in the code list")
    func embedded() throws {
        let catalog = try Catalog.read()
        let limits = try #require(catalog.limits)
        #expect(limits.version == "example-1")
        for stage in DeadlineStage.allCases {
            #expect(
                limits.rule(stage, category: nil, urgent: false) != nil && limits.rule(stage, category: nil, urgent: true) != nil)
        }
        #expect(limits.rule(.handle, category: "0501", urgent: false)?.limit == TimeLimit(2, .workHour))
        #expect(limits.rule(.handle, category: "0502", urgent: false)?.limit == TimeLimit(4, .workHour))
        #expect(limits.rule(.handle, category: "0401", urgent: true)?.limit == TimeLimit(2, .urgentHour))
        let known = Set(catalog.categories.map(\.code))
        #expect(limits.rules.compactMap(\.category).filter { !known.contains($0) } == [])
    }

    @Test(
        "limits are read in both languages",
        arguments: [
            ("4 work hours", 40, TimeLimit.Unit.workHour), ("0.5 urgent hours", 5, .urgentHour), ("1 work-day", 10, .workDay),
            ("2工作日", 20, .workDay), ("1.5 个工作时", 15, .workHour), ("3 个紧急工作时", 30, .urgentHour), ("30自然日", 300, .naturalDay),
            ("3 个月", 30, .month), ("1 month", 10, .month),
        ])
    func words(text: String, tenths: Int, unit: TimeLimit.Unit) {
        #expect(TimeLimit(text) == TimeLimit(tenths: tenths, unit))
    }

    @Test(
        "what is no limit is none",
        arguments: [
            "", "4", "work hours", "0 work hours", "-1 work days", "1.5 work days", "1.55 work hours", "4 weeks",
            "99999 work days",
        ])
    func noLimit(text: String) {
        #expect(TimeLimit(text) == nil)
    }

    @Test("the channels' limits are of the same units")
    func channels() throws {
        for channel in try Catalog.read().channels {
            guard let limit = channel.limit else { continue }
            #expect(TimeLimit(limit)?.unit.rawValue == limit.unit.rawValue)
        }
    }

    @Test(
        "each mistake has its sentence with file, line and key",
        arguments: [
            ("{stage: handel, limit: 1 work day}", "l.yaml:3:limits[0].stage: expected verify, file, dispatch, accept, handle"),
            ("{stage: handle, limit: 4 weeks}", "l.yaml:3:limits[0].limit: expected a number and urgent hours, work hours"),
            ("{stage: handle}", "limits[0].limit: missing; write limit: 4 work hours"),
            ("{stage: handle, category: \"0599x\", limit: 1 work day}", "the code list has no category \"0599x\""),
            ("{stage: handle, urgnt: true, limit: 1 work day}", "did you mean \"urgent\"?"),
        ])
    func mistakes(line: String, sentence: String) throws {
        let folder = try TemporaryFolder()
        var files = Settings.DataFiles()
        files.limits = try folder.write("version: \"x\"\nlimits:\n  - \(line)\n", to: "l.yaml")
        let error = #expect(throws: SettingsError.self) { try Catalog.read(files) }
        #expect(error?.description.contains(sentence) ?? false, "\(error?.description ?? "nothing")")
    }

    @Test("a line that an earlier one hides is named; the manner is read")
    func hidden() throws {
        let folder = try TemporaryFolder()
        var files = Settings.DataFiles()
        files.limits = try folder.write(
            """
            version: "x"
            manner: {work_day: end-of-day, returned: continue, handle_from: accept, near: 70}
            limits:
              - {stage: handle, category: "05", limit: 1 work day}
              - {stage: handle, category: "0501", limit: 2 work hours}

            """, to: "l.yaml")
        let error = #expect(throws: SettingsError.self) { try Catalog.read(files) }
        #expect(error?.description.contains("l.yaml:5:limits[1]: this line never holds, because line limits[0]") ?? false)
        files.limits = try folder.write(
            "version: \"x\"\nmanner: {work_day: end-of-day, returned: continue, handle_from: accept, near: 70}\nlimits: []\n",
            to: "l.yaml")
        let table = try #require(try Catalog.read(files).limits)
        #expect(table.manner.workDay == .endOfDay && table.manner.returned == .goOn && table.manner.rework == .restart)
        #expect(table.manner.handleFrom == .accept && table.manner.near == 70)
    }
}

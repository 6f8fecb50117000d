import Foundation
import Ledger
import Model
import TestKit
import Testing

@testable import Disclosure

@Suite("Checking published tables") struct CheckingTests {
    private let checker: ReportChecker

    init() throws { checker = try ReportChecker() }

    private func check(_ text: String, previous: CheckedReport? = nil) -> CheckOutcome {
        checker.check(files: [("page.txt", Array(text.utf8))], previous: previous)
    }

    private func fixture(_ name: String) throws -> String {
        String(decoding: try Fixtures.bytes("reports/" + name), as: UTF8.self)
    }

    private func busyReport() throws -> JSON {
        try AnnualReport.compute(
            ReportRequest(year: 2021, bureau: MemoryLedger.bureau), from: CountingTests.threeYears()
        ).json
    }

    @Test("A sound published page passes with every rule of level E judged or reasonably not applicable")
    func soundPage() throws {
        let outcome = check(try fixture("sound-2021.txt"))
        #expect(outcome.result == .holds, "\(outcome.text(.en))")
        #expect(outcome.exitCode == 0)
        #expect(outcome.verdicts.filter { $0.rule == "A3" && $0.outcome == .holds }.count == 25)
        #expect(outcome.report?.year == 2021)
        #expect(outcome.report?.cells["t2.penalty.decisions"] == .count(12))
        #expect(outcome.report?.cells["t2.fee.amount"] == .amount(try #require(ExactDecimal("14722.49"))))
        #expect(outcome.report?.cells["t3.r23.legal"] == .count(1))
        #expect(outcome.report?.cells["t4.lawsuit.reviewed.total"] == .count(1))
    }

    @Test("The published report of 2021 passes, and any changed cell of tables 3 and 4 is found")
    func published() throws {
        guard let path = Fixtures.shared("source/annual-report-2021.txt") else { return }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let outcome = check(text)
        #expect(outcome.result == .holds, "\(outcome.text(.en))")
        #expect(outcome.findings.allSatisfy { $0.level != "E" })
        #expect(outcome.verdicts.contains { $0.rule == "E1" && $0.outcome == .holds && $0.left == 165 })
        var lines = text.components(separatedBy: "\n")
        var mutations = 0
        for index in lines.indices where lines[index].contains("| 0 |") && index > 22 {
            let original = lines[index]
            let cells = original.components(separatedBy: "|")
            for column in cells.indices where cells[column].trimmingCharacters(in: .whitespaces) == "0" {
                var changed = cells
                changed[column] = " 1 "
                lines[index] = changed.joined(separator: "|")
                let found = check(lines.joined(separator: "\n")).findings.filter { $0.level == "E" }
                #expect(!found.isEmpty, "line \(index + 1), cell \(column)")
                #expect(found.allSatisfy { ($0.difference ?? 0) != 0 && $0.en.contains("=1") })
                mutations += 1
            }
            lines[index] = original
        }
        #expect(mutations == 25 * 7 + 15)
    }

    @Test("Every cell of tables 3 and 4, changed by one, makes a rule of level E name its row or column")
    func mutations() throws {
        let json = try busyReport()
        let cells = try #require(json["cells"]?.members)
        for member in cells where !member.key.hasPrefix("t2.") {
            for step in [-1, 1] {
                let value = (member.value.int ?? 0) + step
                guard value >= 0 else { continue }
                let changed = cells.map { $0.key == member.key ? JSON.Member($0.key, .int(value)) : $0 }
                let outcome = checker.check(files: [
                    (
                        "report.json",
                        Array(
                            JSON.object([
                                .init("form", "2021"), .init("year", 2021), .init("cells", .object(changed)),
                            ]).text.utf8)
                    )
                ])
                let naming = outcome.findings.filter { finding in
                    finding.level == "E" && finding.cells.contains { $0.key == member.key } && abs(finding.difference ?? 0) == 1
                }
                #expect(outcome.exitCode == 65 && !naming.isEmpty, "\(member.key) \(step)")
                let parts = member.key.split(separator: ".").map(String.init)
                #expect(naming.contains { parts.contains($0.instance ?? "") || $0.rule.hasPrefix("B") }, "\(member.key)")
            }
        }
    }

    @Test(
        "What is no number is a finding and never read as one",
        arguments: [
            "/", "\u{FF0F}", "\u{2014}", "1,113", "\u{FF13}", "\u{FF11}\u{FF12}", "-1", "1.0", "012", "无",
        ])
    func notNumbers(_ text: String) throws {
        let page = try fixture("sound-2021.txt").replacing("| 12 |", with: "| \(text) |")
        let outcome = check(page)
        #expect(outcome.result == .fails)
        let finding = try #require(outcome.findings.first { $0.rule == "S3" && $0.level == "E" })
        #expect(finding.instance == "t2.penalty.decisions")
        #expect(finding.zh.contains(text))
    }

    @Test("A blank total is a warning of its own, a blank cell an error")
    func blanks() throws {
        let page = try fixture("sound-2021.txt")
        let total = check(page.replacing("(七)总计 | 5 | 1 | 0 | 0 | 2 | 0 | 8 |", with: "(七)总计 | 5 | 1 | 0 | 0 | 2 | 0 | |"))
        #expect(total.findings.contains { $0.rule == "S3" && $0.level == "W" && $0.instance == "t3.r24.total" })
        #expect(!total.findings.contains { $0.rule == "A3" && $0.instance == "r24" })
        let cell = check(page.replacing("| 5 | 1 | 0 | 0 | 1 | 0 | 7 |", with: "| 5 | | 0 | 0 | 1 | 0 | 7 |"))
        #expect(cell.findings.contains { $0.rule == "S3" && $0.level == "E" && $0.instance == "t3.r1.business" })
    }

    @Test("A page in the 2019 form is recognised by its 23 rows")
    func form2019() throws {
        let outcome = check(try fixture("sound-2019.txt"))
        #expect(outcome.report?.form == "2019")
        #expect(outcome.result == .holds, "\(outcome.text(.en))")
        #expect(outcome.verdicts.filter { $0.rule == "A3" && $0.outcome == .holds }.count == 23)
    }

    @Test("A missing row, an unknown row and a missing table break the shape")
    func shape() throws {
        let page = try fixture("sound-2021.txt")
        let lines = page.components(separatedBy: "\n")
        let without = check(lines.filter { !$0.contains("重复申请") }.joined(separator: "\n"))
        #expect(without.findings.contains { $0.rule == "S2" && $0.en.contains("t3.r17.natural") })
        let renamed = check(page.replacing("2.重复申请", with: "2.再次申请"))
        #expect(renamed.findings.contains { $0.rule == "S2" && $0.instance == "2.再次申请" })
        let tableless = check(lines.filter { !$0.hasPrefix("行政复议 |") && !$0.hasPrefix("结果维持") }.joined(separator: "\n"))
        #expect(tableless.findings.contains { $0.rule == "S2" && $0.instance == "t4" })
    }

    @Test("Chapters that are missing, and a period that is not the year, are errors")
    func chapters() throws {
        let page = try fixture("sound-2021.txt")
        let without = check(page.replacing("六、其他需要报告的事项", with: "六、附件"))
        #expect(without.findings.contains { $0.rule == "S1" && $0.zh.contains("六、其他需要报告的事项") })
        let short = check(page.replacing("2021年12月31日", with: "2021年11月30日"))
        #expect(short.findings.contains { $0.rule == "S4" && $0.en.contains("2021-11-30") })
        let brief = check(page.replacing("—2021年12月31日", with: "至12月31日"))
        #expect(brief.verdicts.contains { $0.rule == "S4" && $0.outcome == .holds })
        let other = check("2022年政府信息公开工作年度报告\n" + page)
        #expect(other.findings.contains { $0.rule == "S4" && $0.en.contains("2022-01-01") })
    }

    @Test("Numbers in the text that differ from the tables are warnings that name both")
    func texts() throws {
        let page = try fixture("sound-2021.txt")
        let penalty = check(page.replacing("行政处罚决定12件", with: "行政处罚决定13件"))
        let finding = try #require(penalty.findings.first { $0.rule == "E1" })
        #expect(finding.level == "W" && finding.left == 13 && finding.right == 12 && finding.difference == 1)
        let none = check(page.replacing("新收政府信息公开申请7件", with: "未收到政府信息公开申请"))
        #expect(none.findings.contains { $0.rule == "E3" && $0.right == 7 })
        let lawsuits = check(page.replacing("行政诉讼1件", with: "行政诉讼2件"))
        #expect(lawsuits.findings.contains { $0.rule == "B4" && $0.left == 2 && $0.right == 1 })
    }

    @Test(
        "Nothing to check is never a pass",
        arguments: [
            "", "{}", "{\"cells\":{}}", "一、总体情况\n一切正常。", "a | b | c\n1 | 2 | 3", "编号,项目\r\n", "\u{FEFF}", "[1,2]",
            "<table><tr><td>1</td></tr></table>",
        ])
    func nothing(_ text: String) {
        let outcome = check(text)
        #expect(outcome.result == .nothingCheckable, "\(outcome.text(.en))")
        #expect(outcome.exitCode == 66)
        #expect(outcome.text(.zh).contains("没有"))
    }

    @Test("Bytes that are no text are named, not read")
    func binary() {
        for bytes: [UInt8] in [[0x50, 0x4B, 0x03, 0x04, 0xFF, 0xFE], [0xB1, 0xEA, 0xCC, 0xE2], [0x50, 0x4B, 0x03, 0x04]] {
            let outcome = checker.check(files: [("x.xlsx", bytes)])
            #expect(outcome.result == .nothingCheckable)
            #expect(outcome.unread.count == 1)
        }
    }

    @Test("Our own files check alike: report.json, the CSV set and the page")
    func ownFiles() throws {
        let folder = try TemporaryFolder()
        let request = ReportRequest(year: 2021, bureau: MemoryLedger.bureau, channels: MemoryLedger.channels)
        _ = try ReportExporter(request).export(from: CountingTests.threeYears(), to: folder.path)
        func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))) }
        let json = checker.check(files: [("report.json", try bytes("report.json"))])
        let names = ["table2.csv", "table3.csv", "table4.csv", "narrative.csv"]
        let tables = checker.check(files: try names.map { ($0, try bytes($0)) })
        let page = checker.check(files: [("report.html", try bytes("report.html"))])
        let sheets = checker.check(files: [("report.xlsx", try bytes("report.xlsx"))])
        for outcome in [json, tables, page, sheets] {
            #expect(outcome.result == .holds, "\(outcome.text(.en))")
            #expect(outcome.report?.cells == json.report?.cells)
        }
        let single = checker.check(files: [("table3.csv", try bytes("table3.csv"))])
        #expect(single.result == .holds, "\(single.text(.en))")
    }

    @Test("A rate that does not follow from its counts is an error")
    func rate() throws {
        var text = try busyReport().text
        #expect(check(text).result == .holds)
        let wrong = "\"n.x.rate\":{\"percent\":\"98%\",\"numerator\":99,\"denominator\":100},"
        text = text.replacing("\"narrative\":{", with: "\"narrative\":{" + wrong)
        let outcome = check(text)
        #expect(outcome.findings.contains { $0.rule == "E6" && $0.instance == "n.x.rate" && $0.level == "E" })
    }

    @Test("Last year's report is compared: carried over, in force, pending")
    func previous() throws {
        let ledger = CountingTests.threeYears()
        var before = CheckedReport(try AnnualReport.compute(ReportRequest(year: 2020, bureau: "x"), from: ledger))
        let now = Array(try busyReport().text.utf8)
        #expect(checker.check(files: [("report.json", now)], previous: before).result == .holds)
        guard case .count(let carried)? = before.cells["t3.r25.natural"] else { return }
        before.cells["t3.r25.natural"] = .count(carried + 2)
        let outcome = checker.check(files: [("report.json", now)], previous: before)
        let finding = try #require(outcome.findings.first { $0.rule == "C1" })
        #expect(finding.instance == "natural" && finding.difference == -2)
        #expect(finding.cells.map(\.key) == ["t3.r2.natural", "previous:t3.r25.natural"])
    }
}

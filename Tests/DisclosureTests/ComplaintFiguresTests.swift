import Foundation
import Ledger
import Model
import TestKit
import Testing

@testable import Disclosure

@Suite("办结率 and what each channel brought") struct ComplaintFiguresTests {
    /// Ten complaints of petition, four of media, one of a channel that has left the list.
    private static func ledger(lateUntil last: String = "2022-02-10T10:00:00+08:00") throws -> MemoryLedger {
        var ledger = MemoryLedger()
        let start = try #require(Timestamp("2021-03-31T23:59:59+08:00"))
        let inYear = try #require(Timestamp("2021-12-31T23:59:59+08:00"))
        let late = try #require(Timestamp(last))
        for index in 0..<10 {
            let closed = index < 6 ? inYear : index < 9 ? late : nil
            ledger.complaints.append(
                .init(channel: "petition", number: "p\(index)", accepted: start + .days(Int64(index % 2)), closed: closed))
        }
        for index in 0..<4 {
            ledger.complaints.append(.init(channel: "media", number: "m\(index)", accepted: start, closed: inYear))
        }
        ledger.complaints.append(.init(channel: "old,line", number: "o", accepted: start, closed: nil))
        // Refused afterwards: one of March that its channel closed, one of April that is still open there.
        for index in [0, 9] { ledger.complaints[index].isRefused = true }
        return ledger
    }

    private func request(_ cutoff: Day? = nil) -> ReportRequest {
        ReportRequest(year: 2021, bureau: MemoryLedger.bureau, cutoff: cutoff, channels: MemoryLedger.channels)
    }

    private func rate(_ report: AnnualReport, _ key: String) -> [Int] {
        guard case .rate(let rate)? = report[key] else { return [] }
        return [rate.numerator, rate.denominator]
    }

    @Test("every channel has its accepted, closed, closed late and open, with cut-off and definition beside the rate")
    func byChannel() throws {
        let report = try AnnualReport.compute(request(), from: Self.ledger())
        #expect(report["n.complaints.accepted"] == .count(15))
        #expect(rate(report, "n.complaints.closed_rate") == [10, 15])
        #expect(report["n.complaints.closed_late"] == .count(3) && report["n.complaints.open"] == .count(2))
        #expect(rate(report, "n.complaints.closed_rate.petition") == [6, 10])
        #expect(report["n.complaints.closed_late.petition"] == .count(3))
        #expect(report["n.complaints.open.petition"] == .count(1))
        #expect(rate(report, "n.complaints.closed_rate.media") == [4, 4])
        #expect(report["n.complaints.open.old,line"] == .count(1))
        #expect(report["n.complaints.accepted.city-digital"] == .count(0))
        let json = try #require(report.json["narrative"]?["n.complaints.closed_rate.petition"])
        #expect(json["percent"] == "60%" && json["numerator"] == 6 && json["denominator"] == 10)
        #expect(json["cutoff"] == "2021-12-31" && json["definition"]?.string?.contains("截止日以前办结") == true)
        let late = try #require(report.narrative.first { $0.key == "n.complaints.closed_late" })
        #expect(late.definition.contains("不计入办结率") && late.definition.contains("2022-02-10"))
    }

    @Test("a closing after the year's end is told as such and leaves the rate of the cut-off as it was")
    func sealed() throws {
        var before = try Self.ledger()
        before.complaints = before.complaints.map { complaint in
            var complaint = complaint
            if let closed = complaint.closed, Day(closed, in: .shanghai).year > 2021 { complaint.closed = nil }
            return complaint
        }
        let then = try AnnualReport.compute(request(), from: before)
        let now = try AnnualReport.compute(request(), from: Self.ledger())
        for key in ["n.complaints.closed_rate", "n.complaints.closed_rate.petition", "n.complaints.accepted"] {
            #expect(then[key] == now[key], "\(key)")
        }
        #expect(then["n.complaints.closed_late"] == .count(0) && now["n.complaints.closed_late"] == .count(3))
        #expect(then["n.complaints.open"] == .count(5) && now["n.complaints.open"] == .count(2))
        #expect(!then.chapters[0].contains("截止日以后") && now.chapters[0].contains("另有3件在截止日以后办结、未计入"))
        let later = try AnnualReport.compute(request(Day("2022-02-10")), from: Self.ledger())
        #expect(rate(later, "n.complaints.closed_rate") == [13, 15] && later["n.complaints.closed_late"] == .count(0))
    }

    @Test("complaints.csv: months and years of each channel, which add up; with a byte order mark")
    func table() throws {
        let folder = try TemporaryFolder()
        let outcome = try ReportExporter(request()).export(from: Self.ledger(), to: folder.path)
        #expect(!outcome.failedLevelE)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("complaints.csv"))))
        #expect(bytes.prefix(3) == [0xEF, 0xBB, 0xBF])
        let lines = String(decoding: bytes.dropFirst(3), as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines[0] == "渠道,月份,受理,截止日以前办结,截止日以后办结,尚未办结,办结率,截止日,已知至,受理后不予受理")
        for line in [
            "信访行风,2021-03,5,3,2,0,60%,2021-12-31,2022-02-10,1", "信访行风,2021-04,5,3,1,1,60%,2021-12-31,2022-02-10,1",
            "信访行风,全年,10,6,3,1,60%,2021-12-31,2022-02-10,2", "人大政协提案,全年,0,0,0,0,—,2021-12-31,2022-02-10,0",
            "\"old,line\",全年,1,0,0,1,0%,2021-12-31,2022-02-10,0", "合计,全年,15,10,3,2,67%,2021-12-31,2022-02-10,2",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        let rows = lines.dropFirst().filter { !$0.isEmpty }.map { line in
            line.replacing("\"old,line\"", with: "old").components(separatedBy: ",")
        }
        for column in [2, 3, 4, 5, 9] {
            let numbers = rows.map { row in (channel: row[0], month: row[1], number: Int(row[column]) ?? -1) }
            let total = numbers.last?.number
            let parts = numbers.filter { $0.channel != "合计" }
            #expect(parts.filter { $0.month == "全年" }.map(\.number).reduce(0, +) == total)
            #expect(parts.filter { $0.month != "全年" }.map(\.number).reduce(0, +) == total)
        }
    }

    @Test("each figure lists its records, and provenance names every figure that a complaint counts in")
    func trace() throws {
        let ledger = try Self.ledger()
        let tracer = try Tracer()
        func names(_ key: String) throws -> [String] {
            try tracer.trace(key, year: 2021, in: ledger, limit: 100).records.map(\.name)
        }
        #expect(try names("n.complaints.accepted").count == 15)
        #expect(try names("n.complaints.closed_late.petition") == ["p6", "p7", "p8"].map { "complaint/petition/" + $0 })
        #expect(try names("n.complaints.open") == ["complaint/petition/p9", "complaint/old,line/o"])
        let late = try #require(
            try tracer.trace("n.complaints.closed_late", year: 2021, in: ledger, limit: 1).records.first)
        #expect(late.events.count == 2)
        let folder = try TemporaryFolder()
        _ = try ReportExporter(request()).export(from: ledger, to: folder.path)
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder.file("provenance.ndjson"))), as: UTF8.self)
        let line = try JSON(parsing: String(try #require(text.split(separator: "\n").first { $0.contains("/p7\"") })))
        #expect(
            line["figures"] == [
                "n.complaints.accepted", "n.complaints.accepted.petition", "n.complaints.closed_late",
                "n.complaints.closed_late.petition",
            ])
        #expect(line["events"]?.array?.count == 2)
    }

    @Test("rule D5: the channels add up, and one figure off by one fails it by name")
    func rule() throws {
        let folder = try TemporaryFolder()
        let outcome = try ReportExporter(request()).export(from: Self.ledger(), to: folder.path)
        let held = outcome.checks.filter { $0.rule == "D5" }
        #expect(held.count == 4 && held.allSatisfy { $0.outcome == .holds && $0.level == "E" })
        #expect(held.first?.left == 15 && held.first?.right == 15 && held.first?.cells.count == 9)
        let report = try AnnualReport.compute(request(), from: Self.ledger())
        let library = try FormLibrary.shipped()
        let rule = try #require(library.rules(for: report.form).first { $0.id == "D5" })
        for key in report.narrative.map(\.key) where key.hasPrefix("n.complaints.") {
            let verdicts = LedgerFacts(report: report.adding(1, to: key), applications: [], listed: [:]).judge(rule, report.form)
            let wrong = verdicts.filter { $0.outcome == .fails }
            #expect(!wrong.isEmpty && wrong.allSatisfy { abs($0.difference ?? 0) == 1 }, "\(key)")
            #expect(wrong.contains { $0.cells.contains { $0.key == key } }, "\(key)")
        }
    }
}

extension AnnualReport {
    /// The same report with one figure off.
    fileprivate func adding(_ step: Int, to key: String) -> AnnualReport {
        let changed = narrative.map { figure -> Figure in
            guard figure.key == key else { return figure }
            let value: FigureValue
            switch figure.value {
            case .count(let count): value = .count(count + step)
            case .rate(let rate):
                value = .rate(
                    Rate(
                        numerator: rate.numerator + step, denominator: rate.denominator, cutoff: rate.cutoff,
                        definition: rate.definition))
            default: value = figure.value
            }
            return Figure(key: key, label: figure.label, unit: figure.unit, value: value, definition: figure.definition)
        }
        return AnnualReport(
            form: form, period: period, bureau: bureau, position: position, cells: cells, narrative: changed,
            chapters: chapters, drafted: drafted)
    }
}

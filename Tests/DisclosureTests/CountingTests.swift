import Foundation
import Ledger
import Model
import TestKit
import Testing

@testable import Disclosure

@Suite("Figures are counted") struct CountingTests {
    private func report(_ ledger: MemoryLedger, _ year: Int, cutoff: Day? = nil) throws -> AnnualReport {
        try AnnualReport.compute(
            ReportRequest(year: year, bureau: MemoryLedger.bureau, cutoff: cutoff, channels: MemoryLedger.channels),
            from: ledger)
    }

    @Test("The rate rounds half up by integers: 11255.5 would be the border, 11256 gives 99%")
    func percent() {
        #expect(Rate.percent(11_255, of: 11_427) == "98%")
        #expect(Rate.percent(11_256, of: 11_427) == "99%")
        #expect(Rate.percent(11_369, of: 11_427) == "99%")
        #expect(Rate.percent(11_370, of: 11_427) == "100%")
        #expect(Rate.percent(1, of: 200) == "1%")
        #expect(Rate.percent(0, of: 0) == "—")
    }

    @Test(
        "Fees are summed exactly and printed in 万元",
        arguments: [
            (["0.10", "0.20"], "0.00003"), (["147224900"], "14722.49"), (["9999.99", "0.01"], "1"), ([], "0"),
            (["123456789.01", "0.99"], "12345.679"),
        ])
    func fee(_ amounts: [String], _ printed: String) throws {
        var ledger = MemoryLedger()
        for (index, amount) in amounts.enumerated() {
            ledger.add("fee", [("number", "F\(index)"), ("charged", "2021-05-05"), ("amount", amount)])
        }
        ledger.add("fee", [("number", "old"), ("charged", "2020-12-31"), ("amount", "77")])
        #expect(try report(ledger, 2021)["t2.fee.amount"]?.text == printed)
    }

    @Test("A fee that is no decimal stops the report and names the record")
    func badFee() throws {
        var ledger = MemoryLedger()
        ledger.add("fee", [("number", "F1"), ("charged", "2021-05-05"), ("amount", "1,113")])
        let expected = "The amount of fee/F1 is not a decimal number; correct the record and export again."
        #expect(throws: DisclosureError(.badRecord, expected)) { try report(ledger, 2021) }
    }

    @Test("The year turns at midnight in Shanghai")
    func midnight() throws {
        var ledger = MemoryLedger()
        let turn = try #require(Timestamp("2021-01-01T00:00:00+08:00"))
        ledger.complaints = [
            .init(channel: "media", number: "a", accepted: turn - .milliseconds(1)),
            .init(channel: "media", number: "b", accepted: turn),
        ]
        let (before, after) = (try report(ledger, 2020), try report(ledger, 2021))
        #expect(before["n.complaints.accepted"] == .count(1))
        #expect(after["n.complaints.accepted"] == .count(1))
        #expect(after["n.complaints.accepted.media"] == .count(1))
        #expect(after["n.complaints.accepted.petition"] == .count(0))
    }

    @Test("Closings after the cut-off do not count; the cut-off day itself does")
    func cutoff() throws {
        var ledger = MemoryLedger()
        let accepted = try #require(Timestamp("2021-12-30T09:00:00+08:00"))
        let closings = [
            ("a", "2021-12-31T23:59:59+08:00"), ("b", "2022-01-01T00:00:00+08:00"), ("c", "2022-01-05T08:00:00+08:00"),
        ]
        for (number, closed) in closings {
            ledger.complaints.append(.init(channel: "media", number: number, accepted: accepted, closed: Timestamp(closed)))
        }
        func closed(_ report: AnnualReport) -> Int? {
            guard case .rate(let rate)? = report["n.complaints.closed_rate"] else { return nil }
            return rate.numerator
        }
        #expect(closed(try report(ledger, 2021)) == 1)
        #expect(closed(try report(ledger, 2021, cutoff: Day("2022-01-01"))) == 2)
        #expect(closed(try report(ledger, 2021, cutoff: Day("2022-01-31"))) == 3)
    }

    @Test("Followers are those of the last count on or before 31 December, and unknown where there is none")
    func followers() throws {
        var ledger = MemoryLedger()
        #expect(try report(ledger, 2021)["n.followers.at_year_end"] == .unknown)
        for (date, count) in [("2021-12-30", "754"), ("2021-11-30", "700"), ("2022-01-01", "800")] {
            ledger.add("followers", [("date", date), ("count", count)])
        }
        #expect(try report(ledger, 2021)["n.followers.at_year_end"] == .reading(754))
    }

    @Test("Cases count where they were concluded, and as pending until then")
    func cases() throws {
        var ledger = MemoryLedger()
        ledger.add("review", [("number", "R1"), ("opened", "2020-11-01"), ("outcome", "upheld"), ("concluded", "2021-02-01")])
        ledger.add("review", [("number", "R2"), ("opened", "2021-12-31")])
        ledger.add("review", [("number", "R3"), ("opened", "2022-01-01")])
        ledger.add(
            "lawsuit",
            [
                ("number", "L1"), ("route", "reviewed"), ("opened", "2021-03-01"), ("outcome", "corrected"),
                ("concluded", "2022-03-01"),
            ])
        let report = try report(ledger, 2021)
        #expect(report["t4.review.upheld"] == .count(1))
        #expect(report["t4.review.pending"] == .count(1))
        #expect(report["t4.review.total"] == .count(2))
        #expect(report["t4.lawsuit.reviewed.pending"] == .count(1))
        #expect(report["t4.lawsuit.direct.total"] == .count(0))
        #expect(try self.report(ledger, 2020)["t4.review.pending"] == .count(1))
    }

    @Test("Documents in force are those issued by year end and not yet abolished")
    func documents() throws {
        var ledger = MemoryLedger()
        ledger.add("document", [("number", "D1"), ("kind", "normative"), ("issued", "2019-01-01")])
        ledger.add("document", [("number", "D2"), ("kind", "normative"), ("issued", "2021-01-01"), ("abolished", "2021-09-01")])
        ledger.add("document", [("number", "D3"), ("kind", "normative"), ("issued", "2021-06-01"), ("abolished", "2022-01-01")])
        let report = try report(ledger, 2021)
        #expect(report["t2.normative.issued"] == .count(2))
        #expect(report["t2.normative.abolished"] == .count(1))
        #expect(report["t2.normative.effective"] == .count(2))
        #expect(report["t2.rules.effective"] == .count(0))
    }

    @Test("What one year carries forward the next carries over, class by class, over three years")
    func carryOver() throws {
        let ledger = Self.threeYears()
        var previous: CheckedReport?
        for year in 2020...2022 {
            let report = try report(ledger, year)
            let checker = try ReportChecker()
            let outcome = checker.check(files: [("report.json", Array(report.json.text.utf8))], previous: previous)
            #expect(outcome.result == .holds, "\(year): \(outcome.text(.en))")
            if previous != nil { #expect(outcome.verdicts.filter { $0.rule == "C1" && $0.outcome == .holds }.count == 7) }
            previous = CheckedReport(report)
        }
        let last = try report(ledger, 2021)
        #expect(last["t3.r2.total"] != .count(0))
        #expect(last["t3.r25.total"] != .count(0))
    }

    @Test("The 2019 form folds 其他处理 into one row and its sums hold")
    func form2019() throws {
        let report = try AnnualReport.compute(
            ReportRequest(year: 2021, form: "2019", bureau: MemoryLedger.bureau), from: Self.threeYears())
        let outcome = try ReportChecker().check(files: [("report.json", Array(report.json.text.utf8))])
        #expect(outcome.report?.form == "2019")
        #expect(outcome.result == .holds, "\(outcome.text(.en))")
        #expect(report["t3.r21.total"] != .count(0))
        #expect(report["t3.r24.total"] == nil)
    }

    /// A body that answers late: applications of every class and outcome over three years, some never answered.
    static func threeYears() -> MemoryLedger {
        var ledger = MemoryLedger()
        let classes = ["natural", "business", "research", "ngo", "legal", "other"]
        let outcomes = [
            "granted", "partial", "secret", "prohibited", "security", "third-party", "internal", "process",
            "enforcement-file", "query", "not-held", "not-existing", "unclear", "petition", "repeat", "publication", "mass",
            "reconfirm", "not-corrected", "fee-unpaid", "other",
        ]
        let start: Int64 = 18_200
        for index in 0..<400 {
            let received = Day(number: start + Int64(index) * 3)
            let wait = Int64(index * 7 % 60)
            let answered = index % 97 == 0 ? nil : Day(number: received.number + wait).description
            ledger.apply(
                "A\(index)", classes[index % 6], received: received.description, answered: answered,
                outcome: answered == nil ? nil : outcomes[index % 21])
        }
        let routes = ["direct", "reviewed"]
        for index in 0..<60 {
            let opened = Day(number: start + Int64(index) * 19)
            var fields = [("number", "L\(index)"), ("route", routes[index % 2]), ("opened", opened.description)]
            if index % 5 != 0 {
                fields += [("concluded", Day(number: opened.number + 90).description)]
                fields += [("outcome", ["upheld", "corrected", "other"][index % 3])]
            }
            ledger.add(index % 3 == 0 ? "review" : "lawsuit", fields)
        }
        return ledger
    }
}

import Model

/// What only the ledger can tell about a report: the applications behind it, and what its figures could list.
struct LedgerFacts {
    let report: AnnualReport
    let applications: [FactRow]
    /// Figure key → how many records its provenance lists.
    let listed: [String: Int]

    func judge(_ rule: Rule, _ form: ReportForm) -> [Verdict] {
        switch rule.kind {
        case .overdue: [overdue(rule)]
        case .applications: [sound(rule, form)]
        case .provenance: provenance(rule)
        case .channels: channels(rule)
        default: []
        }
    }

    /// Weekdays only: holidays are not known here, so the list may name a few that are still in time.
    private func overdue(_ rule: Rule) -> Verdict {
        let latest = Day(number: report.period.to.number - Int64(rule.days ?? 28))
        let late = applications.filter { row in
            guard let received = row.day("received"), received < latest else { return false }
            return row.day("answered").map { $0 > report.period.to } ?? true
        }
        guard !late.isEmpty else { return rule.holds() }
        let names = late.map(\.id).joined(separator: ", ")
        return rule.fails(
            left: late.count, right: 0, zh: "年末已超过二十个工作日仍未办结的申请 \(late.count) 件：\(names)。",
            en: "\(late.count) applications were still open past twenty working days at year end: \(names).")
    }

    private func sound(_ rule: Rule, _ form: ReportForm) -> Verdict {
        let classes = values(of: "applicant", form)
        let outcomes = values(of: "outcome", form)
        let faults = applications.compactMap { row -> String? in
            guard let received = row.day("received") else { return row.id + ":received" }
            guard let applicant = row.text("applicant"), classes.contains(applicant) else { return row.id + ":applicant" }
            if let outcome = row.text("outcome"), !outcomes.contains(outcome) { return row.id + ":outcome" }
            if row.text("answered") != nil, row.day("answered") == nil { return row.id + ":answered" }
            guard let answered = row.day("answered") else { return row.text("outcome") == nil ? nil : row.id + ":answered" }
            if row.text("outcome") == nil { return row.id + ":outcome" }
            return answered < received ? row.id + ":answered<received" : nil
        }
        guard !faults.isEmpty else { return rule.holds() }
        let names = faults.prefix(20).joined(separator: ", ")
        return rule.fails(
            left: faults.count, right: 0, zh: "\(faults.count) 件申请的登记不完整或矛盾：\(names)。",
            en: "\(faults.count) applications are incomplete or contradict themselves: \(names).")
    }

    /// The values that the form's cells know for a field.
    private func values(of field: String, _ form: ReportForm) -> Set<String> {
        Set(
            form.cells.filter { $0.register == "application" }.flatMap { $0.filter.alternatives.joined() }
                .filter { $0.field == field }.compactMap(\.equals))
    }

    private func provenance(_ rule: Rule) -> [Verdict] {
        let wrong = (report.cells + report.narrative).compactMap { figure -> Verdict? in
            guard let expected = Self.records(figure.value) else { return nil }
            let found = listed[figure.key] ?? 0
            guard found != expected else { return nil }
            return rule.fails(
                figure.key, cells: [Verdict.Cell(key: figure.key, value: figure.value.text)], left: expected, right: found,
                zh: "\(figure.key) 为 \(expected)，但台账只列出 \(found) 条记录，相差 \(expected - found)。",
                en: "\(figure.key) is \(expected), but the ledger lists \(found) records: difference \(expected - found).")
        }
        return wrong.isEmpty ? [rule.holds()] : wrong
    }

    /// A figure and those of its channels; and what was accepted with what became of it.
    private func channels(_ rule: Rule) -> [Verdict] {
        let total = "n.complaints.accepted"
        let fates = ["n.complaints.closed_rate", "n.complaints.closed_late", "n.complaints.open"]
        let channels = report.narrative.map(\.key).filter { $0.hasPrefix(total + ".") }.map { $0.dropFirst(total.count) }
        var verdicts = ([total] + fates).map { key in
            sum(rule, key, of: channels.map { key + $0 }, "各渠道之和应等于总数", "the channels must add up to the total")
        }
        verdicts += ([""] + channels).map { channel in
            sum(rule, total + channel, of: fates.map { $0 + channel }, "受理应等于办结与尚未办结之和", "accepted must be closed or open")
        }
        let wrong = verdicts.filter { $0.outcome == .fails }
        return wrong.isEmpty ? Array(verdicts.prefix(1 + fates.count)) : wrong
    }

    private func sum(_ rule: Rule, _ key: String, of parts: [String], _ zh: String, _ en: String) -> Verdict {
        let cells = ([key] + parts).map { key -> (String, Int) in (key, report[key].flatMap { Self.records($0) } ?? 0) }
        let (left, right) = (cells[0].1, cells.dropFirst().reduce(0) { $0 + $1.1 })
        let shown = cells.map { Verdict.Cell(key: $0.0, value: String($0.1)) }
        guard left != right else { return rule.holds(key, cells: shown, left: left, right: right) }
        return rule.fails(
            key, cells: shown, left: left, right: right,
            zh: "\(key) 为 \(left)，各部分之和为 \(right)，相差 \(left - right)：\(zh)。",
            en: "\(key) is \(left) and its parts add up to \(right), difference \(left - right): \(en).")
    }

    private static func records(_ value: FigureValue) -> Int? {
        switch value {
        case .count(let count): count
        case .rate(let rate): rate.numerator
        case .reading, .amount, .unknown: nil
        }
    }
}

import Model

/// Judges a report by the rules of its form; the same for our own export and for a page that others published.
struct RuleEvaluator {
    let form: ReportForm
    let rules: [Rule]
    let report: CheckedReport
    let previous: CheckedReport?
    /// What the ledger knows beside the tables; nothing where only a file is checked.
    let facts: LedgerFacts?

    var verdicts: [Verdict] { rules.flatMap { judge($0) } }

    private func judge(_ rule: Rule) -> [Verdict] {
        switch rule.kind {
        case .balance: (rule.each.map { $0.map { $0 as String? } } ?? [nil]).map { balance(rule, $0) }
        case .chapters: [chapters(rule)]
        case .shape: form.tables.map { shape(rule, $0) } + unknownRows(rule)
        case .numbers: numbers(rule)
        case .period: [period(rule)]
        case .rates: rates(rule)
        case .growth: growth(rule)
        case .drafts: [drafts(rule)]
        case .textCounts: textCounts(rule)
        case .textPercent: textPercent(rule)
        case .textNone: textNone(rule)
        case .textMentions: [textMentions(rule)]
        case .overdue, .applications, .provenance, .channels:
            facts.map { $0.judge(rule, form) }
                ?? [rule.notApplicable(zh: "需要台账才能核对。", en: "Only the ledger can tell.")]
        }
    }
}

extension RuleEvaluator {
    private struct Side {
        var sum = 0
        var cells: [Verdict.Cell] = []
        var unusable: [String] = []
        var spelled: String { cells.isEmpty ? "0" : cells.map { $0.key + "=" + $0.value }.joined(separator: " ") }
    }

    private func balance(_ rule: Rule, _ instance: String?) -> Verdict {
        let left = (rule.left ?? []).map { Term($0, filling: instance) }
        let right = (rule.right ?? []).map { Term($0, filling: instance) }
        if let reason = inapplicable(left + right) {
            return rule.notApplicable(instance, zh: reason.zh, en: reason.en)
        }
        let (one, other) = (side(left), side(right))
        let unusable = one.unusable + other.unusable
        guard unusable.isEmpty else {
            let names = unusable.joined(separator: ", ")
            return rule.notApplicable(
                instance, cells: one.cells + other.cells, zh: "无法核对：\(names) 不是数字。",
                en: "Cannot be judged: \(names) is not a number.")
        }
        let cells = one.cells + other.cells
        if rule.relation == .atMost ? one.sum <= other.sum : one.sum == other.sum {
            return rule.holds(instance, cells: cells, left: one.sum, right: other.sum)
        }
        let difference = one.sum - other.sum
        let sign = rule.relation == .atMost ? "≤" : "="
        let name = instance.flatMap { form.label(of: $0) }.map { $0 + "：" } ?? ""
        return rule.fails(
            instance, cells: cells, left: one.sum, right: other.sum,
            zh: "\(name)\(rule.zh)，但左边合计 \(one.sum)，右边合计 \(other.sum)，相差 \(difference)。左：\(one.spelled)；右：\(other.spelled)。",
            en: "Expected left \(sign) right (\(rule.en)), but the left is \(one.sum) and the right \(other.sum), "
                + "difference \(difference). Left: \(one.spelled); right: \(other.spelled).")
    }

    private func side(_ terms: [Term]) -> Side {
        terms.reduce(into: Side()) { side, term in
            let reading = (term.previous ? previous : report)?.cells[term.key] ?? .blank
            side.cells.append(Verdict.Cell(key: (term.sign < 0 ? "-" : "") + term.name, value: reading.text))
            if case .count(let value) = reading {
                side.sum += term.sign * value
            } else {
                side.unusable.append(term.name)
            }
        }
    }

    private func inapplicable(_ terms: [Term]) -> (zh: String, en: String)? {
        if terms.contains(where: \.previous) {
            guard let previous else { return ("没有给出上一年度报告。", "Last year's report was not given.") }
            if let year = report.year, let last = previous.year, last != year - 1 {
                return ("给出的报告是 \(last) 年度，不是上一年度。", "The report given is that of \(last), not of the year before.")
            }
        }
        for term in terms {
            let source = term.previous ? previous : report
            guard let table = form.table(of: term.key) else {
                return ("\(form.form) 年格式没有 \(term.key)。", "The form of \(form.form) has no \(term.key).")
            }
            if source?.tables.contains(table.key) != true {
                return ("文件中没有表 \(table.key)（\(table.title)）。", "Table \(table.key) is not in the file.")
            }
        }
        return nil
    }
}

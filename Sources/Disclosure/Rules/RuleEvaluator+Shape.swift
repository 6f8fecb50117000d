import Model

// What a report must be before its sums mean anything: chapters, tables, numbers, period (S1 to S4), and growth.
extension RuleEvaluator {
    func chapters(_ rule: Rule) -> Verdict {
        guard let texts = report.chapters else {
            return rule.notApplicable(zh: "文件中没有各部分文字。", en: "The file holds no chapter texts.")
        }
        let missing = form.chapters.enumerated().filter { index, _ in
            (index < texts.count ? texts[index] : nil).map(\.isBlank) ?? true
        }.map(\.element)
        if let first = missing.first {
            let all = missing.joined(separator: "、")
            return rule.fails(
                first, zh: "缺少或为空的部分：\(all)。", en: "Missing or empty chapters: \(all).")
        }
        if let first = report.misplacedChapters.first {
            return rule.fails(first, zh: "部分顺序有误：\(first)。", en: "The chapter \(first) is out of order.")
        }
        return rule.holds()
    }

    func shape(_ rule: Rule, _ table: FormTable) -> Verdict {
        guard report.tables.contains(table.key) else {
            guard report.whole else {
                return rule.notApplicable(
                    table.key, zh: "文件中没有表 \(table.key)（\(table.title)）。", en: "Table \(table.key) is not in the file.")
            }
            return rule.fails(
                table.key, zh: "报告缺少表 \(table.key)（\(table.title)）。",
                en: "The report lacks table \(table.key) (\(table.title)).")
        }
        let missing = table.cells.filter { report.cells[$0.key] == nil }
        guard !missing.isEmpty else { return rule.holds(table.key) }
        let names = missing.prefix(7).map { $0.key + "(" + $0.label + ")" }.joined(separator: "、")
        let more = missing.count > 7 ? "…" : ""
        return rule.fails(
            table.key, zh: "按 \(form.form) 年格式，表 \(table.key) 缺少 \(missing.count) 个单元格：\(names)\(more)。",
            en: "By the form of \(form.form), table \(table.key) lacks \(missing.count) cells: \(names)\(more).")
    }

    func unknownRows(_ rule: Rule) -> [Verdict] {
        report.unknownRows.map { row in
            rule.fails(
                row, zh: "\(form.form) 年格式没有这一行：\(row)。", en: "The form of \(form.form) has no such row: \(row).")
        }
    }

    func numbers(_ rule: Rule) -> [Verdict] {
        guard !report.tables.isEmpty else {
            return [rule.notApplicable(zh: "文件中没有表格。", en: "The file holds no table.")]
        }
        let findings = form.cells.compactMap { cell in report.cells[cell.key].flatMap { finding(rule, cell, $0) } }
        return findings.contains { $0.level == Rule.Level.error.rawValue } ? findings : [rule.holds()] + findings
    }

    private func finding(_ rule: Rule, _ cell: FormCell, _ reading: CheckedReport.Reading) -> Verdict? {
        let cells = [Verdict.Cell(key: cell.key, value: reading.text)]
        switch reading {
        case .count, .amount: return nil
        case .blank where cell.isTotal:
            return rule.fails(
                cell.key, level: .warning, cells: cells, zh: "总计 \(cell.key)（\(cell.label)）未填写；空白不等于 0。",
                en: "The total \(cell.key) is not stated; blank is not 0.")
        case .blank:
            return rule.fails(
                cell.key, cells: cells, zh: "单元格 \(cell.key)（\(cell.label)）为空白；空白不等于 0。",
                en: "The cell \(cell.key) (\(cell.label)) is blank; blank is not 0.")
        case .notANumber(let text):
            return rule.fails(
                cell.key, cells: cells, zh: "单元格 \(cell.key)（\(cell.label)）的“\(text)”不是数字；只能填写半角数字。",
                en: "“\(text)” in the cell \(cell.key) (\(cell.label)) is not a number; use plain digits.")
        }
    }

    func period(_ rule: Rule) -> Verdict {
        guard let from = report.from, let to = report.to, let year = report.year else {
            return rule.notApplicable(zh: "文件没有写明统计期限。", en: "The file does not state the period.")
        }
        if let period = ReportPeriod(year: year), period.from == from, period.to == to { return rule.holds() }
        return rule.fails(
            zh: "统计期限为 \(from) 至 \(to)，应为 \(year)-01-01 至 \(year)-12-31。",
            en: "The period is \(from) to \(to); it must be \(year)-01-01 to \(year)-12-31.")
    }

    func growth(_ rule: Rule) -> [Verdict] {
        guard let previous else {
            return [rule.notApplicable(zh: "没有给出上一年度报告。", en: "Last year's report was not given.")]
        }
        let factor = rule.factor ?? 10
        let found = form.cells.compactMap { cell -> Verdict? in
            guard case .count(let now)? = report.cells[cell.key], case .count(let then)? = previous.cells[cell.key],
                then > 0, now / factor >= then, now > then * factor
            else { return nil }
            let cells = [
                Verdict.Cell(key: cell.key, value: String(now)), Verdict.Cell(key: "previous:" + cell.key, value: String(then)),
            ]
            return rule.fails(
                cell.key, cells: cells, left: now, right: then, zh: "\(cell.key) 为 \(now)，上年为 \(then)，超过 \(factor) 倍。",
                en: "\(cell.key) is \(now), last year \(then): more than \(factor) times.")
        }
        return found.isEmpty ? [rule.holds()] : found
    }
}

extension FormCell {
    /// Whether the cell is a total, which a careless page leaves out.
    var isTotal: Bool { label.contains("总计") }
}

extension StringProtocol {
    /// Whether nothing but white space stands here.
    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}

// Rules that compare the running text with the tables (B4, E1 to E6).
extension RuleEvaluator {
    private var text: TextFigures? {
        report.chapters.map { TextFigures(text: $0.compactMap { $0 }.joined(separator: "\n")) }
    }

    private func noText(_ rule: Rule) -> [Verdict] {
        [rule.notApplicable(zh: "文件中没有各部分文字。", en: "The file holds no chapter texts.")]
    }

    func textCounts(_ rule: Rule) -> [Verdict] {
        guard let text else { return noText(rule) }
        let found = (rule.phrases ?? []).flatMap { phrase in
            text.numbers(before: phrase.before, after: phrase.after ?? []).compactMap { count(rule, phrase, $0) }
        }
        guard found.isEmpty else { return found }
        return [rule.notApplicable(zh: "文中没有可核对的数字。", en: "The text states no figure of this kind.")]
    }

    private func count(_ rule: Rule, _ phrase: Rule.Phrase, _ found: TextFigures.Found) -> Verdict? {
        guard let stated = Int(found.number), let (sum, cells) = sum(phrase.cells ?? []) else { return nil }
        if stated == sum { return rule.holds(found.words, cells: cells, left: stated, right: sum) }
        let names = cells.map { $0.key + "=" + $0.value }.joined(separator: " + ")
        return rule.fails(
            found.words, cells: cells, left: stated, right: sum,
            zh: "文中“\(found.words)\(stated)”与表中合计 \(sum) 不一致，相差 \(stated - sum)。表：\(names)。",
            en: "The text says \(found.words) \(stated), the table \(sum): difference \(stated - sum). Table: \(names).")
    }

    private func sum(_ keys: [String]) -> (Int, [Verdict.Cell])? {
        var sum = 0
        var cells: [Verdict.Cell] = []
        for key in keys {
            guard case .count(let value)? = report.cells[key] else { return nil }
            sum += value
            cells.append(Verdict.Cell(key: key, value: String(value)))
        }
        return (sum, cells)
    }

    func textNone(_ rule: Rule) -> [Verdict] {
        guard let text else { return noText(rule) }
        let found = (rule.phrases ?? []).flatMap { phrase in
            phrase.before.filter { text.contains($0) }.compactMap { words -> Verdict? in
                guard let (sum, cells) = sum(phrase.cells ?? []) else { return nil }
                if sum == 0 { return rule.holds(words, cells: cells, left: 0, right: 0) }
                let names = cells.map { $0.key + "=" + $0.value }.joined(separator: " + ")
                return rule.fails(
                    words, cells: cells, left: 0, right: sum, zh: "文中称“\(words)”，但表中为 \(sum)：\(names)。",
                    en: "The text says “\(words)”, but the tables hold \(sum): \(names).")
            }
        }
        guard found.isEmpty else { return found }
        return [rule.notApplicable(zh: "文中没有此类说法。", en: "The text makes no such statement.")]
    }

    func textPercent(_ rule: Rule) -> [Verdict] {
        guard let text else { return noText(rule) }
        let found = (rule.phrases ?? []).flatMap { phrase -> [Verdict] in
            guard let key = phrase.rate, let rate = report.rates[key] else { return [] }
            return text.numbers(before: phrase.before, after: phrase.after ?? []).map { found in
                let stated = found.number + "%"
                let cells = [Verdict.Cell(key: key, value: rate.percent)]
                if stated == rate.percent { return rule.holds(found.words, cells: cells) }
                return rule.fails(
                    found.words, cells: cells,
                    zh: "文中“\(found.words)\(stated)”，而 \(rate.numerator)/\(rate.denominator) 为 \(rate.percent)。",
                    en: "The text says \(stated), but \(rate.numerator)/\(rate.denominator) is \(rate.percent).")
            }
        }
        guard found.isEmpty else { return found }
        return [
            rule.notApplicable(
                zh: "没有同时给出百分比及其分子分母。", en: "No percentage is given together with its counts.")
        ]
    }

    func textMentions(_ rule: Rule) -> Verdict {
        guard let chapters = report.chapters, let chapter = rule.chapter, chapter <= chapters.count else {
            return noText(rule)[0]
        }
        let text = TextFigures(text: chapters[chapter - 1] ?? "")
        let words = (rule.phrases ?? []).flatMap(\.before)
        if words.contains(where: { text.contains($0) }) { return rule.holds() }
        return rule.fails(
            zh: "第 \(chapter) 部分没有写到“\(words.joined(separator: "”“"))”。",
            en: "Chapter \(chapter) does not mention \(words.joined(separator: ", ")).")
    }

    func drafts(_ rule: Rule) -> Verdict {
        guard let chapters = report.chapters, let chapter = rule.chapter, chapter <= chapters.count else {
            return noText(rule)[0]
        }
        let text = chapters[chapter - 1] ?? ""
        if report.drafted {
            return rule.fails(
                zh: "各部分文字仍是根据数字生成的草稿，请办公室改定后再次导出。",
                en: "The chapters are still drafts made from the figures; have the clerk write them and export again.")
        }
        if let before = previous?.chapters, chapter <= before.count, before[chapter - 1] == text, !text.isBlank {
            return rule.fails(
                zh: "第 \(chapter) 部分与上一年度完全相同。", en: "Chapter \(chapter) repeats last year's word for word.")
        }
        return text.isBlank
            ? rule.fails(zh: "第 \(chapter) 部分为空。", en: "Chapter \(chapter) is empty.") : rule.holds()
    }

    func rates(_ rule: Rule) -> [Verdict] {
        let found = report.rates.sorted { $0.key < $1.key }.map { key, rate in
            let cells = [Verdict.Cell(key: key, value: "\(rate.percent) = \(rate.numerator)/\(rate.denominator)")]
            let expected = Rate.percent(rate.numerator, of: rate.denominator)
            let sound = rate.numerator >= 0 && rate.numerator <= max(0, rate.denominator)
            if sound, rate.percent == expected {
                return rule.holds(key, cells: cells)
            }
            return rule.fails(
                key, cells: cells,
                zh: "\(key) 写作 \(rate.percent)，而 \(rate.numerator)/\(rate.denominator) 为 \(expected)。",
                en: "\(key) is given as \(rate.percent), but \(rate.numerator)/\(rate.denominator) is \(expected).")
        }
        return found.isEmpty ? [rule.notApplicable(zh: "文件中没有比率。", en: "The file holds no rate.")] : found
    }
}

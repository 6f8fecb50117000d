import Ledger
import Model

/// Suggestions for the register as text for clerks.
struct PublicationTable {
    let language: Language

    func text(_ rows: [PublicationRow]) -> String {
        guard !rows.isEmpty else { return language(zh: "没有符合条件的刊播线索", en: "no suggestion fits") }
        let head =
            language == .zh
            ? ["线索", "刊播日期", "媒体", "标题", "状态", "登记编号/理由"]
            : ["suggestion", "published", "outlet", "title", "state", "number or reason"]
        return TextTable(head, rows.map(cells)).text
    }

    /// One member a line.
    func sheet(_ row: PublicationRow) -> String {
        let article = row.suggestion
        let lines: [(zh: String, en: String, value: String?)] = [
            ("线索", "suggestion", String(row.position)), ("状态", "state", Self.state(row.state, language)),
            ("媒体", "outlet", article.outlet), ("标题", "title", article.title),
            ("刊播日期", "published", article.published.description), ("链接", "link", article.link.isEmpty ? nil : article.link),
            ("关键词", "keywords", article.keywords.isEmpty ? nil : article.keywords.joined(separator: " ")),
            ("登记编号", "number", row.number), ("理由", "reason", row.reason.map(PersonalText.masked)),
            ("操作人", "by", row.by), ("确认时间", "decided", row.decided.map(ComplaintTable.minute)),
        ]
        let shown = lines.compactMap { line in line.value.map { (language(zh: line.zh, en: line.en), $0) } }
        let width = shown.map { TextTable.width($0.0) }.max() ?? 0
        return shown.map { $0 + String(repeating: " ", count: width - TextTable.width($0) + 2) + $1 }.joined(separator: "\n")
    }

    private func cells(_ row: PublicationRow) -> [String] {
        [
            String(row.position), row.suggestion.published.description, row.suggestion.outlet, row.suggestion.title,
            Self.state(row.state, language), row.number ?? row.reason.map(PersonalText.masked) ?? "",
        ]
    }

    static func state(_ state: PublicationState, _ language: Language) -> String {
        switch state {
        case .open: language(zh: "待确认", en: "open")
        case .confirmed: language(zh: "已登记", en: "confirmed")
        case .dismissed: language(zh: "不予登记", en: "dismissed")
        }
    }
}

import Ledger
import Model

/// Complaints as a table for operators; no personal data.
struct ComplaintTable {
    let site: Site
    let language: Language

    func text(_ rows: [ComplaintRow]) -> String {
        guard !rows.isEmpty else { return language(zh: "没有符合条件的投诉", en: "no complaint fits") }
        let head =
            language == .zh
            ? ["投诉", "渠道", "受理时间", "类别", "地点", "办结时间", "事件", "并入"]
            : ["complaint", "channel", "accepted", "category", "place", "closed", "incident", "merged into"]
        return TextTable(head, rows.map(cells)).text
    }

    private func cells(_ row: ComplaintRow) -> [String] {
        let category = row.category.map { code in
            language == .zh ? site.catalog.categories.first { $0.code == code }?.label ?? code : code
        }
        let open = language(zh: "未办结", en: "open")
        return [
            row.name.description, channel(row.name.channel), Self.minute(row.accepted), category ?? "",
            PersonalText.masked(row.place ?? ""), row.closed.map(Self.minute) ?? open, row.incident ?? "",
            row.mergedInto?.description ?? "",
        ]
    }

    func channel(_ key: String) -> String {
        language == .zh ? site.catalog.channels.first { $0.key == key }?.name ?? key : key
    }

    static func minute(_ time: Timestamp) -> String {
        String(time.text().prefix(16).replacing("T", with: " "))
    }
}

import Ledger
import Model

/// Incidents as a table for operators.
struct IncidentTable {
    let site: Site
    let language: Language

    func text(_ rows: [IncidentRow]) -> String {
        guard !rows.isEmpty else { return language(zh: "没有符合条件的事件", en: "no incident fits") }
        let head =
            language == .zh
            ? ["编号", "状态", "发现时间", "来源", "设备/编号", "类别", "路段", "次数", "时限"]
            : ["incident", "state", "opened", "origin", "reference", "class", "place", "seen", "due"]
        return TextTable(head, rows.map(cells)).text
    }

    private func cells(_ row: IncidentRow) -> [String] {
        let labels = site.catalog.lifecycle.labels
        let channel = row.channel.flatMap { key in site.catalog.channels.first { $0.key == key }?.name }
        let category = row.category.flatMap { code in site.catalog.categories.first { $0.code == code }?.label }
        let alarm = row.alarmClass.map { site.catalog.classLabels[$0] ?? $0 }
        let zh = language == .zh
        let due = row.due.map {
            String($0.text().prefix(16)).replacing("T", with: " ") + (row.overdue ? language(zh: " 超时", en: " late") : "")
        }
        return [
            row.id, zh ? labels[row.state.rawValue] ?? row.state.rawValue : row.state.rawValue,
            String(row.opened.text().prefix(19).replacing("T", with: " ")),
            zh ? channel ?? Self.origins[row.origin] ?? row.origin : row.channel ?? row.origin, row.reference,
            (zh ? alarm ?? category : row.alarmClass ?? row.category) ?? "", row.place ?? "", String(row.sightings), due ?? "",
        ]
    }

    private static let origins = [
        "camera": "探头", "complaint": "投诉", "telephone": "电话", "feed": "设备", "patrol": "巡控",
        "recorder": "录音设备",
    ]
}

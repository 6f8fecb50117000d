import Ledger
import Model

/// Items of evidence for people: a table of many, a sheet of one.
struct EvidenceSheet {
    private let language: Language

    init(_ language: Language) {
        self.language = language
    }

    func table(_ rows: [EvidenceRow]) -> String {
        let head =
            language == .zh
            ? ["校验值", "种类", "设备", "时间", "日志位置", "字节", "封存", "附卷"]
            : ["sha256", "kind", "device", "time", "position", "bytes", "held", "incidents"]
        let cells = rows.map { row in
            [
                String(row.sha256.prefix(12)), kind(row.kind), row.device,
                String((row.clock ?? row.received).text().prefix(19).replacing("T", with: " ")), String(row.position),
                row.bytes.map { String($0) } ?? "", row.isHeld ? language(zh: "是", en: "yes") : "",
                row.incidents == 0 ? "" : String(row.incidents),
            ]
        }
        return TextTable(head, cells).text
    }

    func text(_ item: EvidenceItem, path: String, personal: Bool) -> String {
        var lines = (item.json(personal: personal).members ?? []).compactMap { member in
            member.value.plainText.map { "\(member.key): \($0)" }
        }
        lines.append("path: \(path)")
        for hold in item.custody.holds { lines.append(language(zh: "封存:", en: "held: ") + hold) }
        for incident in item.custody.incidents { lines.append(language(zh: "附卷:", en: "incident: ") + incident) }
        for mark in item.marks { lines.append("! " + language(zh: mark.zh, en: mark.en)) }
        for entry in item.custody.entries {
            let event = entry.event
            let remark = [event.reason, event.purpose, event.incident].compactMap { $0 }.joined(separator: " · ")
            let shown = personal ? remark : PersonalText.masked(remark)
            lines.append("\(entry.received.text().prefix(19)) #\(entry.position) \(event.act.rawValue) \(event.by) \(shown)")
        }
        return lines.joined(separator: "\n")
    }

    private func kind(_ kind: EvidenceItem.Kind) -> String {
        switch kind {
        case .recording: language(zh: "录音", en: "recording")
        case .alarm: language(zh: "报警图像", en: "alarm")
        case .visit: language(zh: "巡查图像", en: "visit")
        case .taken: language(zh: "调取图像", en: "taken")
        }
    }
}

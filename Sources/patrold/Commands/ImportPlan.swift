import Feeds
import Journal
import Model
import Platform

/// What an import would do, row by row.
struct ImportPlan {
    private struct Line {
        let row: Int
        /// Source and id of each event, which are its identity for ever.
        let keys: [String]
        let record: String
        /// Why it is refused, else what it says.
        let text: Message
    }

    private var lines: [Line] = []

    mutating func take(_ row: ImportedRow) {
        switch row.outcome {
        case .events(let events):
            let text = Self.summary(events)
            lines.append(
                Line(
                    row: row.row, keys: events.map { Self.key($0) }, record: events.first?.subject ?? "",
                    text: Message(zh: text, en: text)))
        case .refused(let problems):
            let zh = problems.map { $0.column + ":" + $0.message.zh }.joined(separator: " ")
            let en = problems.map { $0.column + ": " + $0.message.en }.joined(separator: " ")
            lines.append(Line(row: row.row, keys: [], record: "", text: Message(zh: zh, en: en)))
        }
    }

    /// Prints a table, or one JSON object a row: `new`, `update` where some of its events are known, `known`, `refused`.
    func show(_ site: Site, _ options: GlobalOptions) throws {
        let known = try known(site)
        func text(_ message: Message) -> String { options.language(zh: message.zh, en: message.en) }
        if options.json {
            for line in lines {
                let answer: JSON = [
                    "row": .int(line.row), "action": .string(Self.action(line.keys, known)), "record": .string(line.record),
                    "text": .string(text(line.text)),
                ]
                print(answer.text)
            }
            return
        }
        let head = options.language == .zh ? ["行", "动作", "记录", "要点"] : ["row", "action", "record", "says"]
        let words = ["new": "新增", "update": "补充", "known": "已有", "refused": "拒绝"]
        let rows = lines.map { line in
            let action = Self.action(line.keys, known)
            return [
                String(line.row), options.language == .zh ? words[action] ?? action : action, line.record, text(line.text),
            ]
        }
        if !rows.isEmpty { print(TextTable(head, rows).text) }
    }

    private static func action(_ keys: [String], _ known: Set<String>) -> String {
        let count = keys.count { known.contains($0) }
        return keys.isEmpty ? "refused" : count == 0 ? "new" : count == keys.count ? "known" : "update"
    }

    /// Those of the events that the journal has already; a daemon need not run.
    private func known(_ site: Site) throws -> Set<String> {
        let wanted = Set(lines.flatMap(\.keys))
        guard !wanted.isEmpty, Files.exists(site.journalPath) else { return [] }
        var known: Set<String> = []
        try site.journalReader().forEach(after: 0, limit: .max) { stored in
            let key = Self.key(stored.event)
            if wanted.contains(key) { known.insert(key) }
        }
        return known
    }

    private static func key(_ event: Event) -> String { event.source + "\n" + event.id }

    /// Without the people in it.
    private static func summary(_ events: [Event]) -> String {
        events.map { event in
            guard let payload = event.payload else { return "" }
            if let record = RegisterRecord(payload) {
                return record.fields.dropFirst().prefix(4).map(\.value).joined(separator: " ")
            }
            if let call = RecordingCall(payload) { return [call.start, call.fileName].compactMap { $0 }.joined(separator: " ") }
            return event.time ?? ""
        }.joined(separator: " → ")
    }
}

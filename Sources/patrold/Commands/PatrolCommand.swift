import ArgumentParser
import Ledger
import Model

/// `patrold patrol`: what the video patrols saw, and how complete they were.
struct PatrolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patrol", abstract: "Video patrols: visits and completeness. 视频巡查的记录与完成率。",
        subcommands: [Visits.self, Completeness.self])

    struct Visits: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "visits", abstract: "The newest visits. 巡查记录。")
        @OptionGroup var options: GlobalOptions
        @Option(name: .long, help: "Of one plan. 方案。") var plan: String?
        @Flag(name: .long, help: "Only what was missed. 仅未巡。") var missed = false
        @Option(name: .shortAndLong, help: "How many. 条数。") var number = 20

        func run() throws {
            let rows = try options.site().ledgerReader().patrolVisits(plan: plan, missedOnly: missed, limit: number)
            if options.json {
                for row in rows { print(row.json.text) }
                return
            }
            guard !rows.isEmpty else { return print(options.language(zh: "没有巡查记录", en: "no visits")) }
            let zh = options.language == .zh
            let head =
                zh
                ? ["编号", "方案", "轮次", "路段", "点位", "探头", "结果", "图像/原因"]
                : ["visit", "plan", "round", "section", "spot", "camera", "state", "picture or reason"]
            let cells = rows.map { row in
                [
                    String(row.position), row.plan, String(row.round.text().prefix(16).replacing("T", with: " ")), row.section,
                    row.spot, row.camera, row.done ? (zh ? "已巡" : "done") : (zh ? "未巡" : "missed"),
                    row.done ? String((row.snapshot ?? "").prefix(16)) : row.reason ?? "",
                ]
            }
            print(TextTable(head, cells).text)
        }
    }

    struct Completeness: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "completeness", abstract: "What was due and seen, by road section. 按路段的完成率。")
        @OptionGroup var options: GlobalOptions
        @Option(name: .long, help: "First day, 2026-01-01. 起始日。") var from: String
        @Option(name: .long, help: "Last day, 2026-12-31. 截止日。") var through: String
        @Option(name: .long, help: "Of one plan. 方案。") var plan: String?
        @Option(name: .long, help: "Of one road section. 路段。") var section: String?

        func run() throws {
            guard let first = Day(from), let last = Day(through) else {
                throw Failure(.usage, "a day is written 2026-01-31; found '\(from)' and '\(through)'")
            }
            let rows = try options.site().ledgerReader().patrolCompleteness(
                from: first, through: last, plan: plan, section: section)
            if options.json {
                for row in rows { print(row.json.text) }
                return
            }
            let head =
                options.language == .zh
                ? ["方案", "路段", "应巡", "已巡", "未巡", "完成率"]
                : ["plan", "section", "due", "done", "missed", "rate"]
            let cells = rows.map { row in
                [
                    row.plan, row.section, String(row.due), String(row.done), String(row.missed),
                    row.due == 0 ? "" : "\(row.done * 100 / row.due) %",
                ]
            }
            print(TextTable(head, cells).text)
        }
    }
}

import ArgumentParser
import Incidents
import Ledger
import Model

/// `patrold outbox`: what channels and other recipients must be told, and how telling them goes.
struct OutboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "What recipients outside are told. 对外回复。", subcommands: [List.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List messages, newest first. 列表。")
        @OptionGroup var options: GlobalOptions
        @Flag(name: .long, help: "Only what is not delivered yet. 仅待发。") var pending = false
        @Flag(name: .long, help: "Only what was given up; somebody must look at it. 仅放弃。") var givenUp = false
        @Option(name: .long, help: "Only what is about this complaint. 投诉。") var about: String?
        @Option(name: .shortAndLong, help: "How many. 条数。") var number = 50

        func run() throws {
            let ledger = try options.site().ledgerReader()
            let state: OutboxState? = pending ? .pending : givenUp ? .givenUp : nil
            let subject = try about.map { try ComplaintCommand.find($0, ledger).name.description }
            let rows = try ledger.outbox(state: state, subject: subject, limit: number)
            if options.json {
                for row in rows { print(row.json.text) }
            } else {
                print(OutboxTable(language: options.language).text(rows))
            }
        }
    }
}

/// Messages as a table for operators.
struct OutboxTable {
    let language: Language
    private let plan = OutboxPlan()

    init(language: Language) {
        self.language = language
    }

    func text(_ rows: [OutboxRow]) -> String {
        guard !rows.isEmpty else { return language(zh: "没有待发或已发的回复", en: "the outbox is empty") }
        let head =
            language == .zh
            ? ["回复对象", "事由", "状态", "入队", "次数", "下次", "最近答复"]
            : ["recipient", "about", "state", "queued", "tries", "next", "last word"]
        return TextTable(head, rows.map(cells)).text
    }

    private func cells(_ row: OutboxRow) -> [String] {
        let next = row.state == .pending && row.entry.tries > 0 ? ComplaintTable.minute(plan.due(row.entry)) : ""
        return [
            row.entry.key.recipient, row.entry.subject, state(row.state), ComplaintTable.minute(row.entry.queued),
            String(row.entry.tries), next, PersonalText.masked(row.sentence ?? ""),
        ]
    }

    private func state(_ state: OutboxState) -> String {
        switch state {
        case .pending: language(zh: "待发", en: "pending")
        case .delivered: language(zh: "已送达", en: "delivered")
        case .givenUp: language(zh: "已放弃", en: "given up")
        }
    }
}

import ArgumentParser
import Incidents
import Ledger
import Model

extension ComplaintCommand {
    /// `patrold complaint merge ONE --into OTHER`.
    struct Merge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "merge", abstract: "Say that a complaint tells of the same as another. 合并投诉。",
            discussion: "Both go on counting as complaints; the incident counts once. 'separate' takes it back.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "CHANNEL/NUMBER … 投诉。") var complaints: [String]
        @Option(name: .long, help: "CHANNEL/NUMBER. 并入。") var into: String
        @Option(name: .long, help: "Why. 理由。") var reason: String?
        @Option(name: .long, help: "Who. 操作人。") var by = "operator"

        func run() async throws {
            let site = try options.site()
            let ledger = try site.ledgerReader()
            let target = try ComplaintCommand.find(into, ledger).name
            let names = try complaints.map { try ComplaintCommand.find($0, ledger).name }
            for name in names {
                let merging = ComplaintMerging(complaint: name, into: target, by: by, reason: reason)
                if let refusal = try ComplaintMerges.refusal(of: merging, ledger.standing) { throw Failure(.badData, refusal) }
                let answer = try await DaemonClient(site).post([merging.event(received: MachineClock().now())])
                let said = options.language(zh: "\(name) 已并入 \(target)", en: "\(name) is merged into \(target)")
                print(options.json ? answer.text : said)
            }
        }
    }

    /// `patrold complaint separate ONE`.
    struct Separate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "separate", abstract: "Take a merging back. 撤销合并。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "CHANNEL/NUMBER … 投诉。") var complaints: [String]
        @Option(name: .long, help: "Why. 理由。") var reason: String?
        @Option(name: .long, help: "Who. 操作人。") var by = "operator"

        func run() async throws {
            let site = try options.site()
            let ledger = try site.ledgerReader()
            for text in complaints {
                let name = try ComplaintCommand.find(text, ledger).name
                let separating = ComplaintSeparating(complaint: name, by: by, reason: reason)
                if let refusal = try ComplaintMerges.refusal(of: separating, ledger.standing) {
                    throw Failure(.badData, refusal)
                }
                let answer = try await DaemonClient(site).post([separating.event(received: MachineClock().now())])
                print(options.json ? answer.text : options.language(zh: "\(name) 已撤销合并", en: "\(name) stands alone again"))
            }
        }
    }

    /// `patrold complaint close ONE`: the channel said so by telephone or on paper.
    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close", abstract: "Type in that the channel has closed a complaint. 登记渠道办结。",
            discussion: "What is worked off here is closed with its incident ('patrold incident close'), and its channel is told."
        )
        @OptionGroup var options: GlobalOptions
        @Argument(help: "CHANNEL/NUMBER. 投诉。") var complaint: String
        @Option(name: .long, help: "RFC 3339; default now. 办结时间。") var closed: String?
        @Option(name: .long, help: "What came of it. 办理结果。") var outcome: String?

        func run() async throws {
            let site = try options.site()
            let row = try ComplaintCommand.find(complaint, try site.ledgerReader())
            if let closed = row.closed {
                throw Failure(.badData, "complaint \(row.name) was closed \(ComplaintTable.minute(closed)) already")
            }
            let now = MachineClock().now()
            let time = try closed.map { try ComplaintEntry.time($0, "--closed") } ?? now
            guard time >= row.accepted else {
                throw Failure(.badData, "complaint \(row.name) was accepted \(ComplaintTable.minute(row.accepted)), after that")
            }
            let closing = ComplaintClosing(
                channel: row.name.channel, number: row.name.number, closed: time, outcome: outcome)
            let answer = try await DaemonClient(site).post([closing.event(received: now)])
            print(options.json ? answer.text : options.language(zh: "\(row.name) 已办结", en: "\(row.name) is closed"))
        }
    }
}

import ArgumentParser
import Incidents
import Journal
import Ledger
import Model

/// `patrold complaint`: the register of complaints of all channels.
struct ComplaintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complaint", abstract: "Type in, list, compare, merge and close complaints. 投诉台账。",
        discussion: "A complaint is named CHANNEL/NUMBER, or by its number alone where only one channel has it.",
        subcommands: [Add.self, List.self, Show.self, Similar.self, Merge.self, Separate.self, Close.self])

    /// The complaint that a person means.
    ///
    /// - Throws: `Failure` where there is none, or several channels have that number.
    static func find(_ text: String, _ ledger: LedgerReader) throws -> ComplaintRow {
        if let name = ComplaintName(text), let row = try ledger.complaint(name) { return row }
        let rows = try ledger.complaints(numbered: text)
        if rows.count > 1 {
            let names = rows.map(\.name.description).joined(separator: ", ")
            throw Failure(.usage, "several channels have a complaint '\(text)'; say which: \(names)")
        }
        guard let row = rows.first else {
            throw Failure(.noInput, "there is no complaint '\(text)'; 'patrold complaint list' shows them")
        }
        return row
    }

    /// `patrold complaint add`: what came by telephone or on paper.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Type in a complaint. 手工登记投诉。",
            discussion: "Also as: patrold register complaint add channel=petition number=12 accepted=… text=…")
        @OptionGroup var options: GlobalOptions
        @Option(name: .long, help: "Key, name or alias. 渠道。") var channel: String
        @Option(name: .long, help: "The channel's own number. 编号。") var number: String
        @Option(name: .long, help: "RFC 3339; default now. 受理时间。") var accepted: String?
        @Option(name: .long, help: "What is complained of. 内容。") var text: String
        @Option(name: .long, help: "Where. 地点。") var place: String?
        @Option(name: .long, help: "大类+小类, four digits.") var category: String?
        @Option(name: .long, help: "Personal: sealed at rest. 诉求人。") var reporter: String?
        @Option(name: .long, help: "Personal: sealed at rest. 电话。") var phone: String?
        @Option(name: .long, help: "Personal: sealed at rest. 邮箱。") var email: String?

        func run() async throws {
            let said: [(String, String?)] = [
                ("channel", channel), ("number", number), ("accepted", accepted), ("text", text), ("place", place),
                ("category", category), ("reporter", reporter), ("phone", phone), ("email", email),
            ]
            let pairs = said.compactMap { key, value in value.map { (key, $0) } }
            try await ComplaintEntry(options: options, pairs: pairs).send()
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List complaints, newest first. 列表。")
        @OptionGroup var options: GlobalOptions
        @Option(name: .long, help: "Key, name or alias. 渠道。") var channel: String?
        @Flag(name: .long, help: "Only what is not closed. 仅未办结。") var open = false
        @Flag(name: .long, help: "Only what is closed. 仅已办结。") var closed = false
        @Flag(name: .long, help: "Only what is merged into another. 仅已合并。") var merged = false
        @Option(name: .long, help: "Accepted from this day or time. 受理起。") var from: String?
        @Option(name: .long, help: "Accepted before this day or time. 受理止(不含)。") var until: String?
        @Option(name: .long, help: "Only those whose words or place contain the text. 包含文字。") var grep: String?
        @Option(name: .shortAndLong, help: "How many. 条数。") var number = 20

        func run() throws {
            let site = try options.site()
            var filter = ComplaintFilter()
            filter.channel = try channel.map { try ComplaintEntry.channel($0, site).key }
            filter.open = open == closed ? nil : open
            filter.merged = merged ? true : nil
            filter.from = try from.map { try ComplaintEntry.time($0, "--from") }
            filter.until = try until.map { try ComplaintEntry.time($0, "--until") }
            // Words stand in the journal: more is looked through than is shown.
            filter.limit = grep == nil ? number : max(number, 100_000)
            var rows = try site.ledgerReader().register(filter)
            if let grep { rows = Array(try containing(grep, rows, site).prefix(number)) }
            if options.json {
                for row in rows { print(row.json.text) }
            } else {
                print(ComplaintTable(site: site, language: options.language).text(rows))
            }
        }

        private func containing(_ text: String, _ rows: [ComplaintRow], _ site: Site) throws -> [ComplaintRow] {
            let journal = try site.journalReader()
            return try rows.lazy.filter { row in
                if row.place?.contains(text) ?? false { return true }
                let words = try journal.event(at: row.textPosition)?.event.payload?["text"]?.string
                return words?.contains(text) ?? false
            }
        }
    }
}

import ArgumentParser
import Incidents
import Journal
import Ledger
import Model

extension ComplaintCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show one complaint, its words, history and replies. 详情。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "CHANNEL/NUMBER. 投诉。") var complaint: String
        @Flag(name: .long, help: "Names and numbers too; needs --reason and is noted in the journal. 显示个人信息。")
        var personal = false
        @Option(name: .long, help: "Why personal data is read. 查看理由。") var reason: String?
        @Option(name: .long, help: "Who. 操作人。") var by: String?

        func run() async throws {
            let site = try options.site()
            let ledger = try site.ledgerReader()
            let row = try ComplaintCommand.find(complaint, ledger)
            let journal = try site.journalReader()
            let steps = try ledger.steps(of: row.name)
            var seal: PersonalSeal?
            if personal {
                let access = try PersonalAccess(site, by: by, reason: reason)
                try await access.note("complaint " + row.name.description)
                seal = access.seal
            }
            let history = try steps.compactMap { step in
                try journal.event(at: step.position).map { (step, personal ? PersonalSeal.open($0, with: seal) : $0) }
            }
            if options.json {
                try printJSON(row, history, ledger)
            } else {
                try printText(row, history, ledger, site)
            }
        }

        private typealias History = [(step: IncidentStep, stored: StoredEvent)]

        private func printJSON(_ row: ComplaintRow, _ history: History, _ ledger: LedgerReader) throws {
            var members = row.json.members ?? []
            let merged = try ledger.merged(into: row.name).map { JSON.string($0.name.description) }
            let replies = try ledger.outbox(subject: row.name.description).map(\.json)
            let events = history.map { $0.stored.cloudEvent(masking: personal ? [] : personalMembers) }
            members += [
                JSON.Member("merged", .array(merged)), JSON.Member("history", .array(events)),
                JSON.Member("outbox", .array(replies)),
            ]
            print(JSON.object(members).text)
        }

        private func printText(_ row: ComplaintRow, _ history: History, _ ledger: LedgerReader, _ site: Site) throws {
            let (language, table) = (options.language, ComplaintTable(site: site, language: options.language))
            print(table.text([row]))
            if let words = history.last(where: { $0.stored.position == row.textPosition })?.stored.event.payload {
                let text = words["text"]?.string ?? ""
                print("\n" + (personal ? text : PersonalText.masked(text)))
                if personal { printPersons(words) }
            }
            let closing = history.last { $0.stored.position == row.closedPosition }?.stored.event.payload
            if let outcome = closing?["outcome"]?.string ?? closing?["reason"]?.string ?? row.outcome {
                print(language(zh: "办理结果：", en: "outcome: ") + (personal ? outcome : PersonalText.masked(outcome)))
            }
            let merged = try ledger.merged(into: row.name).map(\.name.description)
            if !merged.isEmpty { print(language(zh: "并入本件：", en: "merged into it: ") + merged.joined(separator: ", ")) }
            print("")
            let line = site.line(language)
            for (step, stored) in history {
                print(line.text(stored) + (step.refused.map { " — refused: \($0)" } ?? ""))
            }
            let replies = try ledger.outbox(subject: row.name.description)
            if !replies.isEmpty { print("\n" + OutboxTable(language: language).text(replies)) }
        }

        private func printPersons(_ words: JSON) {
            for (key, zh) in [("reporter", "诉求人"), ("phone", "电话"), ("email", "邮箱")] {
                if let value = words[key]?.plainText { print(options.language(zh: zh, en: key) + ": " + value) }
            }
        }
    }

    /// `patrold complaint similar`: what may tell of one thing; a person decides.
    struct Similar: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "similar", abstract: "Suggest complaints that may tell of one thing. 疑似重复。",
            discussion: "Nothing is merged; 'patrold complaint merge' does that.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "CHANNEL/NUMBER; without it all of the last days. 投诉。") var complaint: String?
        @Option(name: .long, help: "How far apart two may be, and how far back to look. 天数。") var days = 7
        @Option(name: .long, help: "Least score, 0 to 1. 最低分值。") var least = 0.6

        func run() throws {
            guard (1...366).contains(days) else { throw Failure(.usage, "--days must be 1 to 366") }
            let site = try options.site()
            let ledger = try site.ledgerReader()
            let pairs = try pairs(ledger, try site.journalReader())
            if options.json {
                for pair in pairs { print(Self.json(pair).text) }
            } else if pairs.isEmpty {
                print(options.language(zh: "没有疑似重复的投诉", en: "no complaints are alike"))
            } else {
                let head = options.language == .zh ? ["先", "后", "分值", "理由"] : ["earlier", "later", "score", "reasons"]
                print(TextTable(head, pairs.map(cells)).text)
            }
        }

        private func pairs(_ ledger: LedgerReader, _ journal: JournalReader) throws -> [ComplaintSuggestions.Pair] {
            let suggestions = ComplaintSuggestions(window: .days(Int64(days)), threshold: least)
            let row = try complaint.map { try ComplaintCommand.find($0, ledger) }
            let end = row?.accepted ?? MachineClock().now()
            var filter = ComplaintFilter()
            filter.from = end - .days(Int64(days))
            filter.until = row.map { $0.accepted + .days(Int64(days)) }
            filter.merged = false
            filter.limit = 100_000
            let facts = try ledger.facts(of: try ledger.register(filter), journal)
            guard let row else { return suggestions.pairs(among: facts) }
            guard let own = try ledger.facts(of: [row], journal).first else { return [] }
            return suggestions.pairs(of: own, among: facts)
        }

        private func cells(_ pair: ComplaintSuggestions.Pair) -> [String] {
            let reasons = pair.likeness.reasons.map { options.language(zh: $0.zh, en: $0.en) }
            let percent = Int((pair.likeness.score * 100).rounded())
            return [
                pair.earlier.description, pair.later.description, "\(percent)%",
                reasons.joined(separator: options.language(zh: "、", en: ", ")),
            ]
        }

        private static func json(_ pair: ComplaintSuggestions.Pair) -> JSON {
            let thousandths = Int((pair.likeness.score * 1000).rounded())
            return [
                "earlier": .string(pair.earlier.description), "later": .string(pair.later.description),
                "score": .number(thousandths == 1000 ? "1.000" : "0." + padded(thousandths, 3)),
                "reasons": .array(pair.likeness.reasons.map { ["zh": .string($0.zh), "en": .string($0.en)] }),
            ]
        }
    }
}

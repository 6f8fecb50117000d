import ArgumentParser
import Journal
import Ledger
import Model

/// `patrold verify`: recounts the hash tree, the cursor and every row of the ledger against the journal.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Recount everything; exit 65 at the first difference. 全量核对。")

    @OptionGroup var options: GlobalOptions

    @Option(name: .long, help: "Check the tree's leaves from this position on. 起始位置。")
    var from: Position = 1

    func run() throws {
        let site = try options.site()
        let journal = try site.journalReader()
        let tree = try JournalVerification(journal).run(from: from)
        if let difference = tree.difference { throw Failure(.badData, difference) }
        let live = try site.ledgerReader()
        let cursor = try live.cursor()
        guard cursor <= tree.events else {
            throw Failure(
                .badData, "the ledger is at position \(cursor), the journal ends at \(tree.events); run 'patrold rebuild'")
        }
        if let difference = try compare(site, journal) { throw Failure(.badData, difference) }
        if options.json {
            let answer: JSON = [
                "ok": true, "events": .int(tree.events), "commits": .int(tree.commits), "root": .string(hexadecimal(tree.root)),
            ]
            print(answer.text)
        } else {
            print(
                options.language(
                    zh: "核对无误:\(tree.events) 条事件,\(tree.commits) 次提交,树根 \(hexadecimal(tree.root))",
                    en: "verified: \(tree.events) events, \(tree.commits) commits, root \(hexadecimal(tree.root))"))
        }
    }

    /// Folds the journal anew and holds it against the live ledger, table by table.
    private func compare(_ site: Site, _ journal: JournalReader) throws -> String? {
        try LedgerVerification.firstDifference(live: site.ledgerPath) { cursor in
            let folded = try FoldedLedger(site, journal, upTo: cursor)
            return (folded.ledger.reader, folded)
        }
    }
}

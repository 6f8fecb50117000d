import ArgumentParser
import Glibc
import Ledger
import Model

/// `patrold rebuild`: throws the ledger away and builds it anew from the journal; the daemon must be down.
struct RebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Build the ledger anew from the journal. 由日志重建台账。")

    @OptionGroup var options: GlobalOptions

    func run() throws {
        let site = try options.site()
        let journal = try site.journalReader()
        let lock = try FolderLock(site.lockPath)
        defer { withExtendedLifetime(lock) {} }
        let fresh = site.ledgerPath + ".new"
        for suffix in ["", "-wal", "-shm"] { unlink(fresh + suffix) }
        let ledger = try Ledger(path: fresh, lifecycle: site.lifecycle, countedBy: site.countedBy)
        let last = try journal.lastPosition()
        try Fold.run(journal, into: ledger, upTo: last)
        ledger.close()
        // The old one is replaced only once the new one is whole.
        for suffix in ["-wal", "-shm"] { unlink(site.ledgerPath + suffix) }
        guard rename(fresh, site.ledgerPath) == 0 else {
            throw Failure(.inputOutput, "the new ledger cannot be put in place: \(String(cString: strerror(errno)))")
        }
        for suffix in ["-wal", "-shm"] { rename(fresh + suffix, site.ledgerPath + suffix) }
        print(options.language(zh: "台账已由 \(last) 条事件重建", en: "the ledger was built anew from \(last) events"))
    }
}

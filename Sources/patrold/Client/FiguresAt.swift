import Glibc
import Journal
import Ledger
import Model
import Platform

/// The ledger as of a position: the live one where it stands there, else one folded anew from the journal.
struct FiguresAt {
    private let site: Site
    private let position: Position?

    /// - Parameter position: nothing means the newest.
    init(_ site: Site, position: Position?) {
        self.site = site
        self.position = position
    }

    /// Calls the body with a snapshot and the tree's root at its position.
    func snapshot<Value>(_ body: (any LedgerSnapshot, _ root: [UInt8]) throws -> Value) throws -> Value {
        let journal = try site.journalReader()
        let last = try journal.lastPosition()
        if let position, position > last || position < 0 {
            throw Failure(.usage, "--at \(position): the journal ends at position \(last)")
        }
        if position == nil, let live = try? site.ledgerReader(), try live.cursor() == last || isMoving(live) {
            return try live.snapshot { try body($0, try journal.root(size: $0.position)) }
        }
        let folded = try FoldedLedger(site, journal, upTo: position ?? last)
        return try folded.ledger.reader.snapshot { try body($0, try journal.root(size: $0.position)) }
    }

    /// Whether a daemon is at work on the ledger, which is then at most a moment behind.
    private func isMoving(_ live: LedgerReader) -> Bool {
        let descriptor = open(site.lockPath, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }
}

/// A ledger of its own, folded from the journal in a temporary folder that goes away with it.
final class FoldedLedger {
    let ledger: Ledger
    private let folder: String

    init(_ site: Site, _ journal: JournalReader, upTo last: Position) throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        // mkdtemp(3) replaces the six X.
        var template = Array((parent + "/patrold-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else {
            throw Failure(.cannotCreate, "no temporary folder can be made in \(parent); set TMPDIR to one that can be written")
        }
        folder = String(cString: made)
        ledger = try Ledger(path: folder + "/ledger.sqlite", lifecycle: site.lifecycle, countedBy: site.countedBy)
        try Fold.run(journal, into: ledger, upTo: last)
    }

    deinit {
        ledger.close()
        for suffix in ["", "-wal", "-shm"] { unlink(folder + "/ledger.sqlite" + suffix) }
        rmdir(folder)
    }
}

/// Adds a journal up into an empty ledger; decisions are in the journal already, so none is made anew.
enum Fold {
    static func run(_ journal: JournalReader, into ledger: Ledger, upTo last: Position) throws {
        var position = try ledger.progress().cursor
        while position < last {
            let events = try journal.events(after: position, limit: Int(min(20_000, last - position)))
            guard let end = events.last?.position else { return }
            try ledger.apply(events, decided: end)
            position = end
        }
    }
}

import Model
import Platform

/// Decides which files of a spool folder are complete and when to try again; paths are relative to the folder.
///
/// A file is complete when it was renamed in; when its writer closed it and it stayed the same for `stableAfter`; or,
/// where nobody saw it being written (it was there at the start), when it stays the same that long. A file that was
/// made under our eyes and never closed, or that looks cut off, is waited for until `patience` is over.
struct SpoolCandidates {
    enum Input {
        /// All that is in the folder now: the truth, where the others are hints.
        case listed([String: FileSignature])
        /// There is room for more on the way; nothing new is known.
        case room
        case created(String)
        case closed(String)
        case movedIn(String)
        /// Hints were lost.
        case hintsLost
        /// The file looks unfinished.
        case unfinished(String)
        /// The file changed since it was judged complete.
        case changed(String)
        /// It could not be read, stored or delivered.
        case failed(String)
        /// Its event is durable, yet the file could not be removed.
        case notRemoved(String)
        case removed(String)
    }

    enum Action: Equatable {
        /// Store and deliver the file; `certain` where no more patience is asked for.
        case take(String, certain: Bool)
        /// Its event is durable: remove the file.
        case remove(String)
    }

    private enum Mark {
        case unseen, writing, closed, complete
    }

    private enum Phase: Equatable {
        case waiting
        case taken
        case delivered
    }

    private struct Entry {
        var signature: FileSignature?
        var unchangedSince: Span
        var mark = Mark.unseen
        var phase = Phase.waiting
        var attempts = 0
        var notBefore: Span?
    }

    let stableAfter: Span
    let patience: Span
    /// How many files may be on their way into the journal at once.
    let limit: Int
    private var entries: [String: Entry] = [:]

    init(stableAfter: Span, patience: Span, limit: Int = 8) {
        self.stableAfter = stableAfter
        self.patience = patience
        self.limit = limit
    }

    var isEmpty: Bool { entries.isEmpty }

    /// How many files are on their way into the journal.
    var taken: Int { entries.values.reduce(0) { $0 + ($1.phase == .taken ? 1 : 0) } }

    /// Whether fewer than half of the permitted files are under way, while others may wait.
    var hasRoom: Bool {
        let taken = taken
        return taken * 2 <= limit && entries.count > taken
    }

    /// - Parameter uptime: the monotonic clock.
    mutating func on(_ input: Input, at uptime: Span) -> [Action] {
        switch input {
        case .listed(let found):
            list(found, at: uptime)
            return due(at: uptime)
        case .room: return due(at: uptime)
        case .created(let path): mark(path, .writing, at: uptime)
        case .closed(let path): mark(path, .closed, at: uptime)
        case .movedIn(let path):
            mark(path, .complete, at: uptime)
            // The mark belongs to the content that the next listing shows.
            entries[path]?.signature = nil
        case .hintsLost:
            for path in entries.keys where entries[path]?.mark == .writing { entries[path]?.mark = .unseen }
        case .unfinished(let path):
            entries[path]?.phase = .waiting
            entries[path]?.notBefore = Span(microseconds: uptime.microseconds + stableAfter.microseconds)
        case .changed(let path):
            entries[path] = Entry(signature: nil, unchangedSince: uptime)
        case .failed(let path): postpone(path, .waiting, at: uptime)
        case .notRemoved(let path):
            if entries[path]?.phase == .taken { entries[path]?.attempts = 0 }
            postpone(path, .delivered, at: uptime)
        case .removed(let path): entries[path] = nil
        }
        return []
    }

    private mutating func mark(_ path: String, _ mark: Mark, at uptime: Span) {
        var entry = entries[path] ?? Entry(unchangedSince: uptime)
        entry.mark = mark
        entry.unchangedSince = uptime
        entries[path] = entry
    }

    /// Doubles from one second to one minute.
    private mutating func postpone(_ path: String, _ phase: Phase, at uptime: Span) {
        guard var entry = entries[path] else { return }
        entry.phase = phase
        let wait = Span.seconds(min(60, 1 << Int64(min(entry.attempts, 6))))
        entry.notBefore = Span(microseconds: uptime.microseconds + wait.microseconds)
        entry.attempts += 1
        entries[path] = entry
    }

    private mutating func list(_ found: [String: FileSignature], at uptime: Span) {
        for (path, entry) in entries where found[path] == nil && entry.phase != .taken { entries[path] = nil }
        for (path, signature) in found {
            var entry = entries[path] ?? Entry(unchangedSince: uptime)
            if let known = entry.signature, known != signature, entry.phase != .taken {
                entry.unchangedSince = uptime
                // What was complete or delivered was the content before.
                if entry.mark == .complete { entry.mark = .unseen }
                if entry.phase == .delivered { entry.phase = .waiting }
            }
            if entry.phase != .taken { entry.signature = signature }
            entries[path] = entry
        }
    }

    private mutating func due(at uptime: Span) -> [Action] {
        var actions: [Action] = []
        var ready: [(path: String, modified: Int64, certain: Bool)] = []
        for (path, entry) in entries where (entry.notBefore ?? uptime) <= uptime {
            if entry.phase == .delivered { actions.append(.remove(path)) }
            guard entry.phase == .waiting, let certain = complete(entry, at: uptime) else { continue }
            ready.append((path, entry.signature?.modified ?? 0, certain))
        }
        // Oldest first; picking a few out of many is cheaper than sorting a backlog every time.
        for _ in 0..<max(0, min(limit - taken, ready.count)) {
            let oldest = ready.indices.min { (ready[$0].modified, ready[$0].path) < (ready[$1].modified, ready[$1].path) }
            guard let oldest else { break }
            let next = ready.remove(at: oldest)
            entries[next.path]?.phase = .taken
            actions.append(.take(next.path, certain: next.certain))
        }
        return actions
    }

    /// Nothing while the file must still be waited for, else whether there is no doubt left.
    private func complete(_ entry: Entry, at uptime: Span) -> Bool? {
        guard entry.signature != nil else { return nil }
        let quiet = Span(microseconds: uptime.microseconds - entry.unchangedSince.microseconds)
        if entry.mark == .complete || quiet >= patience { return true }
        return entry.mark != .writing && quiet >= stableAfter ? false : nil
    }
}

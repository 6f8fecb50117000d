import Model

/// Recounts the journal's tree: every leaf from its event, every root from the leaves.
package struct JournalVerification {
    package struct Outcome: Sendable {
        package var events: Position = 0
        package var commits = 0
        package var root: [UInt8] = TreeHash.empty
        /// The first thing that is off, as one sentence; nothing where all fits.
        package var difference: String?
    }

    private let journal: JournalReader

    package init(_ journal: JournalReader) {
        self.journal = journal
    }

    /// - Parameter from: leaves before this position are taken as stored; the tree is recounted in any case.
    package func run(from: Position = 1) throws -> Outcome {
        var outcome = Outcome()
        var frontier = Frontier()
        // Events first: a commit that comes between adds to both.
        let known = try journal.lastPosition()
        let commits = try journal.commits()
        var next = commits.makeIterator()
        var commit = next.next()
        let last = commits.last?.last ?? 0
        try journal.forEach(after: 0, limit: .max) { stored in
            guard outcome.difference == nil, stored.position <= last else { return }
            if stored.position != frontier.size + 1 {
                outcome.difference = "position \(frontier.size + 1) is missing from the journal"
                return
            }
            if stored.position >= from, TreeHash.leaf(stored.event) != stored.leaf {
                outcome.difference =
                    "the event at position \(stored.position) is not what was stored: its hash does not fit (\(stored.event.source) \(stored.event.id))"
                return
            }
            frontier.append(stored.leaf)
            if let current = commit, current.last == stored.position {
                if frontier.root != current.root || frontier.bytes != current.frontier {
                    outcome.difference = "the tree's root after position \(stored.position) does not fit its events"
                }
                outcome.commits += 1
                commit = next.next()
            }
        }
        outcome.events = frontier.size
        outcome.root = frontier.root
        if outcome.difference == nil, frontier.size < last {
            outcome.difference = "the journal ends at position \(frontier.size), its tree at \(last)"
        }
        if outcome.difference == nil, let commit {
            outcome.difference = "the tree names a commit at position \(commit.last) that no event ends"
        }
        if outcome.difference == nil, known > last {
            outcome.difference = "the tree ends at position \(last), the journal at \(known)"
        }
        return outcome
    }
}

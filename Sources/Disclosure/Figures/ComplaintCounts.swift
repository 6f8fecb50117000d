import Ledger
import Model

/// How many complaints were accepted, and what became of them: every one is closed, closed late, or open.
struct ComplaintCount: Hashable, Sendable {
    var accepted = 0
    /// Closed on or before the cut-off.
    var closed = 0
    /// Closed after the cut-off: told apart, and in no rate.
    var late = 0

    /// Without a closing that the ledger knows.
    var open: Int { accepted - closed - late }

    static func += (count: inout ComplaintCount, other: ComplaintCount) {
        count.accepted += other.accepted
        count.closed += other.closed
        count.late += other.late
    }
}

/// The complaints accepted in a year, as the tallies have them.
///
/// Merged complaints count each; only incidents count once.
struct ComplaintCounts: Sendable {
    let total: ComplaintCount
    /// By the channel's key.
    let byChannel: [String: ComplaintCount]
    /// Accepted, January to December.
    let byMonth: [Int]
    /// The day of the last closing of any of them, nothing where none is closed; so far the ledger knows.
    let lastClosing: Day?

    init(_ snapshot: any LedgerSnapshot, year: Int, cutoff: Day) throws {
        var byChannel: [String: ComplaintCount] = [:]
        var byMonth = [Int](repeating: 0, count: 12)
        var lastClosing: Day?
        for tally in try snapshot.tallies("complaint.accepted", year: year) where tally.keys.count >= 2 {
            byChannel[tally.keys[1], default: ComplaintCount()].accepted += tally.count
            if let month = Int(tally.keys[0].suffix(2)), (1...12).contains(month) { byMonth[month - 1] += tally.count }
        }
        for tally in try snapshot.tallies("complaint.closed", year: year) where tally.keys.count >= 2 {
            guard let day = Day(tally.keys[0]) else { continue }
            lastClosing = max(lastClosing ?? day, day)
            if day <= cutoff {
                byChannel[tally.keys[1], default: ComplaintCount()].closed += tally.count
            } else {
                byChannel[tally.keys[1], default: ComplaintCount()].late += tally.count
            }
        }
        self.byChannel = byChannel
        self.byMonth = byMonth
        self.lastClosing = lastClosing
        total = byChannel.values.reduce(into: ComplaintCount()) { $0 += $1 }
    }

    /// The channels to print, with their names: those of the list, then by key those that have left it since.
    func names(_ channels: [Channel]) -> [(key: String, name: String)] {
        let keys = Set(channels.map(\.key))
        let others = byChannel.keys.filter { !keys.contains($0) }.sorted()
        return channels.map { ($0.key, $0.name) } + others.map { ($0, $0) }
    }
}

import Ledger
import Model

/// `patrols.csv`: how complete the video patrols were, by month, plan and road section.
///
/// Due are the spots of all rounds that fell due in the month, missed ones with them; the file has its head alone where
/// nobody patrolled.
struct PatrolTable {
    private struct Line: Hashable {
        let month: String
        let plan: String
        let section: String
    }

    private let counts: [Line: (done: Int, missed: Int)]

    /// - Parameters:
    ///   - done: the tallies `patrol.done` of the year.
    ///   - missed: the tallies `patrol.missed` of the year.
    init(done: [Tally], missed: [Tally]) {
        var counts: [Line: (done: Int, missed: Int)] = [:]
        for tally in done { Self.line(tally).map { counts[$0, default: (0, 0)].done += tally.count } }
        for tally in missed { Self.line(tally).map { counts[$0, default: (0, 0)].missed += tally.count } }
        self.counts = counts
    }

    private static func line(_ tally: Tally) -> Line? {
        guard tally.keys.count == 3 else { return nil }
        return Line(month: String(tally.keys[0].prefix(7)), plan: tally.keys[1], section: tally.keys[2])
    }

    var bytes: [UInt8] {
        let head = ["月份", "巡控方案", "路段", "应巡", "已巡", "漏巡", "完成率"]
        let lines = counts.sorted { left, right in
            (left.key.month, left.key.plan, left.key.section) < (right.key.month, right.key.plan, right.key.section)
        }.map { line, count in
            [
                line.month, line.plan, line.section, String(count.done + count.missed), String(count.done),
                String(count.missed), Rate.percent(count.done, of: count.done + count.missed),
            ]
        }
        return CSVTables.encode([head] + lines)
    }
}

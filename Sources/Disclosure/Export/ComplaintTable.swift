import Ledger
import Model

/// `complaints.csv` and the sheet 投诉举报: what was accepted, by channel and month, and what became of it.
///
/// After a channel's months comes its year, and at the end that of all channels; months without any are left out.
struct ComplaintTable {
    struct Line: Hashable {
        /// `2021-03`, or `全年`.
        let month: String
        let channel: String
        let count: ComplaintCount
        /// Of the accepted: those whose incident was refused afterwards, closed or not.
        let refused: Int
    }

    static let head = ["渠道", "月份", "受理", "截止日以前办结", "截止日以后办结", "尚未办结", "办结率", "截止日", "已知至", "受理后不予受理"]

    let lines: [Line]
    private let cutoff: String
    /// The day of the last closing that the ledger knows.
    private let known: String

    /// - Parameters:
    ///   - months: channel key → the complaints of each month, January first.
    ///   - refused: by month and channel key, as `LedgerSnapshot.refusedComplaints` gives them.
    init(
        months: [String: [ComplaintCount]], refused: [Tally], counts: ComplaintCounts, channels: [Channel], year: Int,
        cutoff: Day
    ) {
        func refusals(_ channel: String? = nil, _ month: String? = nil) -> Int {
            var count = 0
            for tally in refused where month == nil || tally.keys[0] == month {
                if channel == nil || tally.keys[1] == channel { count += tally.count }
            }
            return count
        }
        var lines: [Line] = []
        for (key, name) in counts.names(channels) {
            for (index, count) in (months[key] ?? []).enumerated() where count.accepted > 0 {
                let month = padded(year, 4) + "-" + padded(index + 1, 2)
                lines.append(Line(month: month, channel: name, count: count, refused: refusals(key, month)))
            }
            let year = counts.byChannel[key] ?? ComplaintCount()
            lines.append(Line(month: "全年", channel: name, count: year, refused: refusals(key)))
        }
        self.lines = lines + [Line(month: "全年", channel: "合计", count: counts.total, refused: refusals())]
        self.cutoff = cutoff.description
        known = counts.lastClosing?.description ?? ""
    }

    /// A line as printed; the rate is what was closed by the cut-off out of what was accepted.
    func cells(_ line: Line) -> [String] {
        let count = line.count
        return [
            line.channel, line.month, String(count.accepted), String(count.closed), String(count.late), String(count.open),
            Rate.percent(count.closed, of: count.accepted), cutoff, known, String(line.refused),
        ]
    }

    var bytes: [UInt8] { CSVTables.encode([Self.head] + lines.map { cells($0) }) }
}

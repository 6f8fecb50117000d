import Ledger
import Model

/// Computes a form's figures from one state of the ledger: registers record by record, complaints from tallies.
struct FigureCounter {
    let form: ReportForm
    let period: ReportPeriod
    /// The last day whose closings count for the rate of complaints closed.
    let cutoff: Day
    let channels: [Channel]

    func cells(_ facts: FactSheet) throws -> [AnnualReport.Figure] {
        try form.cells.map { cell in
            let rows = try facts.rows(cell.register).filter { cell.filter.holds(for: $0, in: period) }
            return AnnualReport.Figure(
                key: cell.key, label: cell.label, unit: "", value: try value(cell, rows), definition: cell.definition)
        }
    }

    private func value(_ cell: FormCell, _ rows: [FactRow]) throws -> FigureValue {
        guard let sum = cell.sum else { return .count(rows.count) }
        let total = try rows.reduce(ExactDecimal.zero) { total, row in
            guard let amount = ExactDecimal(row.text(sum.field) ?? "") else {
                throw DisclosureError(
                    .badRecord, "The \(sum.field) of \(row.name) is not a decimal number; correct the record and export again.")
            }
            return total + amount
        }
        return .amount(total.shifted(sum.shift))
    }

    func narrative(
        _ facts: FactSheet, _ snapshot: any LedgerSnapshot, _ complaints: ComplaintCounts
    ) throws -> [AnnualReport.Figure] {
        try form.narrative.flatMap { figure in
            if figure.source == .channels { return perChannel(figure, complaints) }
            let value = try value(figure, facts, snapshot, complaints)
            return [make(figure, key: figure.key, label: figure.label, value)]
        }
    }

    private func value(
        _ figure: NarrativeFigure, _ facts: FactSheet, _ snapshot: any LedgerSnapshot, _ complaints: ComplaintCounts
    ) throws -> FigureValue {
        if let count = figure.count {
            return .count(try facts.rows(count.register).count { count.filter.holds(for: $0, in: period) })
        }
        if let latest = figure.latest {
            let row = try self.latest(latest, facts)
            return row?.text(latest.field).flatMap { Int($0) }.map { .reading($0) } ?? .unknown
        }
        switch figure.source {
        case .cameras: return .count(try snapshot.cameras().count { $0.since < period.end })
        case .complaints: return .count(complaints.accepted)
        case .closedRate:
            return .rate(
                Rate(
                    numerator: complaints.closed, denominator: complaints.accepted, cutoff: cutoff,
                    definition: figure.definition))
        case .channels, nil: return .unknown
        }
    }

    /// The last record on or before the year's last day.
    func latest(_ latest: NarrativeFigure.Latest, _ facts: FactSheet) throws -> FactRow? {
        try facts.rows(latest.register).filter { row in row.day(latest.day).map { $0 <= period.to } ?? false }
            .max { left, right in
                (left.day(latest.day) ?? period.from, left.id) < (right.day(latest.day) ?? period.from, right.id)
            }
    }

    private func perChannel(_ figure: NarrativeFigure, _ complaints: ComplaintCounts) -> [AnnualReport.Figure] {
        let known = channels.map { ($0.key, $0.name) }
        let keys = Set(channels.map(\.key))
        // A channel that has left the list since still counts, under its key.
        let others = complaints.byChannel.keys.filter { !keys.contains($0) }.sorted().map { ($0, $0) }
        return (known + others).map { key, name in
            make(figure, key: figure.key + "." + key, label: name, .count(complaints.byChannel[key] ?? 0))
        }
    }

    private func make(
        _ figure: NarrativeFigure, key: String, label: String, _ value: FigureValue
    ) -> AnnualReport.Figure {
        AnnualReport.Figure(key: key, label: label, unit: figure.unit, value: value, definition: figure.definition)
    }
}

/// The complaints of a year as the tallies have them.
struct ComplaintCounts: Sendable {
    let accepted: Int
    /// Accepted in the year and closed on or before the cut-off.
    let closed: Int
    let byChannel: [String: Int]
    /// January to December.
    let byMonth: [Int]

    init(_ snapshot: any LedgerSnapshot, year: Int, cutoff: Day) throws {
        var byChannel: [String: Int] = [:]
        var byMonth = [Int](repeating: 0, count: 12)
        for tally in try snapshot.tallies("complaint.accepted", year: year) where tally.keys.count >= 2 {
            byChannel[tally.keys[1], default: 0] += tally.count
            if let month = Int(tally.keys[0].suffix(2)), (1...12).contains(month) { byMonth[month - 1] += tally.count }
        }
        self.byChannel = byChannel
        self.byMonth = byMonth
        accepted = byChannel.values.reduce(0, +)
        closed = try snapshot.tallies("complaint.closed", year: year)
            .filter { tally in tally.keys.first.flatMap { Day($0) }.map { $0 <= cutoff } ?? false }
            .reduce(0) { $0 + $1.count }
    }
}

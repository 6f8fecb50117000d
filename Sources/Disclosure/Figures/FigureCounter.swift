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
            if figure.each == .channel { return perChannel(figure, complaints) }
            let value = try value(figure, facts, snapshot, complaints)
            return [make(figure, key: figure.key, label: figure.label, value, complaints)]
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
        if figure.source == .cameras { return .count(try snapshot.cameras().count { $0.since < period.end }) }
        return value(figure, complaints.total)
    }

    private func value(_ figure: NarrativeFigure, _ count: ComplaintCount) -> FigureValue {
        switch figure.source {
        case .complaints: .count(count.accepted)
        case .closedRate:
            .rate(
                Rate(numerator: count.closed, denominator: count.accepted, cutoff: cutoff, definition: figure.definition))
        case .closedLate: .count(count.late)
        case .open: .count(count.open)
        case .cameras, nil: .unknown
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
        complaints.names(channels).map { key, name in
            let value = value(figure, complaints.byChannel[key] ?? ComplaintCount())
            return make(figure, key: figure.key + "." + key, label: name + figure.label, value, complaints)
        }
    }

    private func make(
        _ figure: NarrativeFigure, key: String, label: String, _ value: FigureValue, _ complaints: ComplaintCounts
    ) -> AnnualReport.Figure {
        var definition = figure.definition
        // What is closed late grows as long as closings come in; a figure must say how far it knows.
        if figure.source == .closedLate || figure.source == .open, let known = complaints.lastClosing {
            definition += "（台账所知的最后一次办结在\(known)）"
        }
        return AnnualReport.Figure(key: key, label: label, unit: figure.unit, value: value, definition: definition)
    }
}

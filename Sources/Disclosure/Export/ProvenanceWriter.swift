import Ledger
import Model

/// Writes `provenance.ndjson`: for every record that counts, the figures it counts in and the events behind it.
///
/// One line a record, first the registers in the form's order, then cameras, then complaints as they were accepted.
struct ProvenanceWriter {
    let form: ReportForm
    let period: ReportPeriod
    let cutoff: Day
    let facts: FactSheet
    let snapshot: any LedgerSnapshot

    /// What was written.
    struct Listing {
        /// Figure key → how many records were listed for it.
        let figures: [String: Int]
        /// Channel key → the complaints of each month, January first.
        let complaints: [String: [ComplaintCount]]
    }

    /// Writes all lines.
    func write(to file: OutputFile) throws -> Listing {
        var listed: [String: Int] = [:]
        for register in registers {
            for row in try facts.rows(register) {
                let figures = try figures(of: row, in: register)
                for figure in figures { listed[figure, default: 0] += 1 }
                if !figures.isEmpty { file.write(Self.line(figures, row.name, row.source.events)) }
            }
        }
        try writeCameras(to: file, &listed)
        var complaints = ComplaintLines(file: file, period: period, cutoff: cutoff)
        try complaints.write(snapshot)
        return Listing(figures: listed.merging(complaints.listed) { $0 + $1 }, complaints: complaints.byMonth)
    }

    private var registers: [String] {
        var seen: [String] = []
        let all = form.cells.map(\.register) + form.narrative.compactMap { $0.count?.register ?? $0.latest?.register }
        for register in all where !seen.contains(register) { seen.append(register) }
        return seen
    }

    private func figures(of row: FactRow, in register: String) throws -> [String] {
        let cells = form.cells.filter { $0.register == register && $0.filter.holds(for: row, in: period) }.map(\.key)
        let counter = FigureCounter(form: form, period: period, cutoff: cutoff, channels: [])
        let texts = try form.narrative.filter { figure in
            if let count = figure.count { return count.register == register && count.filter.holds(for: row, in: period) }
            guard let latest = figure.latest, latest.register == register else { return false }
            return try counter.latest(latest, facts)?.id == row.id
        }
        return cells + texts.map(\.key)
    }

    private func writeCameras(to file: OutputFile, _ listed: inout [String: Int]) throws {
        let keys = form.narrative.filter { $0.source == .cameras }.map(\.key)
        for camera in try snapshot.cameras() where camera.since < period.end {
            for key in keys { listed[key, default: 0] += 1 }
            file.write(Self.line(keys, "camera/" + camera.device, [camera.event]))
        }
    }

    static func line(_ figures: [String], _ record: String, _ events: [EventReference]) -> [UInt8] {
        let line: JSON = .object([
            .init("figures", .array(figures.map { .string($0) })), .init("record", .string(record)),
            .init("events", .array(events.map(\.json))),
        ])
        return line.bytes + [0x0A]
    }
}

extension EventReference {
    package var json: JSON { ["position": .int(position), "hash": .string(hexadecimal(leaf))] }
}

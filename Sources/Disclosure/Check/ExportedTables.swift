import Tables

/// Reads the CSV files of an export for checking: the first column is the key.
struct ExportedTables {
    let library: FormLibrary

    func read(_ rows: [[String]]) -> CheckedReport {
        let lines = rows.dropFirst().filter { !($0.first ?? "").isEmpty }
        let version = FormDetector(library: library).version(keys: lines.flatMap { line in keys(line[0]) })
        var report = CheckedReport(form: version)
        report.whole = false
        guard let form = try? library.form(version) else { return report }
        for line in lines { read(line, form, into: &report) }
        return report
    }

    /// A line's key is a cell, or a row whose cells follow.
    private func keys(_ key: String) -> [String] {
        let rows = library.forms.flatMap { form in form.cells.map(\.key).filter { $0 == key || $0.hasPrefix(key + ".") } }
        return Array(Set(rows))
    }

    private func read(_ line: [String], _ form: ReportForm, into report: inout CheckedReport) {
        let key = line[0]
        if key.hasPrefix("n.") {
            readRate(line, into: &report)
            return
        }
        let cells = form.cells.filter { $0.key == key || $0.key.hasPrefix(key + ".") }
        guard !cells.isEmpty, let table = form.table(of: key + ".") ?? form.table(of: key) else {
            report.unknownRows.append(key)
            return
        }
        report.tables.insert(table.key)
        for (index, cell) in cells.enumerated() {
            let text = index + 2 < line.count ? line[index + 2] : ""
            report.cells[cell.key] = CheckedReport.reading(text, decimal: cell.sum != nil)
        }
    }

    private func readRate(_ line: [String], into report: inout CheckedReport) {
        guard line.count > 5, let numerator = Int(line[4]), let denominator = Int(line[5]) else { return }
        report.rates[line[0]] = CheckedReport.RateReading(
            percent: line[2], numerator: numerator, denominator: denominator)
    }
}

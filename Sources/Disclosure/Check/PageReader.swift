import Model

/// Reads a published page as text: paragraphs, and table rows whose cells are parted by `|`.
///
/// Merged cells leave no trace but fewer cells, so a row is known by its last label and the figures follow it.
struct PageReader {
    let library: FormLibrary

    func read(_ lines: [String]) -> CheckedReport {
        let rows = lines.map { line in
            line.contains("|") ? line.split(separator: "|", omittingEmptySubsequences: false).map { trimmed($0) } : nil
        }
        let labels = Set(rows.compactMap { $0 }.flatMap { cells in labelsWithFigures(cells) })
        let version = FormDetector(library: library).version(labels: labels)
        var report = CheckedReport(form: version)
        guard let form = try? library.form(version) else { return report }
        for table in form.tables { read(table, rows.compactMap { $0 }, into: &report) }
        findUnknownRows(form, rows.compactMap { $0 }, into: &report)
        readChapters(form, zip(lines, rows).map { ($0, $1 != nil) }, into: &report)
        readPeriod(lines, into: &report)
        return report
    }

    /// The labels of a row that are directly followed by something that is meant as a figure or is blank.
    private func labelsWithFigures(_ cells: [String]) -> [String] {
        cells.indices.dropLast().filter { !cells[$0].isEmpty && !Self.figureLike(cells[$0]) && Self.figureLike(cells[$0 + 1]) }
            .map { normalised(cells[$0]) }
    }

    private func read(_ table: FormTable, _ lines: [[String]], into report: inout CheckedReport) {
        let known = TableRows(table)
        let decimals = Set(table.cells.filter { $0.sum != nil }.map(\.key))
        for row in known.rows {
            let line = row.label.isEmpty ? unlabelled(known, row, lines) : figures(row, lines)
            guard let line else { continue }
            report.tables.insert(table.key)
            for (key, text) in zip(row.keys, line) {
                report.cells[key] = CheckedReport.reading(text, decimal: decimals.contains(key))
            }
        }
    }

    /// The figures after the row's label; fewer than the form asks for read as blank.
    private func figures(_ row: TableRows.Row, _ lines: [[String]]) -> [String]? {
        for line in lines {
            guard let at = line.prefix(4).lastIndex(where: { normalised($0) == row.label }) else { continue }
            let rest = Array(line[(at + 1)...])
            // Headings, and other tables, may repeat a row's words; they are followed by words.
            guard rest.first(where: { !$0.isEmpty }).map({ Self.figureLike($0) }) ?? true else { continue }
            let packed = Array(rest.drop { $0.isEmpty })
            let figures = rest.first == "" && packed.count >= row.keys.count ? packed : rest
            return Self.padded(figures, row.keys.count)
        }
        return nil
    }

    /// A row of figures alone stands under the table's headings.
    private func unlabelled(_ table: TableRows, _ row: TableRows.Row, _ lines: [[String]]) -> [String]? {
        var under = false
        for line in lines {
            let texts = line.filter { !$0.isEmpty }
            let heads = texts.filter { table.headings.contains(normalised($0)) }
            if !heads.isEmpty, heads.count == texts.count {
                under = true
            } else if under {
                return Self.padded(line, row.keys.count)
            }
        }
        return nil
    }

    private static func padded(_ figures: [String], _ count: Int) -> [String] {
        Array(figures.prefix(count)) + [String](repeating: "", count: max(0, count - figures.count))
    }

    /// Digits of any width, blanks, and the strokes that pages print for nothing; never a word.
    static func figureLike(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.numericType != nil && scalar.properties.generalCategory == .decimalNumber
                || Self.strokes.contains(scalar)
        }
    }

    private static let strokes = Set("/-.,\u{FF0F}\u{FF0D}\u{2014}\u{2013}\u{FF0C}\u{FF0E} \u{3000}无".unicodeScalars)

    /// Rows of many figures whose label the form does not know, between those that it knows.
    private func findUnknownRows(_ form: ReportForm, _ lines: [[String]], into report: inout CheckedReport) {
        let known = Set(form.tables.flatMap { TableRows($0).labelled }.filter { $0.keys.count >= 6 }.map(\.label))
        let places = lines.indices.filter { index in labelsWithFigures(lines[index]).contains { known.contains($0) } }
        guard let first = places.first, let last = places.last else { return }
        for line in lines[first...last] {
            guard let at = line.lastIndex(where: { !$0.isEmpty && !Self.figureLike($0) }), line.count - at > 7 else { continue }
            let figures = line[(at + 1)...].count { !$0.isEmpty }
            if figures >= 6, !known.contains(normalised(line[at])) { report.unknownRows.append(line[at]) }
        }
    }

    private func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

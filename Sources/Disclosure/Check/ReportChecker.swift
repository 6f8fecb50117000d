import Model
import Tables

/// Checks published report tables against the rules, whoever made them.
///
/// Reads `report.json`, the CSV set, the page as pipe-separated text, as HTML, and as a spreadsheet; what a
/// file is, its content tells.
package struct ReportChecker: Sendable {
    private let library: FormLibrary

    /// - Throws: `DisclosureError` (`badForm`), which only a faulty build can cause.
    package init() throws {
        library = try FormLibrary.shipped()
    }

    /// Checks the files together as one report.
    ///
    /// - Parameter previous: last year's report, for the rules that compare.
    package func check(files: [(name: String, bytes: [UInt8])], previous: CheckedReport? = nil) -> CheckOutcome {
        let (report, unread) = read(files)
        guard let report, !report.tables.isEmpty, let form = try? library.form(report.form) else {
            return CheckOutcome(result: .nothingCheckable, report: report, verdicts: [], unread: unread)
        }
        let verdicts = RuleEvaluator(
            form: form, rules: library.rules(for: form), report: report, previous: previous, facts: nil
        ).verdicts
        return CheckOutcome(result: result(verdicts), report: report, verdicts: verdicts, unread: unread)
    }

    /// Reads the files as one report; nothing where none of them holds a table.
    package func read(files: [(name: String, bytes: [UInt8])]) -> CheckedReport? { read(files).0 }

    private func result(_ verdicts: [Verdict]) -> CheckOutcome.Result {
        let musts = verdicts.filter { $0.level == Rule.Level.error.rawValue }
        if musts.contains(where: { $0.outcome == .fails }) { return .fails }
        // A balance that was added up, or at least a table whose cells were read.
        return musts.contains { $0.outcome == .holds && !["S1", "S4", "E6"].contains($0.rule) } ? .holds : .nothingCheckable
    }

    private func read(_ files: [(name: String, bytes: [UInt8])]) -> (CheckedReport?, [String]) {
        var parts: [CheckedReport] = []
        var unread: [String] = []
        for file in files {
            guard let part = TableFile.isWorkbook(file.bytes) ? readSheets(file.bytes) : read(file.bytes) else {
                unread.append("\(file.name): neither UTF-8 text nor a spreadsheet; save it as one and check again.")
                continue
            }
            if part.tables.isEmpty { unread.append("\(file.name): no table of an annual report (没有年度报告的表格)。") }
            parts.append(part)
        }
        return (merge(parts), unread)
    }

    private func readSheets(_ bytes: [UInt8]) -> CheckedReport? {
        SheetLines.read(bytes).map { PageReader(library: library).read($0) }
    }

    private func read(_ bytes: [UInt8]) -> CheckedReport? {
        guard isValidUTF8(bytes) else { return nil }
        if let json = try? JSON(parsing: bytes), case .object = json { return ReportJSONReader(library: library).read(json) }
        let text = String(decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
        if text.hasPrefix("编号,") {
            return (try? CSVReader.rows(text)).map { ExportedTables(library: library).read($0.map(\.fields)) }
        }
        let lines = text.contains("<table") ? HTMLTables.lines(text) : text.split(whereSeparator: \.isNewline).map(String.init)
        return PageReader(library: library).read(lines)
    }

    /// Several files of one report; the first that holds a table sets the form.
    private func merge(_ parts: [CheckedReport]) -> CheckedReport? {
        let ordered = parts.filter { !$0.tables.isEmpty } + parts.filter { $0.tables.isEmpty }
        guard var whole = ordered.first else { return nil }
        for part in ordered.dropFirst() {
            whole.cells.merge(part.cells) { first, _ in first }
            whole.rates.merge(part.rates) { first, _ in first }
            whole.tables.formUnion(part.tables)
            whole.unknownRows += part.unknownRows
            whole.chapters = whole.chapters ?? part.chapters
            whole.year = whole.year ?? part.year
            whole.from = whole.from ?? part.from
            whole.to = whole.to ?? part.to
            whole.whole = whole.whole || part.whole
        }
        return whole
    }
}

/// Tells which version of the form a table follows, by its rows.
struct FormDetector {
    let library: FormLibrary

    /// The form that knows most of the row labels and lacks fewest; the newest where they tie.
    func version(labels: Set<String>) -> String {
        version { form in
            let rows = form.tables.flatMap { TableRows($0).labelled.map(\.label) }
            return (rows.count { labels.contains($0) }, rows.count)
        }
    }

    func version(keys: [String]) -> String {
        let keys = Set(keys)
        return version { form in (form.cells.count { keys.contains($0.key) }, form.cells.count) }
    }

    private func version(_ score: (ReportForm) -> (known: Int, all: Int)) -> String {
        let scores = library.forms.map { form -> (String, Int, Int) in
            let (known, all) = score(form)
            return (form.form, known, all)
        }
        // Fewest missing decides only where as many are known: rows shared by both forms tell nothing.
        let best = scores.max { ($0.1, -$0.2, $0.0) < ($1.1, -$1.2, $1.0) }
        return best?.0 ?? "2021"
    }
}

/// The rows of a table as they can be recognised on a page.
struct TableRows {
    struct Row {
        /// The last label before the figures, normalised; empty where the row has none.
        let label: String
        let keys: [String]
    }

    let rows: [Row]
    /// Normalised heading texts of the table.
    let headings: Set<String>

    var labelled: [Row] { rows.filter { !$0.label.isEmpty } }

    init(_ table: FormTable) {
        let keys = TableLayout.keys(of: table)
        rows = table.grid.compactMap { line in
            let figures = line.compactMap(\.row).flatMap { keys[$0] ?? [] }
            guard !figures.isEmpty else { return nil }
            return Row(label: normalised(line.last { $0.text != nil }?.text ?? ""), keys: figures)
        }
        let heads = table.grid.filter { line in line.allSatisfy { $0.row == nil } }
        headings = Set(heads.flatMap { $0.compactMap(\.text) }.map { normalised($0) })
    }
}

/// A label without blanks, quotes and punctuation, which pages spell differently.
func normalised(_ text: some StringProtocol) -> String {
    String(text.unicodeScalars.filter { $0.properties.generalCategory.isLetterOrDigit }.map(Character.init))
}

extension Unicode.GeneralCategory {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case .uppercaseLetter, .lowercaseLetter, .otherLetter, .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }
}

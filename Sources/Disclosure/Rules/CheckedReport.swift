import Model

/// A report as read for checking: what stood in each cell, exactly, whoever published it.
package struct CheckedReport: Sendable {
    /// What stands in a cell; only ASCII digits are a number.
    package enum Reading: Hashable, Sendable {
        case count(Int)
        case amount(ExactDecimal)
        case blank
        /// Full-width digits, `/`, `—`, `1,113`, `-1` and all else.
        case notANumber(String)

        var text: String {
            switch self {
            case .count(let value): String(value)
            case .amount(let value): value.description
            case .blank: ""
            case .notANumber(let text): text
            }
        }
    }

    package struct RateReading: Hashable, Sendable {
        package let percent: String
        package let numerator: Int
        package let denominator: Int
    }

    /// Version of the form.
    package var form: String
    package var year: Int?
    package var from: Day?
    package var to: Day?
    package var cells: [String: Reading] = [:]
    package var rates: [String: RateReading] = [:]
    /// The chapters' texts, or nothing where the file holds none; a chapter that is missing is nothing.
    package var chapters: [String?]?
    /// Headings that stand in the wrong order.
    var misplacedChapters: [String] = []
    /// Rows and keys that the form does not know.
    var unknownRows: [String] = []
    /// Keys of the tables that were found.
    var tables: Set<String> = []
    /// Whether the source claims to be the whole report, so that a missing table is a defect.
    var whole = true
    /// Whether the chapters are drafts from the figures.
    var drafted = false
}

extension CheckedReport {
    init(form: String) {
        self.form = form
    }

    /// Our own report, to check it before it leaves.
    package init(_ report: AnnualReport) {
        form = report.form.form
        year = report.period.year
        from = report.period.from
        to = report.period.to
        for figure in report.cells {
            switch figure.value {
            case .count(let value), .reading(let value): cells[figure.key] = .count(value)
            case .amount(let value): cells[figure.key] = .amount(value)
            case .rate, .unknown: cells[figure.key] = .blank
            }
        }
        for figure in report.narrative {
            guard case .rate(let rate) = figure.value else { continue }
            rates[figure.key] = RateReading(
                percent: rate.percent, numerator: rate.numerator, denominator: rate.denominator)
        }
        chapters = report.chapters
        tables = Set(report.form.tables.map(\.key))
        drafted = report.drafted
    }

    /// Reads what stands in a cell of text.
    ///
    /// - Parameter decimal: whether the form allows decimals there (the fee).
    static func reading(_ text: some StringProtocol, decimal: Bool) -> Reading {
        if text.isEmpty { return .blank }
        guard let value = ExactDecimal(text), !(text.count > 1 && text.first == "0" && !text.hasPrefix("0.")) else {
            return .notANumber(String(text))
        }
        if decimal { return .amount(value) }
        return value.places == 0 ? Int(text).map { .count($0) } ?? .notANumber(String(text)) : .notANumber(String(text))
    }
}

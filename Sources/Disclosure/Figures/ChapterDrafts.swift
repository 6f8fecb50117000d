import Mustache

/// Draft texts of the six chapters, written from the figures where the clerk has given none.
///
/// They state figures only; what a body makes of them is the clerk's to write (rule E5 says so).
struct ChapterDrafts {
    let form: ReportForm
    let period: ReportPeriod
    let cells: [AnnualReport.Figure]
    let narrative: [AnnualReport.Figure]

    var texts: [String] {
        get throws {
            let source = String(decoding: PackageResources.chapters_mustache, as: UTF8.self)
            let template = try MustacheTemplate(string: source)
            let parts = template.render(context).split(separator: "\n---\n", omittingEmptySubsequences: false)
            return parts.map { part in
                part.split(separator: "\n", omittingEmptySubsequences: true).joined(separator: "\n")
            }
        }
    }

    private var context: [String: Any] {
        var context: [String: Any] = ["year": String(period.year)]
        for figure in cells + narrative {
            context[Self.word(figure.key)] = figure.value.text
            if figure.value != .count(0) { context["some_" + Self.word(figure.key)] = true }
            if case .rate(let rate) = figure.value {
                context[Self.word(figure.key) + "_numerator"] = String(rate.numerator)
                context[Self.word(figure.key) + "_known"] = rate.denominator > 0
            }
        }
        context["channels"] = narrative.filter { $0.key.hasPrefix("n.complaints.accepted.") }
            .map { ["name": $0.label, "count": $0.value.text] }
        context["lawsuits"] = String(lawsuits)
        context["some_lawsuits"] = lawsuits != 0
        return context
    }

    private var lawsuits: Int {
        cells.filter { $0.key.hasPrefix("t4.lawsuit.") && $0.key.hasSuffix(".total") }
            .reduce(0) { total, figure in if case .count(let value) = figure.value { total + value } else { total } }
    }

    /// Keys as template words: points are separators in Mustache.
    private static func word(_ key: String) -> String {
        key.split(separator: ".").joined(separator: "_")
    }
}

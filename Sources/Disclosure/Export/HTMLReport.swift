import Model
import Mustache

/// `report.html`: the six chapters in the official layout, ready to print on A4.
struct HTMLReport {
    let pages: ReportPages

    /// - Throws: what Mustache throws for a broken template, which only a faulty build can cause.
    var bytes: [UInt8] {
        get throws {
            let template = try MustacheTemplate(string: String(decoding: PackageResources.report_mustache, as: UTF8.self))
            return Array(template.render(context).utf8)
        }
    }

    private var context: [String: Any] {
        let report = pages.report
        return [
            "title": report.title, "bureau": report.bureau, "year": String(report.period.year),
            "basis": report.form.basis, "position": String(report.position), "from": Self.chinese(report.period.from),
            "to": Self.chinese(report.period.to), "blind": String(pages.gaps.minutes),
            "chapters": report.form.chapters.enumerated().map { index, heading in chapter(index, heading) },
            "narrative": report.narrative.map { figure in
                [
                    "key": figure.key, "label": figure.label, "unit": figure.unit, "value": figure.value.text,
                    "note": Self.note(figure),
                ]
            },
        ]
    }

    private func chapter(_ index: Int, _ heading: String) -> [String: Any] {
        let report = pages.report
        let text = index < report.chapters.count ? report.chapters[index] : ""
        var context: [String: Any] = [
            "heading": heading, "paragraphs": text.split(whereSeparator: \.isNewline).map(String.init),
            "tables": report.form.tables.filter { $0.chapter == index + 1 }.map { table($0) },
        ]
        if index == 0 { context["charts"] = charts }
        return context
    }

    private var charts: [String] {
        let months = pages.complaints.byMonth.enumerated().map { BarChart.Bar(label: "\($0 + 1)月", value: $1) }
        let channels = pages.report.narrative.filter { $0.key.hasPrefix("n.complaints.accepted.") }.map { figure in
            BarChart.Bar(label: figure.label, value: pages.complaints.byChannel[String(figure.key.dropFirst(22))]?.accepted ?? 0)
        }
        guard pages.complaints.total.accepted > 0 else { return [] }
        return [
            BarChart(title: "各月受理投诉举报（件）", bars: months).columns,
            BarChart(title: "各渠道受理投诉举报（件）", bars: channels).rows,
        ]
    }

    private func table(_ table: FormTable) -> [String: Any] {
        let layout = TableLayout(table)
        let values = Dictionary(
            pages.report.cells.map { ($0.key, $0.value.text) }, uniquingKeysWith: { first, _ in first })
        let sum = max(1, table.widths.reduce(0, +))
        return [
            "key": table.key, "title": table.title,
            "columns": table.widths.map { ["percent": Self.percent($0, of: sum)] },
            "rows": layout.rows.map { row in ["cells": row.map { cell($0, values) }] },
        ]
    }

    private func cell(_ cell: TableLayout.Cell, _ values: [String: String]) -> [String: Any] {
        var context: [String: Any] = [:]
        if cell.across > 1 { context["across"] = String(cell.across) }
        if cell.down > 1 { context["down"] = String(cell.down) }
        switch cell.content {
        case .heading(let text):
            context["text"] = text
            context["isHeading"] = true
        case .label(let text):
            context["text"] = text
            context["isLabel"] = true
        case .figure(let key):
            context["text"] = values[key] ?? ""
            context["figure"] = key
            context["isFigure"] = true
        }
        return context
    }

    /// Hundredths of a percent without binary floating point: `12.50`.
    private static func percent(_ part: Int, of whole: Int) -> String {
        let hundredths = part * 10_000 / whole
        let rest = String(hundredths % 100)
        return String(hundredths / 100) + "." + (rest.count < 2 ? "0" : "") + rest
    }

    private static func note(_ figure: AnnualReport.Figure) -> String {
        guard case .rate(let rate) = figure.value else { return figure.definition }
        return "\(figure.definition)：\(rate.numerator) ÷ \(rate.denominator)，截止 \(chinese(rate.cutoff))"
    }

    private static func chinese(_ day: Day) -> String { "\(day.year)年\(day.month)月\(day.day)日" }
}

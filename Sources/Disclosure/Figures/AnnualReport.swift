import Model

/// The annual report of one year: every figure, computed and never typed in, and the six texts around them.
package struct AnnualReport: Sendable {
    package struct Figure: Sendable {
        package let key: String
        package let label: String
        /// The unit after the number in running text; empty in tables.
        package let unit: String
        package let value: FigureValue
        /// What is counted, in words for the reader.
        package let definition: String
    }

    package let form: ReportForm
    package let period: ReportPeriod
    package let bureau: String
    /// The journal position that the figures belong to.
    package let position: Position
    package let cells: [Figure]
    package let narrative: [Figure]
    package let chapters: [String]
    /// Whether the chapters are drafts from the figures and not the clerk's texts.
    package let drafted: Bool

    package subscript(key: String) -> FigureValue? {
        cells.first { $0.key == key }?.value ?? narrative.first { $0.key == key }?.value
    }

    package var title: String { bureau + String(period.year) + "年政府信息公开工作年度报告" }

    /// `report.json`: the keys are a contract with other programs.
    package var json: JSON {
        .object([
            .init("form", .string(form.form)), .init("year", .int(period.year)),
            .init("period", ["from": .string(period.from.description), "to": .string(period.to.description)]),
            .init("bureau", .string(bureau)), .init("position", .int(position)),
            .init("cells", .object(cells.map { .init($0.key, $0.value.json) })),
            .init("narrative", .object(narrative.map { .init($0.key, $0.value.json) })),
            .init("definitions", .object((cells + narrative).map { .init($0.key, .string($0.label + "：" + $0.definition)) })),
            .init("chapters", .array(chapters.map { .string($0) })),
        ])
    }
}

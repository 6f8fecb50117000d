import Model

/// Reads `report.json` for checking; a number written as text is no number here, but for the fee.
struct ReportJSONReader {
    let library: FormLibrary

    func read(_ json: JSON) -> CheckedReport {
        let cells = json["cells"]?.members ?? []
        let version = json["form"]?.plainText ?? FormDetector(library: library).version(keys: cells.map(\.key))
        var report = CheckedReport(form: version)
        let form = try? library.form(version)
        report.year = json["year"]?.int
        report.from = json["period"]?["from"]?.string.flatMap { Day($0) }
        report.to = json["period"]?["to"]?.string.flatMap { Day($0) }
        report.chapters = json["chapters"]?.array?.map(\.string)
        let known = Dictionary((form?.cells ?? []).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        for member in cells {
            guard let cell = known[member.key] else {
                report.unknownRows.append(member.key)
                continue
            }
            report.cells[member.key] = Self.reading(member.value, decimal: cell.sum != nil)
            if let table = form?.table(of: member.key) { report.tables.insert(table.key) }
        }
        readRates(json, into: &report)
        return report
    }

    private static func reading(_ value: JSON, decimal: Bool) -> CheckedReport.Reading {
        switch value {
        case .number(let text): CheckedReport.reading(text, decimal: decimal)
        case .string(let text) where decimal || text.isEmpty: CheckedReport.reading(text, decimal: decimal)
        case .string(let text): .notANumber("\"" + text + "\"")
        case .null: .blank
        case .bool, .array, .object: .notANumber(value.text)
        }
    }

    private func readRates(_ json: JSON, into report: inout CheckedReport) {
        for member in json["narrative"]?.members ?? [] {
            guard let percent = member.value["percent"]?.string, let numerator = member.value["numerator"]?.int,
                let denominator = member.value["denominator"]?.int
            else { continue }
            report.rates[member.key] = CheckedReport.RateReading(
                percent: percent, numerator: numerator, denominator: denominator)
        }
    }
}

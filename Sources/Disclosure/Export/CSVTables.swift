/// The tables as CSV: UTF-8 with a byte order mark and CRLF, as spreadsheet programs in China expect (RFC 4180).
///
/// A table whose rows share their columns is written wide, the others one cell a line; keys come first.
struct CSVTables {
    let report: AnnualReport

    func bytes(_ table: FormTable) -> [UInt8] {
        if table.blocks.count == 1, let block = table.blocks.first { return wide(table, block) }
        let lines = figures(of: table).map { [$0.key, $0.label, $0.value.text] }
        return Self.encode([["编号", "项目", "数量"]] + lines)
    }

    var narrative: [UInt8] {
        let head = ["编号", "项目", "数值", "单位", "分子", "分母", "截止日", "口径"]
        let lines = report.narrative.map { figure in
            let start = [figure.key, figure.label, figure.value.text, figure.unit]
            guard case .rate(let rate) = figure.value else { return start + ["", "", "", figure.definition] }
            return start + [
                String(rate.numerator), String(rate.denominator), rate.cutoff.description, figure.definition,
            ]
        }
        return Self.encode([head] + lines)
    }

    private func wide(_ table: FormTable, _ block: FormBlock) -> [UInt8] {
        let values = Dictionary(report.cells.map { ($0.key, $0.value.text) }, uniquingKeysWith: { first, _ in first })
        let head = ["编号", "项目"] + block.columns.map(\.label)
        let lines = block.rows.map { row in
            let label = [row.group, row.label].compactMap { $0 }.joined(separator: "·")
            let key = table.key + "." + row.key
            return [key, label] + block.columns.map { values[key + "." + $0.key] ?? "" }
        }
        return Self.encode([head] + lines)
    }

    private func figures(of table: FormTable) -> [AnnualReport.Figure] {
        report.cells.filter { $0.key.hasPrefix(table.key + ".") }
    }

    static func encode(_ lines: [[String]]) -> [UInt8] {
        [0xEF, 0xBB, 0xBF] + lines.flatMap { line in Array((line.map(quote).joined(separator: ",") + "\r\n").utf8) }
    }

    private static func quote(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

import CXlsxWriter
import Ledger

// The sheets of `report.xlsx`: one a table as the form prints it, then narrative, incidents and checks.
extension Workbook {
    func add(_ table: FormTable, _ report: AnnualReport) {
        let layout = TableLayout(table)
        guard
            let sheet = addSheet(table.sheet, landscape: layout.width > 10, widths: table.widths, onePage: true)
        else { return }
        let values = Dictionary(report.cells.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        addTitle(sheet, table.title, across: layout.width)
        for (index, row) in layout.rows.enumerated() {
            for cell in row {
                let place = Place(row: index + 1, column: cell.column, across: cell.across, down: cell.down)
                switch cell.content {
                case .heading(let text): write(sheet, place, text, .heading)
                case .label(let text): write(sheet, place, text, .label)
                case .figure(let key): write(sheet, place, values[key] ?? .unknown)
                }
            }
            setHeight(sheet, row: index + 1, points: height(row, table.widths))
        }
        freeze(sheet, rows: layout.headings == 1 ? 1 : layout.headings + 1, columns: table.labels)
    }

    /// Room for the text that wraps most: a Chinese character is two columns wide.
    private func height(_ row: [TableLayout.Cell], _ widths: [Int]) -> Double {
        let lines = row.filter { $0.down == 1 }.map { cell -> Int in
            let text: String
            switch cell.content {
            case .heading(let words), .label(let words): text = words
            case .figure: return 1
            }
            let room = widths[cell.column..<min(widths.count, cell.column + cell.across)].reduce(0, +)
            let width = Self.width(text)
            return max(1, (width + max(1, room - 2) - 1) / max(1, room - 2))
        }
        return Double(8 + 15 * (lines.max() ?? 1))
    }

    private func addTitle(_ sheet: UnsafeMutablePointer<lxw_worksheet>, _ title: String, across: Int) {
        write(sheet, Place(row: 0, column: 0, across: across), title, .title)
        setHeight(sheet, row: 0, points: 36)
    }

    func addNarrative(_ report: AnnualReport) {
        guard let sheet = addSheet("文字数据", landscape: true, widths: [34, 30, 12, 6, 10, 10, 12, 60]) else { return }
        addTitle(sheet, "总体情况所用数据", across: 8)
        heads(sheet, ["编号", "项目", "数值", "单位", "分子", "分母", "截止日", "口径"])
        for (index, figure) in report.narrative.enumerated() {
            let row = index + 2
            write(sheet, Place(row: row, column: 0), figure.key, .label)
            write(sheet, Place(row: row, column: 1), figure.label, .label)
            write(sheet, Place(row: row, column: 2), figure.value)
            write(sheet, Place(row: row, column: 3), figure.unit, .figure)
            if case .rate(let rate) = figure.value {
                write(sheet, Place(row: row, column: 4), .count(rate.numerator))
                write(sheet, Place(row: row, column: 5), .count(rate.denominator))
                write(sheet, Place(row: row, column: 6), rate.cutoff.description, .figure)
            } else {
                for column in 4...6 { write(sheet, Place(row: row, column: column), "", .figure) }
            }
            write(sheet, Place(row: row, column: 7), figure.definition, .text)
            setHeight(sheet, row: row, points: figure.definition.count > 29 ? 38 : 23)
        }
        freeze(sheet, rows: 2, columns: 1)
    }

    func addComplaints(_ pages: ReportPages) {
        let widths = [36, 10, 9, 15, 15, 10, 9, 12, 12, 15]
        guard let sheet = addSheet("投诉举报", landscape: true, widths: widths) else { return }
        addTitle(sheet, "投诉举报（按渠道、月份）", across: widths.count)
        heads(sheet, ComplaintTable.head)
        for (index, line) in pages.complaintTable.lines.enumerated() {
            let row = index + 2
            let counts = [line.count.accepted, line.count.closed, line.count.late, line.count.open]
            for (column, text) in pages.complaintTable.cells(line).enumerated() {
                let place = Place(row: row, column: column)
                if (2..<6).contains(column) {
                    write(sheet, place, .count(counts[column - 2]))
                } else if column == ComplaintTable.head.count - 1 {
                    write(sheet, place, .count(line.refused))
                } else {
                    write(sheet, place, text, column == 0 ? .label : .figure)
                }
            }
            setHeight(sheet, row: row, points: 23)
        }
        freeze(sheet, rows: 2, columns: 2)
    }

    func addIncidents(_ pages: ReportPages) {
        let widths = [36, 14] + [Int](repeating: 7, count: 12) + [9]
        guard let sheet = addSheet("巡查事件", landscape: true, widths: widths) else { return }
        addTitle(sheet, "巡查事件（按月、来源、类别）", across: 15)
        heads(sheet, ["来源", "类别"] + (1...12).map { "\($0)月" } + ["合计"])
        let lines = IncidentLines(pages.incidents).lines
        for (index, line) in lines.enumerated() {
            let row = index + 2
            write(sheet, Place(row: row, column: 0), pages.originName(line.origin), .label)
            write(sheet, Place(row: row, column: 1), line.category, .label)
            for (month, count) in line.months.enumerated() {
                write(sheet, Place(row: row, column: month + 2), .count(count))
            }
            write(sheet, Place(row: row, column: 14), .count(line.months.reduce(0, +)))
            setHeight(sheet, row: row, points: 23)
        }
        if lines.isEmpty { write(sheet, Place(row: 2, column: 0, across: 15), "本年没有事件。", .note) }
        freeze(sheet, rows: 2, columns: 2)
    }

    func addChecks(_ pages: ReportPages) {
        guard let sheet = addSheet("核对", landscape: true, widths: [8, 30, 6, 10, 10, 10, 10, 80]) else { return }
        addTitle(sheet, "勾稽关系核对结果", across: 8)
        heads(sheet, ["规则", "对象", "级别", "结论", "左边", "右边", "相差", "说明"])
        for (index, check) in pages.checks.enumerated() {
            let row = index + 2
            let style: Style = check.outcome == .fails ? .bad : .label
            let name = check.instance.map { pages.report.form.label(of: $0) ?? $0 } ?? ""
            write(sheet, Place(row: row, column: 0), check.rule, style)
            write(sheet, Place(row: row, column: 1), name, style)
            write(sheet, Place(row: row, column: 2), check.level, style)
            write(sheet, Place(row: row, column: 3), check.outcome.chinese, style)
            for (column, value) in [check.left, check.right, check.difference].enumerated() {
                write(sheet, Place(row: row, column: column + 4), value.map { .count($0) } ?? .unknown)
            }
            write(sheet, Place(row: row, column: 7), check.zh, style)
            let lines = max(Self.width(check.zh) / 76, Self.width(name) / 28) + 1
            setHeight(sheet, row: row, points: Double(8 + 15 * min(lines, 20)))
        }
        freeze(sheet, rows: 2, columns: 2)
    }

    /// In columns: a Chinese character takes two.
    private static func width(_ text: String) -> Int { text.reduce(0) { $0 + ($1.isASCII ? 1 : 2) } }

    private func heads(_ sheet: UnsafeMutablePointer<lxw_worksheet>, _ heads: [String]) {
        for (column, head) in heads.enumerated() { write(sheet, Place(row: 1, column: column), head, .heading) }
        setHeight(sheet, row: 1, points: 23)
    }
}

extension Verdict.Outcome {
    var chinese: String {
        switch self {
        case .holds: "成立"
        case .fails: "不成立"
        case .notApplicable: "不适用"
        }
    }
}

/// The incidents of a year: a line for each origin and category, a column for each month.
struct IncidentLines {
    struct Line {
        let origin: String
        let category: String
        var months: [Int]
    }

    let lines: [Line]

    init(_ tallies: [Tally]) {
        var lines: [[String]: Line] = [:]
        for tally in tallies where tally.keys.count == 3 {
            let key = [tally.keys[1], tally.keys[2]]
            guard let month = Int(tally.keys[0].suffix(2)), (1...12).contains(month) else { continue }
            var line = lines[key] ?? Line(origin: key[0], category: key[1], months: [Int](repeating: 0, count: 12))
            line.months[month - 1] += tally.count
            lines[key] = line
        }
        self.lines = lines.values.sorted { ($0.origin, $0.category) < ($1.origin, $1.category) }
    }
}

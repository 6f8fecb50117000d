import Model

extension PageReader {
    /// Gathers the text under each of the form's headings; a table counts as content.
    func readChapters(_ form: ReportForm, _ lines: [(text: String, isRow: Bool)], into report: inout CheckedReport) {
        let headings = form.chapters.map { normalised($0) }
        var texts = [String?](repeating: nil, count: headings.count)
        var current: Int?
        for line in lines {
            if !line.isRow, let found = headings.firstIndex(of: normalised(line.text)) {
                if let current, found < current { report.misplacedChapters.append(form.chapters[found]) }
                current = found
                texts[found] = texts[found] ?? ""
            } else if let at = current {
                texts[at] = (texts[at] ?? "") + (line.isRow ? "|" : line.text) + "\n"
            } else if !line.isRow {
                continue
            }
        }
        report.whole = texts.contains { $0 != nil }
        report.chapters = report.whole ? texts : nil
    }

    /// Reads `2021年1月1日—2021年12月31日` wherever two dates stand together.
    func readPeriod(_ lines: [String], into report: inout CheckedReport) {
        for line in lines where !line.contains("|") {
            let days = Self.days(line)
            guard let first = days.first, days.count >= 2, let last = days.dropFirst().first else { continue }
            report.from = first
            report.to = last
            report.year = last.year
            return
        }
    }

    private static func days(_ line: String) -> [Day] {
        line.matches(of: /(\d{4})年(\d{1,2})月(\d{1,2})日/).compactMap { match in
            guard let year = Int(match.1), let month = Int(match.2), let day = Int(match.3) else { return nil }
            return Day(year: year, month: month, day: day)
        }
    }
}

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
            }
        }
        report.whole = texts.contains { $0 != nil }
        report.chapters = report.whole ? texts : nil
    }

    /// Reads the year from the title, and the period wherever two dates stand together; the second may lack its year.
    func readPeriod(_ lines: [String], into report: inout CheckedReport) {
        report.year = lines.prefix(8).lazy.compactMap { Self.titleYear($0) }.first
        for line in lines where !line.contains("|") {
            guard let (from, to) = Self.period(line) else { continue }
            report.from = from
            report.to = to
            report.year = report.year ?? to.year
            return
        }
    }

    private static func titleYear(_ line: String) -> Int? {
        line.firstMatch(of: /(\d{4})年度?政府信息公开(?:工作)?年度报告/).flatMap { Int($0.1) }
    }

    private static func period(_ line: String) -> (Day, Day)? {
        let dates = /(\d{4})年(\d{1,2})月(\d{1,2})日[^\d]{1,6}(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日/
        guard let match = line.firstMatch(of: dates), let year = Int(match.1) else { return nil }
        let last = match.4.flatMap { Int($0) } ?? year
        guard let from = day(year, match.2, match.3), let to = day(last, match.5, match.6) else { return nil }
        return (from, to)
    }

    private static func day(_ year: Int, _ month: Substring, _ day: Substring) -> Day? {
        guard let month = Int(month), let day = Int(day) else { return nil }
        return Day(year: year, month: month, day: day)
    }
}

import Model

/// The working calendar for people: a month as a sheet of weeks, a year as a table of months.
struct CalendarSheet {
    let calendar: WorkCalendar
    let language: Language

    static func assumed(_ year: Int, _ language: Language) -> String {
        language(
            zh: "注意：\(year) 年放假安排不在本日历中，按周一至周五上班推定",
            en: "note: the holidays of \(year) are not in this calendar; Monday to Friday is assumed")
    }

    /// All published years and what each is worth.
    var overview: String {
        let head =
            language == .zh
            ? ["年", "工作日", "节假日调休放假天数", "调休上班", "依据"] : ["year", "working days", "days off", "make-up days", "source"]
        let rows = calendar.years.map { year in
            let days = days(year.year, nil)
            return [
                String(year.year), String(workDays(year.year)), String(days.filter { $0["kind"] == "holiday" }.count),
                String(days.filter { $0["kind"] == "make-up" }.count), year.source,
            ]
        }
        let hours = calendar.hours.map { clock($0.from) + "–" + clock($0.until) }.joined(separator: language(zh: "、", en: ", "))
        return language(
            zh: "工作日历 \(calendar.version) 版，工作时间 \(hours)", en: "working calendar \(calendar.version), hours \(hours)")
            + "\n" + TextTable(head, rows).text
    }

    func facts(_ year: WorkCalendar.Year) -> JSON {
        [
            "year": .int(year.year), "workdays": .int(workDays(year.year)), "source": .string(year.source),
            "calendar": .string(calendar.version),
        ]
    }

    /// The months of a year with their counts, and its holidays.
    func year(_ year: Int) -> String {
        let head =
            language == .zh ? ["月", "天数", "工作日", "其中调休上班", "节假日"] : ["month", "days", "working days", "make-up", "holidays"]
        var rows = (1...12).map { (month: Int) in row("\(month)", days(year, month)) }
        rows.append(row(language(zh: "合计", en: "sum"), days(year, nil)))
        return title("\(year)", year) + "\n" + TextTable(head, rows).text + notes(year) { _ in true }
    }

    private func row(_ name: String, _ days: [JSON]) -> [String] {
        let kinds = days.compactMap { $0["kind"]?.string }
        let (work, makeUp, holiday) = ("work", "make-up", "holiday")
        return [
            name, String(days.count), String(kinds.count { $0 == work || $0 == makeUp }), String(kinds.count { $0 == makeUp }),
            String(kinds.count { $0 == holiday }),
        ]
    }

    /// The weeks of a month, Monday first; 休 is a holiday, 班 a make-up day.
    func month(_ year: Int, _ month: Int) -> String {
        guard let first = Day(year: year, month: month, day: 1)?.number else { return "" }
        let head =
            language == .zh ? ["一", "二", "三", "四", "五", "六", "日"] : ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        var cells = [String](repeating: "", count: WorkCalendar.weekday(first) - 1)
        for date in 1...Day.length(ofMonth: month, in: year) {
            cells.append(padded(date, 2) + mark(calendar.kind(first + Int64(date) - 1)))
        }
        while cells.count % 7 != 0 { cells.append("") }
        let rows = stride(from: 0, to: cells.count, by: 7).map { Array(cells[$0..<$0 + 7]) }
        let count = days(year, month).count { $0["kind"] == "work" || $0["kind"] == "make-up" }
        let title = title("\(year)-\(padded(month, 2))", year) + language(zh: "：\(count) 个工作日", en: ": \(count) working days")
        return title + "\n" + TextTable(head, rows).text + notes(year) { $0.year == year && $0.month == month }
    }

    private func mark(_ kind: WorkCalendar.DayKind) -> String {
        switch kind {
        case .work: ""
        case .makeUp: language(zh: " 班", en: " work")
        case .holiday: language(zh: " 休", en: " off")
        case .weekend: " ·"
        }
    }

    private func title(_ period: String, _ year: Int) -> String {
        let note = calendar.isPublished(year) ? "" : "\n" + Self.assumed(year, language)
        return language(zh: "\(period)，工作日历 \(calendar.version) 版", en: "\(period), calendar \(calendar.version)") + note
    }

    /// The published holidays that touch the days asked for, and by which document.
    private func notes(_ year: Int, _ isAsked: (Day) -> Bool) -> String {
        var lines: [String] = []
        for published in calendar.years {
            for holiday in published.holidays {
                let days = [holiday.first, holiday.last] + holiday.makeUps
                guard days.contains(where: { $0.year == year && isAsked($0) }) else { continue }
                let off = holiday.first == holiday.last ? "\(holiday.first)" : "\(holiday.first)…\(holiday.last)"
                let work = holiday.makeUps.map(\.description)
                lines.append(
                    language(
                        zh: "\(holiday.name) \(off) 放假" + (work.isEmpty ? "" : "，" + work.joined(separator: "、") + " 上班"),
                        en: "\(holiday.name) \(off) off" + (work.isEmpty ? "" : "; work on " + work.joined(separator: ", ")))
                        + language(zh: "（\(published.source)）", en: " (\(published.source))"))
            }
        }
        return lines.isEmpty ? "" : "\n" + lines.joined(separator: "\n")
    }

    /// One object a day: date, kind, name, working minutes, whether its year is published.
    func days(_ year: Int, _ month: Int?) -> [JSON] {
        guard let first = Day(year: year, month: month ?? 1, day: 1),
            let last = Day(year: year, month: month ?? 12, day: Day.length(ofMonth: month ?? 12, in: year))
        else { return [] }
        return (first.number...last.number).map { number in
            let (kind, name): (String, String?) =
                switch calendar.kind(number) {
                case .work: ("work", nil)
                case .makeUp(let name): ("make-up", name)
                case .holiday(let name): ("holiday", name)
                case .weekend: ("weekend", nil)
                }
            let seconds = calendar.hours(on: number).reduce(0) { $0 + $1.length }
            return .object(present: [
                ("day", .string(Day(number: number).description)), ("kind", .string(kind)), ("name", name.map { .string($0) }),
                ("minutes", .int(seconds / 60)), ("published", .bool(calendar.isPublished(year))),
            ])
        }
    }

    private func workDays(_ year: Int) -> Int {
        guard let first = Day(year: year, month: 1, day: 1), let last = Day(year: year, month: 12, day: 31) else { return 0 }
        return calendar.workDays(first, last)
    }

    private func clock(_ second: Int64) -> String { padded(Int(second / 3600), 2) + ":" + padded(Int(second / 60 % 60), 2) }
}

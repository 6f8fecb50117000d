import Model

/// Reads `calendar.yaml`.
struct CalendarReading {
    private let root: Section
    /// Day number → the holiday that it is a day off of, over all years.
    private var off: [Int64: String] = [:]
    private var makeUps: [(day: Day, holiday: String, entry: Entry)] = []

    init(_ root: Section) {
        self.root = root
    }

    /// The calendar, or nothing where something was reported.
    mutating func calendar() -> WorkCalendar? {
        let version = root.version()
        let hours = hours(root.needed("hours", "hours: [\"08:30-12:00\", \"14:30-18:00\"]"))
        let seasons = (root.value("seasons")?.list() ?? []).compactMap { season($0) }
        var years: [WorkCalendar.Year] = []
        for entry in root.needed("years", "the list of years")?.list() ?? [] {
            guard let section = entry.section() else { continue }
            if let year = year(section) { years.append(year) }
            section.finish()
        }
        checkYears(years.map(\.year))
        checkMakeUps()
        checkSeasons(seasons)
        guard root.findings.problems.isEmpty else { return nil }
        return WorkCalendar(version: version, hours: hours, seasons: seasons, years: years)
    }

    private mutating func year(_ section: Section) -> WorkCalendar.Year? {
        let year = section.needed("year", "the year")?.count(1990...2200)
        let source = section.needed("source", "the document, such as 国办发明电〔2020〕27号")?.text()
        var holidays: [WorkCalendar.Holiday] = []
        for entry in section.needed("holidays", "the list of holidays")?.list() ?? [] {
            guard let holiday = entry.section() else { continue }
            if let year, let read = self.holiday(holiday, of: year) { holidays.append(read) }
            holiday.finish()
        }
        section.noteRepeats(holidays.map(\.name), what: "holiday", key: section.key + ".holidays")
        guard let year, let source else { return nil }
        return WorkCalendar.Year(year: year, source: source, holidays: holidays)
    }

    private mutating func holiday(_ section: Section, of year: Int) -> WorkCalendar.Holiday? {
        let name = section.needed("name", "the holiday's name")?.text()
        let days = section.needed("days", "2021-10-01..2021-10-07").flatMap { $0.days(of: year) }
        let work = (section.value("work")?.list() ?? []).compactMap { entry in
            entry.day(of: year).map { (day: $0, holiday: name ?? "", entry: entry) }
        }
        makeUps += work
        guard let name, let days else { return nil }
        for number in days.first.number...days.last.number {
            if let other = off[number] {
                section.findings.add(
                    "\(Day(number: number)) is already a day off of \(other); a day belongs to one holiday",
                    key: section.key + ".days", at: section.mark)
            }
            off[number] = name
        }
        return WorkCalendar.Holiday(name: name, first: days.first, last: days.last, makeUps: work.map(\.day))
    }

    private func checkYears(_ years: [Int]) {
        root.noteRepeats(years.map(String.init), what: "year", key: "years")
        let known = Set(years)
        guard let first = years.min(), let last = years.max() else { return }
        for year in first...last where !known.contains(year) {
            root.findings.add(
                "the year \(year) is missing between \(first) and \(last); add it with its holidays", key: "years", at: root.mark)
        }
    }

    private func checkMakeUps() {
        var seen: Set<Day> = []
        for (day, _, entry) in makeUps {
            let weekday = WorkCalendar.weekday(day.number)
            if weekday < 6 {
                entry.report(
                    "\(day) is a \(Self.weekdays[weekday - 1]); a make-up day is a Saturday or Sunday on which people work")
            } else if let holiday = off[day.number] {
                entry.report("\(day) is a day off of \(holiday) and cannot be a make-up day too")
            } else if !seen.insert(day).inserted {
                entry.report("the make-up day \(day) stands more than once")
            }
        }
    }

    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    private func season(_ entry: Entry) -> WorkCalendar.Season? {
        guard let section = entry.section() else { return nil }
        defer { section.finish() }
        let first = section.needed("from", "from: \"05-01\"")?.dateOfYear()
        let last = section.needed("through", "through: \"09-30\"")?.dateOfYear()
        let hours = hours(section.needed("hours", "hours: [\"08:30-12:00\", \"15:00-18:00\"]"))
        guard let first, let last else { return nil }
        return WorkCalendar.Season(first: first, last: last, hours: hours)
    }

    private func checkSeasons(_ seasons: [WorkCalendar.Season]) {
        guard let start = Day(year: 2024, month: 1, day: 1)?.number else { return }
        for number in start..<start + 366 where seasons.filter({ $0.contains(Day(number: number)) }).count > 1 {
            let day = String(Day(number: number).description.dropFirst(5))
            root.findings.add("\(day) lies in two seasons; a day has one set of hours", key: "seasons", at: root.mark)
            return
        }
    }

    private func hours(_ entry: Entry?) -> [WorkCalendar.Hours] {
        var hours: [WorkCalendar.Hours] = []
        for item in entry?.list() ?? [] {
            guard let span = item.hours() else { continue }
            if let last = hours.last, span.from < last.until {
                item.report("working hours stand in order and do not overlap")
            }
            hours.append(span)
        }
        if hours.isEmpty { entry?.report("a working day needs hours, such as \"08:30-12:00\"") }
        return hours
    }
}

extension Entry {
    /// `2021-10-01..2021-10-07`, both included, or one day.
    fileprivate func days(of year: Int) -> (first: Day, last: Day)? {
        guard let text = text() else { return nil }
        let parts = text.split(separator: "..", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = Day(parts[0]), let last = parts.last.flatMap({ Day($0) }) else {
            report("expected a day such as 2021-10-01 or a span such as 2021-10-01..2021-10-07, found \"\(text)\"")
            return nil
        }
        guard first <= last, last.number - first.number < 31 else {
            report("a holiday ends on or after its first day and within a month, found \"\(text)\"")
            return nil
        }
        guard first.year == year || last.year == year else {
            report("\(text) is not in \(year); a holiday touches the year whose document published it")
            return nil
        }
        return (first, last)
    }

    fileprivate func day(of year: Int) -> Day? {
        guard let text = text() else { return nil }
        guard let day = Day(text) else {
            report("expected a day such as 2021-10-09, found \"\(text)\"")
            return nil
        }
        guard abs(day.year - year) <= 1 else {
            report("the make-up day \(text) is not near \(year)")
            return nil
        }
        return day
    }

    /// `05-01` as month × 100 + day.
    fileprivate func dateOfYear() -> Int? {
        guard let text = text() else { return nil }
        guard let day = Day("2024-" + text) else {
            report("expected a month and day such as \"05-01\", found \"\(text)\"")
            return nil
        }
        return day.month * 100 + day.day
    }

    /// `08:30-12:00`.
    fileprivate func hours() -> WorkCalendar.Hours? {
        guard let text = text() else { return nil }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Self.second($0) }
        guard ends.count == 2, let from = ends[0], let until = ends[1], from < until else {
            report("expected hours such as \"08:30-12:00\", the end after the beginning, found \"\(text)\"")
            return nil
        }
        return WorkCalendar.Hours(from: from, until: until)
    }

    private static func second(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int64(parts[0]),
            let minute = Int64(parts[1]),
            hour >= 0, (0...59).contains(minute), hour * 60 + minute <= 24 * 60
        else { return nil }
        return hour * 3600 + minute * 60
    }
}

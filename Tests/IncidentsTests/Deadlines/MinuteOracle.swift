import Model

/// A made-up calendar as plain lists, read by two sides: `WorkCalendar` and the oracle that walks minutes.
///
/// It keeps its own count of dates, weekdays and leap years, so that nothing of the code under test helps it.
struct PlainCalendar {
    /// Every day from 2021-01-01 through 2028-12-31.
    private(set) var dates: [(year: Int, month: Int, day: Int)] = []
    /// 0 for Monday, by day.
    private(set) var weekdays: [Int] = []
    let published: ClosedRange<Int>
    /// Minutes of the day, by day: the same list for all but the days of the season.
    let hours: [Range<Int>]
    let season: (first: Int, last: Int, hours: [Range<Int>])?
    private(set) var holidays: [Range<Int>] = []
    private(set) var makeUps: Set<Int> = []

    init(numbers: inout some RandomNumberGenerator) {
        let first = Int.random(in: 2021...2023, using: &numbers)
        published = first...Int.random(in: max(first, 2025)...2026, using: &numbers)
        hours = Self.hours(&numbers)
        season =
            Bool.random(using: &numbers)
            ? (
                Int.random(in: 3...6, using: &numbers) * 100 + 1, Int.random(in: 7...11, using: &numbers) * 100 + 15,
                Self.hours(&numbers)
            ) : nil
        walkDates()
        for index in dates.indices where published.contains(dates[index].year) {
            guard Int.random(in: 0..<40, using: &numbers) == 0 else { continue }
            let start = max(index, holidays.last?.upperBound ?? 0)
            let end = start + Int.random(in: 1...9, using: &numbers)
            guard end < dates.count, dates[start].year == dates[end].year else { continue }
            holidays.append(start..<end)
        }
        for index in dates.indices where weekdays[index] >= 5 && published.contains(dates[index].year) {
            guard Int.random(in: 0..<12, using: &numbers) == 0, !holidays.contains(where: { $0.contains(index) }) else {
                continue
            }
            makeUps.insert(index)
        }
    }

    private static func hours(_ numbers: inout some RandomNumberGenerator) -> [Range<Int>] {
        var cuts: Set<Int> = []
        let count = Int.random(in: 1...3, using: &numbers) * 2
        while cuts.count < count { cuts.insert(Int.random(in: 0...96, using: &numbers) * 15) }
        let sorted = cuts.sorted()
        return stride(from: 0, to: count, by: 2).map { sorted[$0]..<sorted[$0 + 1] }
    }

    /// 2021-01-01 was a Friday.
    private mutating func walkDates() {
        var (year, month, day, weekday) = (2021, 1, 1, 4)
        while year <= 2028 {
            dates.append((year, month, day))
            weekdays.append(weekday)
            weekday = weekday == 6 ? 0 : weekday + 1
            day += 1
            let lengths = [31, year == 2024 || year == 2028 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    func works(_ day: Int) -> Bool {
        if makeUps.contains(day) { return true }
        if holidays.contains(where: { $0.contains(day) }) { return false }
        return weekdays[day] < 5
    }

    func hours(_ day: Int) -> [Range<Int>] {
        let date = dates[day].month * 100 + dates[day].day
        if let season, date >= season.first, date <= season.last { return season.hours }
        return hours
    }

    func day(_ index: Int) -> Day { Day(year: dates[index].year, month: dates[index].month, day: dates[index].day)! }

    /// The same for the code under test.
    var workCalendar: WorkCalendar {
        func spans(_ ranges: [Range<Int>]) -> [WorkCalendar.Hours] {
            ranges.map { WorkCalendar.Hours(from: Int64($0.lowerBound) * 60, until: Int64($0.upperBound) * 60) }
        }
        let years = published.map { year in
            var list = holidays.filter { dates[$0.lowerBound].year == year }.enumerated().map { index, span in
                WorkCalendar.Holiday(name: "H\(index)", first: day(span.lowerBound), last: day(span.upperBound - 1))
            }
            let worked = makeUps.filter { dates[$0].year == year }.sorted().map { day($0) }
            // Make-up days hang on a holiday of one day that is off anyway.
            if let sunday = dates.indices.first(where: { dates[$0].year == year && weekdays[$0] == 6 && !works($0) }) {
                list.append(.init(name: "M", first: day(sunday), last: day(sunday), makeUps: worked))
            }
            return WorkCalendar.Year(year: year, source: "test", holidays: list)
        }
        let seasons = season.map { [WorkCalendar.Season(first: $0.first, last: $0.last, hours: spans($0.hours))] } ?? []
        return WorkCalendar(version: "test", hours: spans(hours), seasons: seasons, years: years)!
    }
}

/// Finds deadlines by walking from minute to minute; minute 0 begins 2021-01-01T00:00 in Shanghai.
struct MinuteOracle {
    let plain: PlainCalendar
    let manner: LimitTable.Manner
    /// Whether people work in that minute.
    private let works: [Bool]

    init(_ plain: PlainCalendar, _ manner: LimitTable.Manner) {
        self.plain = plain
        self.manner = manner
        var works = [Bool](repeating: false, count: plain.dates.count * 1440)
        for day in plain.dates.indices where plain.works(day) {
            for span in plain.hours(day) {
                for minute in span { works[day * 1440 + minute] = true }
            }
        }
        self.works = works
    }

    struct Part {
        let natural: Bool
        let minutes: Int
        let from: Int
        let due: Int?
    }

    /// Whether the clock stands still in that minute; `nil` as the end means that it stands for good.
    private func isPaused(_ minute: Int, _ pauses: [(from: Int, until: Int?)]) -> (Bool, forGood: Bool) {
        for pause in pauses where minute >= pause.from {
            guard let until = pause.until else { return (true, true) }
            if minute < until { return (true, false) }
        }
        return (false, false)
    }

    /// The limit and its extensions, each walked from where the one before was used up.
    func parts(_ limits: [TimeLimit], from start: Int, _ pauses: [(from: Int, until: Int?)]) -> [Part] {
        var parts: [Part] = []
        var start = start
        for limit in limits {
            while true {
                let (paused, forGood) = isPaused(start, pauses)
                if forGood { return parts }
                if !paused { break }
                start += 1
            }
            let (natural, minutes) = worth(limit, from: start)
            let due = walk(minutes, natural: natural, from: start, pauses)
            parts.append(Part(natural: natural, minutes: minutes, from: start, due: due))
            guard let due else { return parts }
            start = due
        }
        return parts
    }

    /// The end of the minute in which the last one is used up.
    private func walk(_ minutes: Int, natural: Bool, from start: Int, _ pauses: [(from: Int, until: Int?)]) -> Int? {
        var (minute, left) = (start, minutes)
        var coming = pauses.makeIterator()
        // The pause that the minute is in or comes to; looked up once a pause, because millions of minutes are walked.
        var (from, until) = (Int.min, Int.min)
        while left > 0 {
            while minute >= until {
                let next = coming.next() ?? (Int.max, Int.max)
                (from, until) = (next.from, next.until ?? Int.max)
            }
            if minute < from {
                if natural || works[minute] { left -= 1 }
            } else if until == Int.max {
                return nil
            }
            minute += 1
        }
        return minute
    }

    private func worth(_ limit: TimeLimit, from start: Int) -> (natural: Bool, minutes: Int) {
        switch limit.unit {
        case .urgentHour: return (true, limit.tenths * 6)
        case .workHour: return (false, limit.tenths * 6)
        case .naturalDay, .month:
            var end = start + limit.tenths / 10 * 1440
            if manner.naturalDay == .endOfDay { while end % 1440 != 0 || end == start + limit.tenths / 10 * 1440 { end += 1 } }
            return (true, end - start)
        case .workDay:
            var begin = start
            if manner.workDay == .sameMoment { while !works[begin] { begin += 1 } }
            var day = begin / 1440
            for _ in 0..<limit.tenths / 10 {
                day += 1
                while !plain.works(day) { day += 1 }
            }
            let end = manner.workDay == .sameMoment ? day * 1440 + begin % 1440 : (day + 1) * 1440
            var minutes = 0
            for minute in begin..<end where works[minute] { minutes += 1 }
            return (false, minutes)
        }
    }

    /// The same from second to second, all counted from the oracle's beginning.
    func due(_ seconds: Int, natural: Bool, from start: Int, pause: Range<Int>) -> Int {
        var (second, left) = (start, seconds)
        while left > 0 {
            if !pause.contains(second), natural || works[second / 60] { left -= 1 }
            second += 1
        }
        return second
    }

    /// The second in which the share of all parts is used, counted from the oracle's beginning.
    func near(_ parts: [Part], percent: Int, _ pauses: [(from: Int, until: Int?)]) -> Int? {
        let total = parts.reduce(0) { $0 + $1.minutes } * 60
        var need = (total * percent + 99) / 100
        for part in parts {
            guard need > part.minutes * 60 else {
                guard let minute = walk((need + 59) / 60, natural: part.natural, from: part.from, pauses) else { return nil }
                return minute * 60 - ((need + 59) / 60 * 60 - need)
            }
            need -= part.minutes * 60
        }
        return nil
    }
}

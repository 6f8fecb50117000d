/// When an office works: the published holidays and make-up days (调休) of some years, and the hours of a working day.
///
/// The calendar is data with a version; a deadline names the version it was computed with. Years that are not published
/// follow the weekday rule alone, and `isPublished` says so. All moments are civil time of one zone.
package struct WorkCalendar: Hashable, Sendable {
    /// A span of working time on a day, in seconds since its midnight.
    package struct Hours: Hashable, Sendable {
        package let from: Int64
        package let until: Int64

        package init(from: Int64, until: Int64) {
            self.from = from
            self.until = until
        }

        package var length: Int64 { until - from }
    }

    /// Other hours from one day of the year to another, both included; over the turn of the year where `first` is later.
    package struct Season: Hashable, Sendable {
        /// Month × 100 + day.
        package let first: Int
        package let last: Int
        package let hours: [Hours]

        package init(first: Int, last: Int, hours: [Hours]) {
            self.first = first
            self.last = last
            self.hours = hours
        }

        /// Whether the day of the year lies in it.
        package func contains(_ day: Day) -> Bool {
            let date = day.month * 100 + day.day
            return first <= last ? (first...last).contains(date) : date >= first || date <= last
        }
    }

    /// A published holiday with the days that it moved, both included.
    package struct Holiday: Hashable, Sendable {
        package let name: String
        package let first: Day
        package let last: Day
        /// Weekend days on which the office works in exchange.
        package let makeUps: [Day]

        package init(name: String, first: Day, last: Day, makeUps: [Day] = []) {
            self.name = name
            self.first = first
            self.last = last
            self.makeUps = makeUps
        }
    }

    /// A year as published.
    package struct Year: Hashable, Sendable {
        package let year: Int
        /// The document that published it.
        package let source: String
        package let holidays: [Holiday]

        package init(year: Int, source: String, holidays: [Holiday]) {
            self.year = year
            self.source = source
            self.holidays = holidays
        }
    }

    /// What a day is.
    package enum DayKind: Hashable, Sendable {
        case work
        /// A weekend day worked for the holiday of that name.
        case makeUp(String)
        case holiday(String)
        case weekend

        package var isWork: Bool {
            switch self {
            case .work, .makeUp: true
            case .holiday, .weekend: false
            }
        }
    }

    package let version: String
    package let zone: Zone
    package let hours: [Hours]
    package let seasons: [Season]
    package let years: [Year]
    private let special: [Int64: DayKind]
    /// The first day of the table below.
    let first: Int64
    /// Seconds worked, and days worked, before each day of the table; one entry more than there are days.
    let worked: [Int64]
    let days: [Int64]

    /// Nothing where no time would ever be worked: no hours, a season without any, or hours that end before they begin.
    package init?(version: String, zone: Zone = .shanghai, hours: [Hours], seasons: [Season] = [], years: [Year]) {
        let lists = [hours] + seasons.map(\.hours)
        guard lists.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.from >= 0 && $0.length > 0 && $0.until <= 86400 } }) else {
            return nil
        }
        self.version = version
        self.zone = zone
        self.hours = hours
        self.seasons = seasons
        self.years = years.sorted { $0.year < $1.year }
        special = Self.special(years)
        let known = self.years
        guard let start = known.first.flatMap({ Day(year: $0.year, month: 1, day: 1) })?.number,
            let end = known.last.flatMap({ Day(year: $0.year, month: 12, day: 31) })?.number, end - start < 100_000
        else {
            first = 0
            worked = [0]
            days = [0]
            return
        }
        first = start
        (worked, days) = Self.table(start...end, special: special, hours: hours, seasons: seasons)
    }

    private static func special(_ years: [Year]) -> [Int64: DayKind] {
        var special: [Int64: DayKind] = [:]
        for holiday in years.flatMap(\.holidays) where holiday.first <= holiday.last {
            for number in holiday.first.number...holiday.last.number { special[number] = .holiday(holiday.name) }
            for day in holiday.makeUps { special[day.number] = .makeUp(holiday.name) }
        }
        return special
    }

    private static func table(
        _ range: ClosedRange<Int64>, special: [Int64: DayKind], hours: [Hours], seasons: [Season]
    ) -> (worked: [Int64], days: [Int64]) {
        var worked: [Int64] = [0]
        var days: [Int64] = [0]
        for number in range {
            let isWork = (special[number] ?? plainKind(number)).isWork
            let today = isWork ? Self.hours(on: number, hours, seasons) : []
            worked.append((worked.last ?? 0) + today.reduce(0) { $0 + $1.length })
            days.append((days.last ?? 0) + (isWork ? 1 : 0))
        }
        return (worked, days)
    }

    private static func plainKind(_ number: Int64) -> DayKind { weekday(number) >= 6 ? .weekend : .work }

    /// 1 for Monday to 7 for Sunday (ISO 8601) of a day number; 1970-01-01 was a Thursday.
    package static func weekday(_ number: Int64) -> Int {
        Int(number + 3 - floorDivide(number + 3, 7) * 7) + 1
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.version == right.version && left.zone == right.zone && left.hours == right.hours
            && left.seasons == right.seasons && left.years == right.years
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(version)
        hasher.combine(years.count)
    }

    /// What the day of that number (days since 1970-01-01) is.
    package func kind(_ number: Int64) -> DayKind { special[number] ?? Self.plainKind(number) }

    /// Whether the year's holidays are in this calendar; else the weekday rule is assumed.
    package func isPublished(_ year: Int) -> Bool { years.contains { $0.year == year } }

    /// The working hours of a day, none on a day off.
    package func hours(on number: Int64) -> [Hours] {
        isWork(number) ? Self.hours(on: number, hours, seasons) : []
    }

    private static func hours(on number: Int64, _ hours: [Hours], _ seasons: [Season]) -> [Hours] {
        guard !seasons.isEmpty else { return hours }
        let day = Day(number: number)
        return seasons.first { $0.contains(day) }?.hours ?? hours
    }

    func isWork(_ number: Int64) -> Bool {
        let index = Int(number - first)
        if index >= 0, index < days.count - 1 { return days[index + 1] > days[index] }
        return kind(number).isWork
    }

    /// How many days from `first` to `last`, both included, are worked.
    package func workDays(_ first: Day, _ last: Day) -> Int {
        guard first <= last else { return 0 }
        return Int(sum(days, first.number..<last.number + 1) { isWork($0) ? 1 : 0 })
    }
}

import Model
import TestKit
import Testing

@testable import Settings

/// The published holidays, written out here from the documents once more, apart from the data file.
@Suite struct CalendarTests {
    private static let monthTotals: [Int: [Int]] = [
        2021: [20, 17, 23, 22, 19, 21, 22, 22, 22, 17, 22, 23],
        2022: [21, 16, 23, 21, 20, 21, 21, 23, 21, 18, 22, 22],
        2023: [18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21],
        2024: [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22],
        2025: [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23],
        2026: [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23],
    ]

    /// Days off, by year of the document, as month.day spans.
    private static let daysOff: [Int: String] = [
        2021: "1.1-1.3 2.11-2.17 4.3-4.5 5.1-5.5 6.12-6.14 9.19-9.21 10.1-10.7",
        2022: "1.1-1.3 1.31-2.6 4.3-4.5 4.30-5.4 6.3-6.5 9.10-9.12 10.1-10.7",
        2023: "1.1-1.2 1.21-1.27 4.5-4.5 4.29-5.3 6.22-6.24 9.29-10.6",
        2024: "1.1-1.1 2.10-2.17 4.4-4.6 5.1-5.5 6.10-6.10 9.15-9.17 10.1-10.7",
        2025: "1.1-1.1 1.28-2.4 4.4-4.6 5.1-5.5 5.31-6.2 10.1-10.8",
        2026: "1.1-1.3 2.15-2.23 4.4-4.6 5.1-5.5 6.19-6.21 9.25-9.27 10.1-10.7",
    ]

    private static let makeUps: [Int: String] = [
        2021: "2.7 2.20 4.25 5.8 9.18 9.26 10.9", 2022: "1.29 1.30 4.2 4.24 5.7 10.8 10.9",
        2023: "1.28 1.29 4.23 5.6 6.25 10.7 10.8",
        2024: "2.4 2.18 4.7 4.28 5.11 9.14 9.29 10.12", 2025: "1.26 2.8 4.27 9.28 10.11", 2026: "1.4 2.14 2.28 5.9 9.20 10.10",
    ]

    private static let sources: [Int: String] = [
        2021: "国办发明电〔2020〕27号", 2022: "国办发明电〔2021〕11号", 2023: "国办发明电〔2022〕16号", 2024: "国办发明电〔2023〕7号",
        2025: "国办发明电〔2024〕12号", 2026: "国办发明电〔2025〕7号",
    ]

    private func calendar() throws -> WorkCalendar { try #require(try Catalog.read().calendar) }

    private static func number(_ year: Int, _ text: Substring) throws -> Int64 {
        let parts = text.split(separator: ".").compactMap { Int($0) }
        return try #require(Day(year: year, month: parts[0], day: parts[1])).number
    }

    @Test(
        "each year has its working days",
        arguments: [(2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)])
    func years(year: Int, expected: Int) throws {
        let calendar = try calendar()
        let (first, last) = (try #require(Day("\(year)-01-01")), try #require(Day("\(year)-12-31")))
        #expect(calendar.workDays(first, last) == expected)
        #expect(calendar.isPublished(year))
        #expect(calendar.years.first { $0.year == year }?.source == Self.sources[year])
        // Day by day gives what the running sums give.
        #expect((first.number...last.number).count { calendar.kind($0).isWork } == expected)
        // 365 or 366 days less the weekends less the holidays of the law: 11 of them, 13 since 2025.
        let weekends = (first.number...last.number).count { WorkCalendar.weekday($0) >= 6 }
        #expect(Int(last.number - first.number) + 1 - weekends - (year >= 2025 ? 13 : 11) == expected)
    }

    @Test("each month has its working days", arguments: 2021...2026)
    func months(year: Int) throws {
        let calendar = try calendar()
        let found = try (1...12).map { month in
            let first = try #require(Day(year: year, month: month, day: 1))
            let last = try #require(Day(year: year, month: month, day: Day.length(ofMonth: month, in: year)))
            return calendar.workDays(first, last)
        }
        #expect(found == Self.monthTotals[year])
    }

    @Test("each published day off and make-up day is one, and no other day is", arguments: 2021...2026)
    func everyDay(year: Int) throws {
        let calendar = try calendar()
        var off: Set<Int64> = year == 2022 ? [try #require(Day("2022-12-31")).number] : []
        for span in try #require(Self.daysOff[year]).split(separator: " ") {
            let ends = span.split(separator: "-")
            off.formUnion(try Self.number(year, ends[0])...Self.number(year, ends[1]))
        }
        let makeUps = Set(try #require(Self.makeUps[year]).split(separator: " ").map { try Self.number(year, $0) })
        let (first, last) = (try #require(Day("\(year)-01-01")), try #require(Day("\(year)-12-31")))
        for number in first.number...last.number {
            switch calendar.kind(number) {
            case .holiday: #expect(off.contains(number), "\(Day(number: number))")
            case .makeUp: #expect(makeUps.contains(number) && WorkCalendar.weekday(number) >= 6, "\(Day(number: number))")
            case .work: #expect(!off.contains(number) && WorkCalendar.weekday(number) < 6, "\(Day(number: number))")
            case .weekend: #expect(!off.contains(number) && !makeUps.contains(number), "\(Day(number: number))")
            }
        }
    }

    @Test("beyond the last published year the weekday rule holds, and it is not called published")
    func beyond() throws {
        let calendar = try calendar()
        #expect(!calendar.isPublished(2027) && !calendar.isPublished(2020))
        let (first, last) = (try #require(Day("2026-12-01")), try #require(Day("2027-01-31")))
        #expect(calendar.workDays(first, last) == 23 + 21)
        #expect(calendar.kind(try #require(Day("2027-10-01")).number) == .work)
        #expect(calendar.workDays(try #require(Day("2020-12-28")), try #require(Day("2021-01-04"))) == 5)
    }

    @Test(
        "each mistake has its sentence with file, line and key",
        arguments: [
            ("days: 2021-10-01..2021-10-07", "days: 2021-10-07..2021-10-01", "a holiday ends on or after its first day"),
            ("days: 2021-10-01..2021-10-07", "days: 2021-10-xx", "expected a day such as 2021-10-01 or a span"),
            ("days: 2021-10-01..2021-10-07", "days: 2012-10-01..2012-10-07", "2012-10-01..2012-10-07 is not in 2021"),
            (
                "[2021-09-26, 2021-10-09]", "[2021-09-26, 2021-10-08]",
                "2021-10-08 is a Friday; a make-up day is a Saturday or Sunday"
            ),
            ("[2021-09-26, 2021-10-09]", "[2021-10-02]", "2021-10-02 is a day off of 国庆节 and cannot be a make-up day too"),
            ("[2021-09-26, 2021-10-09]", "[2021-10-09, 2021-10-09]", "the make-up day 2021-10-09 stands more than once"),
            ("name: 中秋节", "name: 国庆节", "the holiday \"国庆节\" stands more than once"),
            ("days: 2021-09-19..2021-09-21", "days: 2021-09-19..2021-10-01", "2021-10-01 is already a day off"),
            ("year: 2022", "year: 2023", "the year 2022 is missing between 2021 and 2023"),
            ("year: 2022", "year: 2021", "the year \"2021\" stands more than once"),
            ("source: 甲", "sauce: 甲", "source: missing; write the document, such as 国办发明电〔2020〕27号"),
            ("version: \"x1\"\n", "", "version: missing"),
            ("[\"08:30-12:00\", \"14:30-18:00\"]", "[\"08:30-12:00\", \"11:30-18:00\"]", "working hours stand in order"),
            ("[\"08:30-12:00\", \"14:30-18:00\"]", "[\"08:30-8:00\"]", "expected hours such as \"08:30-12:00\""),
            ("[\"08:30-12:00\", \"14:30-18:00\"]", "[]", "a working day needs hours"),
            (
                "seasons: []", "seasons: [{from: \"05-01\", through: \"13-30\", hours: [\"09:00-10:00\"]}]",
                "expected a month and day"
            ),
            (
                "seasons: []",
                "seasons: [{from: \"05-01\", through: \"09-30\", hours: [\"09:00-10:00\"]}, {from: \"09-30\", through: \"10-01\", "
                    + "hours: [\"09:00-10:00\"]}]", "09-30 lies in two seasons"
            ),
        ])
    func mistakes(part: String, wrong: String, sentence: String) throws {
        let folder = try TemporaryFolder()
        let right = """
            version: "x1"
            hours: ["08:30-12:00", "14:30-18:00"]
            seasons: []
            years:
              - year: 2021
                source: 甲
                holidays:
                  - {name: 国庆节, days: 2021-10-01..2021-10-07, work: [2021-09-26, 2021-10-09]}
                  - {name: 中秋节, days: 2021-09-19..2021-09-21}
              - year: 2022
                source: 乙
                holidays: []

            """
        var files = Settings.DataFiles()
        files.calendar = try folder.write(right, to: "c.yaml")
        let good = try Catalog.read(files)
        #expect(good.calendar?.version == "x1")
        // A case keeps what it was filed under: the program's own calendar is still at hand.
        #expect(good.calendar("2021-2026/1")?.years.count == 6 && good.calendar("gone")?.version == "x1")
        #expect(right.contains(part))
        let range = try #require(right.firstRange(of: part))
        files.calendar = try folder.write(right.replacingCharacters(range, wrong), to: "c.yaml")
        let error = #expect(throws: SettingsError.self) { try Catalog.read(files) }
        #expect(error?.description.contains("c.yaml:") ?? false)
        #expect(error?.description.contains(sentence) ?? false, "\(error?.description ?? "nothing")")
    }

    @Test("other hours in summer, and a list that says something else under a version at hand is refused")
    func seasonsAndVersions() throws {
        let folder = try TemporaryFolder()
        var files = Settings.DataFiles()
        files.calendar = try folder.write(
            """
            version: "own"
            hours: ["09:00-12:00", "13:30-17:30"]
            seasons: [{from: "05-01", through: "09-30", hours: ["08:30-12:00", "15:00-18:00"]}]
            years: [{year: 2026, source: 丙, holidays: []}]

            """, to: "own.yaml")
        let calendar = try #require(try Catalog.read(files).calendar)
        #expect(calendar.hours(on: try #require(Day("2026-04-30")).number).first?.from == 9 * 3600)
        #expect(calendar.hours(on: try #require(Day("2026-05-01")).number).last?.from == 15 * 3600)
        files.earlierCalendars = [
            try folder.write(
                "version: \"own\"\nhours: [\"09:00-12:00\"]\nyears: [{year: 2025, source: 丁, holidays: []}]\n", to: "old.yaml")
        ]
        let error = #expect(throws: SettingsError.self) { try Catalog.read(files) }
        #expect(error?.description.contains("old.yaml:1:version: two lists at hand have the version \"own\"") ?? false)
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, _ text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}

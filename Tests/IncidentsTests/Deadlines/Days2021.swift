import Model

/// The autumn of 2021 and the days around, as published, for tests that a person can recount.
enum Days2021 {
    static func day(_ text: String) -> Day { Day(text)! }

    static func at(_ text: String) -> Timestamp { Timestamp(text.replacing(" ", with: "T") + ":00", assuming: .shanghai)! }

    static let hours = [
        WorkCalendar.Hours(from: 8 * 3600 + 1800, until: 12 * 3600), WorkCalendar.Hours(from: 14 * 3600 + 1800, until: 18 * 3600),
    ]

    static let calendar = WorkCalendar(
        version: "2021", hours: hours,
        years: [
            WorkCalendar.Year(
                year: 2021, source: "国办发明电〔2020〕27号",
                holidays: [
                    .init(name: "中秋节", first: day("2021-09-19"), last: day("2021-09-21"), makeUps: [day("2021-09-18")]),
                    .init(
                        name: "国庆节", first: day("2021-10-01"), last: day("2021-10-07"),
                        makeUps: [day("2021-09-26"), day("2021-10-09")]),
                ])
        ])!

    static func deadlines(_ limit: String, _ change: (inout LimitTable.Manner) -> Void = { _ in }) -> LimitTable {
        var manner = LimitTable.Manner()
        change(&manner)
        return LimitTable(version: "t1", manner: manner, rules: [.init(.handle, limit: TimeLimit(limit)!)])
    }
}

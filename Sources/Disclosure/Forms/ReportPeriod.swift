import Model

/// The year that a report covers: 1 January to 31 December, in civil time of Asia/Shanghai.
package struct ReportPeriod: Hashable, Sendable {
    package let year: Int
    package let from: Day
    package let to: Day

    /// Makes the period, or nothing for a year outside 1949…9998.
    package init?(year: Int) {
        guard (1949...9998).contains(year), let from = Day(year: year, month: 1, day: 1),
            let to = Day(year: year, month: 12, day: 31)
        else { return nil }
        self.year = year
        self.from = from
        self.to = to
    }

    /// The year's first moment.
    package var start: Timestamp { from.start(in: .shanghai) }

    /// The first moment after the year.
    package var end: Timestamp { Self.momentAfter(to) }

    /// The first moment after a day, in Shanghai.
    package static func momentAfter(_ day: Day) -> Timestamp {
        Day(number: day.number + 1).start(in: .shanghai)
    }
}

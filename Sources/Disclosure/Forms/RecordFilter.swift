/// Which records of a register a cell counts: one of the alternatives must hold, and of it every condition.
struct RecordFilter: Hashable, Sendable {
    let alternatives: [[Condition]]

    init(alternatives: [[Condition]]) {
        self.alternatives = alternatives
    }

    /// A row's filter and a column's together.
    func and(_ other: RecordFilter) -> RecordFilter {
        RecordFilter(alternatives: alternatives.flatMap { left in other.alternatives.map { left + $0 } })
    }

    func holds(for record: FactRow, in period: ReportPeriod) -> Bool {
        alternatives.contains { conditions in conditions.allSatisfy { $0.holds(for: record, in: period) } }
    }
}

/// One condition on one field of a record.
struct Condition: Hashable, Sendable, Decodable {
    /// How a day stands to the report's year; a field that holds no day meets only the `open` ones.
    enum Fall: String, Sendable, Decodable {
        case inYear = "in-year"
        case beforeYear = "before-year"
        case byYearEnd = "by-year-end"
        case openAtYearStart = "open-at-year-start"
        case openAtYearEnd = "open-at-year-end"
    }

    let field: String
    let equals: String?
    let falls: Fall?

    func holds(for record: FactRow, in period: ReportPeriod) -> Bool {
        if let equals, record.text(field) != equals { return false }
        guard let falls else { return true }
        let day = record.day(field)
        switch falls {
        case .inYear: return day.map { $0 >= period.from && $0 <= period.to } ?? false
        case .beforeYear: return day.map { $0 < period.from } ?? false
        case .byYearEnd: return day.map { $0 <= period.to } ?? false
        case .openAtYearStart: return day.map { $0 >= period.from } ?? true
        case .openAtYearEnd: return day.map { $0 > period.to } ?? true
        }
    }
}

import Model

extension Catalog {
    /// The calendar in force.
    package var calendar: WorkCalendar? { calendars.first }

    /// The list of limits in force.
    package var limits: LimitTable? { limitTables.first }

    /// The calendar that a case was filed under, or the one in force where none of that version is at hand.
    package func calendar(_ version: String?) -> WorkCalendar? { calendars.first { $0.version == version } ?? calendar }

    /// The list of limits that a case was filed under, or the one in force where none of that version is at hand.
    package func limits(_ version: String?) -> LimitTable? { limitTables.first { $0.version == version } ?? limits }

    mutating func takeCalendar(_ root: Section) {
        var reading = CalendarReading(root)
        guard let calendar = reading.calendar() else { return }
        if let other = calendars.first(where: { $0.version == calendar.version }) {
            if other != calendar { Self.noteVersion(calendar.version, root) }
            return
        }
        calendars.append(calendar)
    }

    mutating func takeLimits(_ root: Section, isOwn: Bool) {
        let table = LimitTable(root, categories: isOwn ? Set(categories.map(\.code)) : nil)
        if let other = limitTables.first(where: { $0.version == table.version }) {
            if other != table { Self.noteVersion(table.version, root) }
            return
        }
        limitTables.append(table)
    }

    /// Two lists under one version: nobody could say under which a case was filed.
    private static func noteVersion(_ version: String, _ root: Section) {
        root.findings.add(
            "two lists at hand have the version \"\(version)\" and say different things; give yours a version of its own",
            key: "version", at: root.mark)
    }
}

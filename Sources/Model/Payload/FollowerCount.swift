/// How many people followed the bureau's WeChat account at the end of a day, for the `followers` register.
package struct FollowerCount: Hashable, Sendable {
    package static let register = "followers"

    /// In Shanghai.
    package var day: Day
    package var count: Int
    /// What a reader of the figure should know, such as that it does not follow from the day before.
    package var note: String?

    package init(day: Day, count: Int, note: String? = nil) {
        self.day = day
        self.count = count
        self.note = note
    }

    /// The record; its identity is the day.
    ///
    /// - Parameter reason: why it was corrected; the note where nothing is given.
    package func record(reason: String? = nil) -> RegisterRecord {
        RegisterRecord(
            kind: Self.register, id: day.description,
            fields: [.init("date", day.description), .init("count", String(count))], reason: reason ?? note)
    }

    /// The first figure of a day.
    ///
    /// - Parameter source: the feed's, such as `patrold:/feeds/wechat`.
    package func added(source: String, at now: Timestamp) -> Event {
        Event(
            source: source, id: day.description, type: EventType.register(Self.register, .added),
            subject: day.description, time: day.start(in: .shanghai).text(), received: now, data: record().json.bytes)
    }

    /// A later figure of a day that has one.
    ///
    /// - Parameter revision: 1 for the first correction of the day.
    package func corrected(revision: Int, source: String, at now: Timestamp) -> Event {
        let reason = "WeChat restated" + (note.map { "; " + $0 } ?? "")
        return Event(
            source: source, id: "\(day)/corrected/\(revision)", type: EventType.register(Self.register, .corrected),
            subject: day.description, time: day.start(in: .shanghai).text(), received: now,
            data: record(reason: reason).json.bytes)
    }
}

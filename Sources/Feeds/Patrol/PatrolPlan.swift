import Model

/// A video patrol (路段巡控): which spots are looked at, in which order, and when the rounds are due.
package struct PatrolPlan: Hashable, Sendable {
    package enum Recurrence: Hashable, Sendable {
        /// From the beginning of the working hours on.
        case every(Span)
        /// Minutes of the day; those outside the working hours never come.
        case times([Int])
    }

    /// Its events come from `patrold:/patrols/<name>`.
    package var name: String
    /// Days on which working hours begin, Monday 1 to Sunday 7 (ISO 8601).
    package var days: Set<Int>
    package var hours: PatrolHours
    package var recurrence: Recurrence
    package var spots: [PatrolSpot]
    /// How civil time runs.
    package var zone = Zone.shanghai

    package init(
        name: String, days: Set<Int> = Set(1...7), hours: PatrolHours = .wholeDay, recurrence: Recurrence, spots: [PatrolSpot]
    ) {
        self.name = name
        self.days = days
        self.hours = hours
        self.recurrence = recurrence
        self.spots = spots
    }

    package var source: String { "patrold:/patrols/" + name }
}

/// Working hours in civil time; those that end at or before they begin go on over midnight.
package struct PatrolHours: Hashable, Sendable {
    /// Minutes of the day, 0 to 1439.
    package var from: Int
    /// How many minutes they last, 1 to 1440.
    package var length: Int

    /// - Parameters:
    ///   - from: minute of the day.
    ///   - until: minute of the day, 1440 for midnight; the same as `from` means all day and night.
    package init(from: Int, until: Int) {
        self.from = from
        length = until > from ? until - from : until - from + 1440
    }

    package static let wholeDay = PatrolHours(from: 0, until: 1440)
}

/// One place of a patrol: where a camera turns, and how long it stays.
package struct PatrolSpot: Hashable, Sendable {
    /// Unique within the plan.
    package var name: String
    /// 路段.
    package var section: String
    /// The camera's name in the configuration.
    package var camera: String
    /// The device's token of the preset; nothing for a camera that cannot turn.
    package var preset: String?
    /// How long the camera stays before the picture is taken.
    package var stay: Span

    package init(name: String, section: String, camera: String, preset: String?, stay: Span = .seconds(30)) {
        self.name = name
        self.section = section
        self.camera = camera
        self.preset = preset
        self.stay = stay
    }
}

extension PatrolPlan {
    /// The rounds due after one moment and up to another, oldest first, the newest `limit` of them.
    package func due(after: Timestamp, through: Timestamp, limit: Int = 10_000) -> [Timestamp] {
        guard after < through else { return [] }
        // Hours that began yesterday may last until today.
        let first = Day(after, in: zone).number - 1
        let last = Day(through, in: zone).number
        var found: [Timestamp] = []
        // From the newest day back, so that a clock that jumped by decades costs no more than the limit.
        for number in stride(from: last, through: first, by: -1) {
            let ofDay = rounds(beginningOn: Day(number: number)).filter { $0 > after && $0 <= through }
            found = ofDay + found
            if found.count >= limit { break }
        }
        return Array(found.sorted().suffix(limit))
    }

    /// The first round after a moment; nothing where no day of the coming week has one.
    package func next(after time: Timestamp) -> Timestamp? {
        let day = Day(time, in: zone).number
        return ((day - 1)...(day + 8)).lazy.compactMap { first(after: time, beginningOn: Day(number: $0)) }.first
    }

    /// Whether a moment lies within working hours.
    package func isWorking(at time: Timestamp) -> Bool {
        let day = Day(time, in: zone).number
        return [day - 1, day].map { Day(number: $0) }.contains { day in
            guard days.contains(Self.weekday(day)) else { return false }
            return begin(of: day) <= time && time < begin(of: day) + Span(microseconds: length)
        }
    }

    /// The rounds of the working hours that begin on a day, in order.
    private func rounds(beginningOn day: Day) -> [Timestamp] {
        guard days.contains(Self.weekday(day)) else { return [] }
        let begin = begin(of: day)
        switch recurrence {
        case .every: return stride(from: 0, to: length, by: Int(step)).map { begin + Span(microseconds: $0) }
        case .times(let minutes): return offsets(minutes).map { begin + .minutes(Int64($0)) }
        }
    }

    /// The first of them after a moment, without making all of them.
    private func first(after time: Timestamp, beginningOn day: Day) -> Timestamp? {
        guard days.contains(Self.weekday(day)) else { return nil }
        let begin = begin(of: day)
        switch recurrence {
        case .every:
            let passed = (time - begin).microseconds
            let next = passed < 0 ? 0 : (passed / step + 1) * step
            return next < length ? begin + Span(microseconds: next) : nil
        case .times(let minutes): return offsets(minutes).map { begin + .minutes(Int64($0)) }.first { $0 > time }
        }
    }

    private func begin(of day: Day) -> Timestamp { day.start(in: zone) + .minutes(Int64(hours.from)) }

    /// Microseconds between two rounds, and of the working hours.
    private var step: Int64 {
        guard case .every(let span) = recurrence else { return length }
        return max(span.microseconds, Span.minutes(1).microseconds)
    }
    private var length: Int64 { Span.minutes(Int64(hours.length)).microseconds }

    /// Minutes after the beginning of the working hours, in order; those outside of them left out.
    private func offsets(_ minutes: [Int]) -> [Int] {
        Set(minutes).map { ($0 - hours.from + 1440) % 1440 }.filter { $0 < hours.length }.sorted()
    }

    /// Monday 1 to Sunday 7.
    package static func weekday(_ day: Day) -> Int {
        // 1970-01-01 was a Thursday.
        let shifted = (day.number + 3) % 7
        return Int(shifted < 0 ? shifted + 7 : shifted) + 1
    }
}

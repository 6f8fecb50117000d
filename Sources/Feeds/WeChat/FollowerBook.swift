import Model

/// The follower figures that are known, which are missing, and what is to be asked next; a pure value.
struct FollowerBook: Hashable {
    /// Longest span of one question, in days.
    static let window: Int64 = 7

    struct Entry: Hashable {
        /// Followers at the end of the day, as last stated.
        var total: Int
        /// How often it was stated anew.
        var revisions: Int
    }

    /// The first day that is asked for.
    private(set) var since: Day
    /// For how many days a missing day is asked for again.
    let patience: Int64
    private(set) var entries: [Day: Entry] = [:]
    /// Σ new − Σ cancelled.
    private(set) var changes: [Day: Int] = [:]
    /// Missing days that were given up, and said so.
    private(set) var abandoned: Set<Day> = []

    init(since: Day, patience: Int) {
        self.since = since
        self.patience = Int64(max(1, patience))
    }

    /// The last day that can be read: yesterday, from 08:00 in Shanghai on.
    static func lastReadable(at now: Timestamp) -> Day {
        Day(number: Day(now - .hours(8), in: .shanghai).number - 1)
    }

    /// When the next day can be read.
    static func nextReadable(after now: Timestamp) -> Timestamp {
        Day(number: lastReadable(at: now).number + 2).start(in: .shanghai) + .hours(8)
    }

    /// Days without a figure, given-up ones included, up to the last readable one.
    func missing(at now: Timestamp) -> [Day] {
        let last = Self.lastReadable(at: now).number
        guard since.number <= last else { return [] }
        return (since.number...last).map { Day(number: $0) }.filter { entries[$0] == nil }
    }

    /// What to ask: spans of at most seven days, each with a missing day in it, and the last seven days, which WeChat may
    /// state anew.
    func windows(at now: Timestamp) -> [ClosedRange<Day>] {
        let last = Self.lastReadable(at: now)
        guard since <= last else { return [] }
        var spans: [ClosedRange<Day>] = []
        let recent = max(since.number, last.number - Self.window + 1)
        var start = since.number
        while start < recent {
            guard isAsked(Day(number: start)) else {
                start += 1
                continue
            }
            let end = min(start + Self.window - 1, recent - 1)
            spans.append(Day(number: start)...Day(number: end))
            start = end + 1
        }
        return spans + [Day(number: recent)...last]
    }

    private func isAsked(_ day: Day) -> Bool { entries[day] == nil && !abandoned.contains(day) }

    /// Enters what was answered.
    ///
    /// - Returns: the events of figures that are new or stated anew, in the order of their days.
    mutating func take(_ rows: FollowerRows, source: String, at now: Timestamp) -> [Event] {
        for (day, change) in rows.changes { changes[day] = change }
        return rows.totals.sorted { $0.key < $1.key }.compactMap { day, total in
            guard let before = entries[day] else {
                entries[day] = Entry(total: total, revisions: 0)
                abandoned.remove(day)
                return FollowerCount(day: day, count: total, note: note(on: day)).added(source: source, at: now)
            }
            guard before.total != total else { return nil }
            let revisions = before.revisions + 1
            entries[day] = Entry(total: total, revisions: revisions)
            return FollowerCount(day: day, count: total, note: note(on: day))
                .corrected(revision: revisions, source: source, at: now)
        }
    }

    /// Gives up on days that stayed missing too long.
    ///
    /// - Parameter asked: what was asked without error before this.
    /// - Returns: a closed gap for each.
    mutating func giveUp(after asked: [ClosedRange<Day>], feed: String, at now: Timestamp) -> [FeedGap] {
        let last = Self.lastReadable(at: now).number
        let late = asked.flatMap { span in (span.lowerBound.number...span.upperBound.number).map { Day(number: $0) } }
            .filter { isAsked($0) && last - $0.number >= patience }
        return late.map { day in
            abandoned.insert(day)
            var gap = FeedGap(feed: feed, state: .closed, from: day.start(in: .shanghai), reason: "day-missing")
            gap.until = Day(number: day.number + 1).start(in: .shanghai)
            return gap
        }
    }

    /// Why a day's figure does not follow from the day before: cum(d) = cum(d−1) + Σ new − Σ cancelled.
    ///
    /// - Returns: nothing where it does, or where one of the figures is missing.
    func note(on day: Day) -> String? {
        guard let total = entries[day]?.total, let before = entries[Day(number: day.number - 1)]?.total,
            let change = changes[day], before + change != total
        else { return nil }
        return "\(total) on \(day) is not \(before) of the day before \(change < 0 ? "−" : "+") \(abs(change))"
    }

    /// The days whose figures do not follow, in order.
    var inconsistencies: [String] { entries.keys.sorted().compactMap { note(on: $0) } }
}

// What is kept from one start to the next.
extension FollowerBook {
    var json: JSON {
        let days = Set(entries.keys).union(changes.keys).sorted().map { day in
            JSON.object(present: [
                ("day", .string(day.description)), ("total", entries[day].map { .int($0.total) }),
                ("revisions", entries[day].map { .int($0.revisions) }), ("change", changes[day].map { .int($0) }),
            ])
        }
        return [
            "since": .string(since.description), "days": .array(days),
            "abandoned": .array(abandoned.sorted().map { .string($0.description) }),
        ]
    }

    init?(_ json: JSON, patience: Int) {
        guard let since = json["since"]?.string.flatMap({ Day($0) }) else { return nil }
        self.init(since: since, patience: patience)
        for row in json["days"]?.array ?? [] {
            guard let day = row["day"]?.string.flatMap({ Day($0) }) else { continue }
            entries[day] = row["total"]?.int.map { Entry(total: $0, revisions: row["revisions"]?.int ?? 0) }
            changes[day] = row["change"]?.int
        }
        abandoned = Set(json["abandoned"]?.array?.compactMap { $0.string.flatMap { Day($0) } } ?? [])
    }

    /// Asks from an earlier day on, where the configuration says so.
    mutating func begin(from day: Day) {
        since = min(since, day)
    }
}

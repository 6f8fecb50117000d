import Model

/// How the time of a limit passes: around the clock, or in working hours only.
package enum Pace: Hashable, Sendable {
    case natural
    case working
}

/// Counts time at a pace, without the pauses.
struct LimitClock: Sendable {
    let calendar: WorkCalendar
    let manner: LimitTable.Manner
    /// In order and not overlapping; the last may be open.
    let pauses: [StageRun.Pause]

    /// What a limit that begins at a moment is worth, in seconds at its pace.
    func budget(_ limit: TimeLimit, from start: Timestamp) -> (pace: Pace, seconds: Int64) {
        switch limit.unit {
        case .urgentHour: (.natural, Int64(limit.tenths) * 360)
        case .workHour: (.working, Int64(limit.tenths) * 360)
        case .workDay: (.working, calendar.workTime(from: start, until: endOfWorkDays(limit.tenths / 10, from: start)))
        case .naturalDay: (.natural, naturalDays(Int64(limit.tenths / 10), from: start))
        case .month: (.natural, months(limit.tenths / 10, from: start))
        }
    }

    private func endOfWorkDays(_ count: Int, from start: Timestamp) -> Timestamp {
        switch manner.workDay {
        case .sameMoment:
            let begin = calendar.civil(calendar.nextWorkingMoment(at: start))
            let today = calendar.dayNumber(begin)
            return calendar.moment(begin + (calendar.workDay(count, after: today) - today) * 86400)
        case .endOfDay:
            let last = calendar.workDay(count, after: calendar.dayNumber(calendar.civil(start)))
            return calendar.moment((last + 1) * 86400)
        }
    }

    private func naturalDays(_ count: Int64, from start: Timestamp) -> Int64 {
        guard manner.naturalDay == .endOfDay else { return count * 86400 }
        let begin = calendar.civil(start)
        return (calendar.dayNumber(begin) + count + 1) * 86400 - begin
    }

    /// Up to the same date so many months later, or the last of that month where it has no such date.
    private func months(_ count: Int, from start: Timestamp) -> Int64 {
        let begin = calendar.civil(start)
        let today = calendar.dayNumber(begin)
        let day = Day(number: today)
        let month = day.month - 1 + count
        let (year, rest) = (day.year + month / 12, month % 12 + 1)
        let date = min(day.day, Day.length(ofMonth: rest, in: year))
        let days = (Day(year: year, month: rest, day: date)?.number ?? today) - today
        return naturalDays(days, from: start)
    }

    /// The earliest moment by which so many seconds have counted, or nothing where a pause that lasts holds it up.
    func moment(after seconds: Int64, _ pace: Pace, from start: Timestamp) -> Timestamp? {
        var at = start
        var rest = seconds
        for pause in pauses where pause.until.map({ $0 > at }) ?? true {
            let free = pause.from > at ? raw(pace, from: at, until: pause.from) : 0
            if rest <= free { return plain(pace, after: rest, from: at) }
            rest -= free
            guard let until = pause.until else { return nil }
            at = until
        }
        return plain(pace, after: rest, from: at)
    }

    /// Seconds that count from one moment to another.
    func counted(_ pace: Pace, from start: Timestamp, until end: Timestamp) -> Int64 {
        var sum: Int64 = 0
        for stretch in free(from: start, until: end) { sum += raw(pace, from: stretch.lowerBound, until: stretch.upperBound) }
        return sum
    }

    /// The stretches between two moments that are not paused.
    func free(from start: Timestamp, until end: Timestamp) -> [Range<Timestamp>] {
        var stretches: [Range<Timestamp>] = []
        var at = start
        for pause in pauses where at < end {
            if pause.from > at { stretches.append(at..<min(pause.from, end)) }
            at = max(at, pause.until ?? end)
        }
        if at < end { stretches.append(at..<end) }
        return stretches
    }

    /// The moment itself, or the end of the pause that it lies in; nothing where that lasts.
    func running(at time: Timestamp) -> Timestamp? {
        var at = time
        for pause in pauses where pause.from <= at && pause.until.map({ $0 > at }) ?? true {
            guard let until = pause.until else { return nil }
            at = until
        }
        return at
    }

    private func raw(_ pace: Pace, from start: Timestamp, until end: Timestamp) -> Int64 {
        pace == .working ? calendar.workTime(from: start, until: end) : max(0, calendar.civil(end) - calendar.civil(start))
    }

    private func plain(_ pace: Pace, after seconds: Int64, from start: Timestamp) -> Timestamp {
        pace == .working ? calendar.moment(after: seconds, from: start) : start + .seconds(seconds)
    }
}

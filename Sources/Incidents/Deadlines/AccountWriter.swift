import Model

/// Writes the counted and the not counted time of an account, day by day, and joins what goes on for days.
struct AccountWriter {
    private let calendar: WorkCalendar
    private let clock: LimitClock
    private(set) var lines: [DeadlineAccount.Line] = []
    private(set) var assumedYears: [Int] = []
    /// Pauses not yet told.
    private var pauses: ArraySlice<StageRun.Pause>

    init(calendar: WorkCalendar, pauses: [StageRun.Pause]) {
        self.calendar = calendar
        self.pauses = pauses[...]
        clock = LimitClock(calendar: calendar, manner: LimitTable.Manner(), pauses: pauses)
    }

    mutating func add(_ line: DeadlineAccount.Line) { lines.append(line) }

    /// One part of the limit, up to its end or to the suspension that holds it up.
    mutating func write(_ part: StageDeadline.Part) {
        let end = part.due ?? clock.pauses.last?.from ?? part.from
        tell(pausesBefore: part.from)
        let stretches = clock.free(from: part.from, until: max(part.from, end))
        let first = calendar.nextWorkingMoment(at: part.from)
        if part.pace == .working, first > part.from, first < end { add(.waits(until: first)) }
        for stretch in stretches {
            tell(pausesBefore: stretch.lowerBound)
            if part.pace == .natural {
                let seconds = calendar.civil(stretch.upperBound) - calendar.civil(stretch.lowerBound)
                add(.natural(stretch, seconds: seconds))
            } else {
                writeDays(stretch)
            }
        }
    }

    /// The suspensions that come after all that counts, the one that lasts among them.
    mutating func finish() {
        for pause in pauses where pause.until == nil { add(.paused(pause)) }
        pauses = []
    }

    private mutating func tell(pausesBefore moment: Timestamp) {
        while let pause = pauses.first, pause.from < moment {
            add(.paused(pause))
            pauses.removeFirst()
        }
    }

    private mutating func writeDays(_ stretch: Range<Timestamp>) {
        let (begin, end) = (calendar.civil(stretch.lowerBound), calendar.civil(stretch.upperBound))
        for number in calendar.dayNumber(begin)...calendar.dayNumber(end) {
            note(number)
            let kind = calendar.kind(number)
            guard kind.isWork else {
                // A stretch that ends at midnight does not touch the day that begins there.
                if number * 86400 < end { off(number, kind) }
                continue
            }
            let hours = calendar.hours(on: number)
            let pieces = hours.compactMap { hours -> Range<Timestamp>? in
                let (from, until) = (max(begin, number * 86400 + hours.from), min(end, number * 86400 + hours.until))
                return from < until ? calendar.moment(from)..<calendar.moment(until) : nil
            }
            let seconds = pieces.reduce(0) { $0 + calendar.civil($1.upperBound) - calendar.civil($1.lowerBound) }
            guard seconds > 0 else { continue }
            let isWhole = seconds == hours.reduce(0) { $0 + $1.length }
            counted(number, kind, pieces, seconds, isWhole: isWhole && kind == .work)
        }
    }

    private mutating func note(_ number: Int64) {
        let year = Day(number: number).year
        if !calendar.isPublished(year), assumedYears.last != year { assumedYears.append(year) }
    }

    private mutating func off(_ number: Int64, _ kind: WorkCalendar.DayKind) {
        let day = Day(number: number)
        if case .dayOff(let first, let last, kind) = lines.last, last.number == number - 1 {
            lines[lines.count - 1] = .dayOff(first: first, last: day, kind: kind)
        } else {
            add(.dayOff(first: day, last: day, kind: kind))
        }
    }

    private mutating func counted(
        _ number: Int64, _ kind: WorkCalendar.DayKind, _ pieces: [Range<Timestamp>], _ seconds: Int64, isWhole: Bool
    ) {
        let day = Day(number: number)
        guard isWhole else { return add(.counted(day: day, kind: kind, stretches: pieces, seconds: seconds)) }
        if case .workDays(let first, let last, let count, let sum) = lines.last, last.number == number - 1 {
            lines[lines.count - 1] = .workDays(first: first, last: day, count: count + 1, seconds: sum + seconds)
        } else {
            add(.workDays(first: day, last: day, count: 1, seconds: seconds))
        }
    }
}

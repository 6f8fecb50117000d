import Model

/// Why a deadline is what it is, line by line; the counted lines of a finished account add up to the limit exactly.
package struct DeadlineAccount: Hashable, Sendable {
    package enum Line: Hashable, Sendable {
        case began(DeadlineStage, at: Timestamp, limit: TimeLimit?, basis: String?)
        /// The data that it was computed with.
        case data(limits: String, calendar: String)
        /// It began outside of working hours; counting begins at the later moment.
        case waits(until: Timestamp)
        /// Time of one day that counts, in stretches of that day.
        case counted(day: Day, kind: WorkCalendar.DayKind, stretches: [Range<Timestamp>], seconds: Int64)
        /// Whole working days in a row.
        case workDays(first: Day, last: Day, count: Int, seconds: Int64)
        /// Time around the clock.
        case natural(Range<Timestamp>, seconds: Int64)
        /// Days that do not count.
        case dayOff(first: Day, last: Day, kind: WorkCalendar.DayKind)
        case paused(StageRun.Pause)
        case extended(StageRun.Extension)
        /// A year whose holidays are not in the calendar.
        case assumed(year: Int)
        case near(percent: Int, at: Timestamp)
        case due(Timestamp)
        /// No deadline while the suspension lasts; seconds left.
        case heldUp(left: Int64?)
        case ended(at: Timestamp, inTime: Bool?)
        case used(seconds: Int64, of: Int64, light: TrafficLight)
    }

    package let lines: [Line]

    /// What the counted lines add up to, in seconds.
    package var counted: Int64 {
        lines.reduce(0) { sum, line in
            switch line {
            case .counted(_, _, _, let seconds), .workDays(_, _, _, let seconds), .natural(_, let seconds): sum + seconds
            default: sum
            }
        }
    }
}

extension Deadlines {
    /// The account of one stage's deadline.
    ///
    /// - Parameter now: adds how much was used and the light at that moment; nothing else depends on it.
    package func account(_ deadline: StageDeadline, at now: Timestamp? = nil) -> DeadlineAccount {
        let run = deadline.run
        var lines: [DeadlineAccount.Line] = [
            .began(run.stage, at: run.began, limit: deadline.rule?.limit, basis: deadline.rule?.basis),
            .data(limits: limits.version, calendar: calendar.version),
        ]
        var writer = AccountWriter(calendar: calendar, pauses: run.pauses)
        let approved = run.extensions.filter { $0.approvedBy != nil }
        for part in deadline.parts {
            if let change = part.change { writer.add(.extended(change)) }
            writer.write(part)
        }
        for late in approved.dropFirst(max(0, deadline.parts.count - 1)) { writer.add(.extended(late)) }
        writer.finish()
        lines += writer.lines
        lines += run.extensions.filter { $0.approvedBy == nil && !answered($0, by: approved) }.map { .extended($0) }
        lines += writer.assumedYears.map { .assumed(year: $0) }
        lines += ends(deadline, at: now)
        return DeadlineAccount(lines: lines)
    }

    /// The accounts of every stay in a stage of a case, in the order in which they began: what `incident explain` prints.
    package func accounts(of facts: CaseFacts, _ events: [CaseEvent], at now: Timestamp? = nil) -> [DeadlineAccount] {
        stages(of: facts, events).map { account($0, at: now) }
    }

    /// Whether somebody approved of it afterwards.
    private func answered(_ asked: StageRun.Extension, by approved: [StageRun.Extension]) -> Bool {
        approved.contains { $0.at >= asked.at && $0.limit == asked.limit }
    }

    private func ends(_ deadline: StageDeadline, at now: Timestamp?) -> [DeadlineAccount.Line] {
        var lines: [DeadlineAccount.Line] = []
        if let near = deadline.near { lines.append(.near(percent: deadline.nearPercent, at: near)) }
        if let due = deadline.due {
            lines.append(.due(due))
        } else if deadline.rule != nil, deadline.run.ended == nil {
            lines.append(.heldUp(left: deadline.run.pauses.last.map { pause in left(deadline, at: pause.from) }))
        }
        if let ended = deadline.run.ended { lines.append(.ended(at: ended, inTime: deadline.isInTime)) }
        if let moment = deadline.run.ended ?? now, let light = deadline.light(at: moment) {
            let (used, total) = used(deadline, at: moment)
            lines.append(.used(seconds: used, of: total, light: light))
        }
        return lines
    }

    private func left(_ deadline: StageDeadline, at moment: Timestamp) -> Int64 {
        let (used, total) = used(deadline, at: moment)
        return max(0, total - used)
    }
}

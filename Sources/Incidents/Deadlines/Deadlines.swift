import Model

/// The deadlines of cases: a pure function of a case's facts, its history, a list of limits and a calendar.
///
/// Nothing here knows the present; the same inputs give the same moments on every machine and at every time.
package struct Deadlines: Sendable {
    package let calendar: WorkCalendar
    package let limits: LimitTable

    package init(calendar: WorkCalendar, limits: LimitTable) {
        self.calendar = calendar
        self.limits = limits
    }

    /// The deadline of each stay in a stage, in the order in which they began.
    package func stages(of facts: CaseFacts, _ events: [CaseEvent]) -> [StageDeadline] {
        StageRuns(events, manner: limits.manner).runs.map { run in
            deadline(run, rule: limits.rule(run.stage, category: facts.category, urgent: facts.urgent))
        }
    }

    /// The deadline of one stay under one rule.
    package func deadline(_ run: StageRun, rule: LimitTable.Rule?) -> StageDeadline {
        let manner = limits.manner
        let clock = LimitClock(calendar: calendar, manner: manner, pauses: run.pauses)
        let parts = rule.map { self.parts(run, $0.limit, clock) } ?? []
        let complete = rule != nil && parts.count == 1 + run.extensions.filter { $0.approvedBy != nil }.count
        return StageDeadline(
            run: run, rule: rule, parts: parts, nearPercent: manner.near,
            near: complete ? near(parts, clock) : nil, due: complete ? parts.last?.due : nil)
    }

    /// The limit and its extensions one after the other, up to the first that a suspension holds up.
    private func parts(_ run: StageRun, _ limit: TimeLimit, _ clock: LimitClock) -> [StageDeadline.Part] {
        var parts: [StageDeadline.Part] = []
        var start: Timestamp? = run.began
        let approved = run.extensions.filter { $0.approvedBy != nil }
        let steps: [(limit: TimeLimit, change: StageRun.Extension?)] = [(limit, nil)] + approved.map { ($0.limit, $0) }
        for (limit, change) in steps {
            guard let from = start.flatMap({ clock.running(at: $0) }) else { break }
            let (pace, seconds) = clock.budget(limit, from: from)
            let due = clock.moment(after: seconds, pace, from: from)
            parts.append(.init(limit: limit, change: change, from: from, pace: pace, seconds: seconds, due: due))
            start = due
        }
        return parts
    }

    /// When `near` percent of the whole time have been used.
    private func near(_ parts: [StageDeadline.Part], _ clock: LimitClock) -> Timestamp? {
        let total = parts.reduce(0) { $0 + $1.seconds }
        var need = (total * Int64(limits.manner.near) + 99) / 100
        for part in parts {
            if need <= part.seconds { return clock.moment(after: need, part.pace, from: part.from) }
            need -= part.seconds
        }
        return nil
    }

    /// Seconds that have counted by a moment, and how many the whole limit has; beyond it in the last part's pace.
    ///
    /// While a suspension holds up the limit, extensions that have not begun are left out of the whole.
    package func used(_ deadline: StageDeadline, at now: Timestamp) -> (used: Int64, total: Int64) {
        let clock = LimitClock(calendar: calendar, manner: limits.manner, pauses: deadline.run.pauses)
        let moment = StageDeadline.second(deadline.run.ended.map { min($0, now) } ?? now)
        let total = deadline.parts.reduce(0) { $0 + $1.seconds }
        var used: Int64 = 0
        for part in deadline.parts {
            used += clock.counted(part.pace, from: part.from, until: min(moment, part.due ?? moment))
        }
        if let last = deadline.parts.last, let due = last.due, due < moment {
            used += clock.counted(last.pace, from: due, until: moment)
        }
        return (used, total)
    }
}

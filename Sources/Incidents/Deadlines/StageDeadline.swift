import Model

/// The deadline of one stay in a stage.
package struct StageDeadline: Hashable, Sendable {
    /// The limit, or one extension of it: what it is worth from where it begins.
    package struct Part: Hashable, Sendable {
        package let limit: TimeLimit
        /// The extension that it is; nothing for the limit itself.
        package let change: StageRun.Extension?
        package let from: Timestamp
        package let pace: Pace
        package let seconds: Int64
        /// When it is used up; nothing while a suspension holds it up.
        package let due: Timestamp?
    }

    package let run: StageRun
    /// Nothing where the stage has no limit.
    package let rule: LimitTable.Rule?
    /// The limit and its extensions as far as they have begun; each begins when the one before is used up.
    package let parts: [Part]
    /// The part of all, in percent, from which it is near.
    package let nearPercent: Int
    /// When that part of the time has been used.
    package let near: Timestamp?
    /// The deadline: nothing without a limit, or while a suspension that began before it lasts.
    package let due: Timestamp?

    /// How often the deadline was moved by a decision (an approved extension); timers carry it.
    package var version: Int { run.extensions.filter { $0.approvedBy != nil }.count }

    package var isSuspended: Bool { run.pauses.last.map { $0.until == nil } ?? false }
}

/// How a stage stands (GB/T 30428: up to 80 % green, up to 100 % yellow, beyond it red).
package enum TrafficLight: String, Hashable, Sendable, CaseIterable {
    case green, yellow, red

    package var chinese: String {
        switch self {
        case .green: "绿灯"
        case .yellow: "黄灯"
        case .red: "红灯"
        }
    }
}

extension StageDeadline {
    /// The light at a moment, or at the stage's end where that was earlier; nothing without a limit.
    package func light(at now: Timestamp) -> TrafficLight? {
        guard rule != nil else { return nil }
        let moment = Self.second(run.ended.map { min($0, now) } ?? now)
        if let due, moment > due { return .red }
        if let near, moment > near { return .yellow }
        return .green
    }

    /// Whether it ended in time, or nothing while it lasts or has no limit; the deadline's own second is in time.
    package var isInTime: Bool? {
        guard rule != nil, let ended = run.ended else { return nil }
        return due.map { ended <= $0 } ?? true
    }

    static func second(_ time: Timestamp) -> Timestamp {
        let rest = time.microseconds % 1_000_000
        return Timestamp(microseconds: time.microseconds - (rest < 0 ? rest + 1_000_000 : rest))
    }
}

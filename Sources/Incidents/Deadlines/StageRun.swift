import Model

/// One stay of a case in a stage: what the clocks have to count, before any calendar is asked.
package struct StageRun: Hashable, Sendable {
    /// A stretch that does not count.
    package struct Pause: Hashable, Sendable {
        package enum Why: Hashable, Sendable {
            /// 挂账.
            case suspended
            /// The case was elsewhere and came back with what was left of the limit.
            case elsewhere
        }

        package let from: Timestamp
        /// Nothing while it lasts.
        package var until: Timestamp?
        package let why: Why
        package let note: String?

        package init(from: Timestamp, until: Timestamp? = nil, why: Why = .suspended, note: String? = nil) {
            self.from = from
            self.until = until
            self.why = why
            self.note = note
        }
    }

    /// 延时.
    package struct Extension: Hashable, Sendable {
        package let at: Timestamp
        package let limit: TimeLimit
        /// Nothing while nobody approved; it does not count then.
        package let approvedBy: String?

        package init(at: Timestamp, limit: TimeLimit, approvedBy: String?) {
            self.at = at
            self.limit = limit
            self.approvedBy = approvedBy
        }
    }

    /// 1, and one more after each reopening.
    package let round: Int
    package let stage: DeadlineStage
    /// 1, and one more each time that the stage begins anew in its round.
    package let visit: Int
    package let began: Timestamp
    package var ended: Timestamp?
    /// In order, not overlapping; only the last may be open.
    package var pauses: [Pause]
    package var extensions: [Extension]

    package init(
        round: Int = 1, stage: DeadlineStage, visit: Int = 1, began: Timestamp, ended: Timestamp? = nil, pauses: [Pause] = [],
        extensions: [Extension] = []
    ) {
        self.round = round
        self.stage = stage
        self.visit = visit
        self.began = began
        self.ended = ended
        self.pauses = pauses
        self.extensions = extensions
    }
}

/// Reads a case's history into its stays in stages.
///
/// Times count in whole seconds and never go back: an event that carries an earlier time than the one before it (a clock
/// was set) counts at the time of the one before. What the lifecycle would not allow (a resume without a suspension)
/// changes nothing; a case that moves on is no longer suspended.
struct StageRuns {
    private let manner: LimitTable.Manner
    private(set) var runs: [StageRun] = []
    /// Indices of the stays that go on.
    private var open: [Int] = []
    private var round = 1
    private var last: Timestamp?
    private var suspended: StageRun.Pause?
    /// What the next stay in `handle` does after the latest way back.
    private var comeBack = LimitTable.ComeBack.restart

    init(_ events: [CaseEvent], manner: LimitTable.Manner) {
        self.manner = manner
        for event in events { take(event) }
        if let suspended { for index in open { runs[index].pauses.append(suspended) } }
    }

    private mutating func take(_ event: CaseEvent) {
        let second = Timestamp(microseconds: event.at.microseconds - floorRemainder(event.at.microseconds, 1_000_000))
        let at = max(second, last ?? second)
        last = at
        switch event.what {
        case .entered(let stage): move(to: stage, at)
        case .returned(let stage): move(to: stage, at, comeBack: manner.returned)
        case .reworked(let stage): move(to: stage, at, comeBack: manner.rework)
        case .finished:
            resume(at)
            leave(at)
        case .reopened(let stage):
            round += 1
            move(to: stage, at, comeBack: .restart)
        case .suspended: suspended = suspended ?? .init(from: at, note: event.note)
        case .resumed: resume(at)
        case .extensionAsked(let limit): extend(.init(at: at, limit: limit, approvedBy: nil))
        case .extended(let limit, let by): extend(.init(at: at, limit: limit, approvedBy: by))
        }
    }

    /// A way back leaves every stage, a step forward keeps the handling that began with the dispatch.
    private mutating func move(to stage: DeadlineStage, _ at: Timestamp, comeBack: LimitTable.ComeBack? = nil) {
        resume(at)
        if let comeBack {
            self.comeBack = comeBack
            leave(at)
        }
        enter(stage, at)
    }

    private mutating func enter(_ stage: DeadlineStage, _ at: Timestamp) {
        if stage == .handle, let handling = open.first(where: { runs[$0].stage == .handle }) {
            leave(at, except: handling)
            return
        }
        leave(at)
        begin(stage, at)
        if stage == .accept, manner.handleFrom == .dispatch { begin(.handle, at) }
    }

    private mutating func begin(_ stage: DeadlineStage, _ at: Timestamp) {
        let earlier = runs.lastIndex { $0.round == round && $0.stage == stage }
        if stage == .handle, comeBack == .goOn, let earlier, let left = runs[earlier].ended {
            runs[earlier].ended = nil
            runs[earlier].pauses.append(.init(from: left, until: at, why: .elsewhere))
            open.append(earlier)
        } else {
            runs.append(StageRun(round: round, stage: stage, visit: (earlier.map { runs[$0].visit } ?? 0) + 1, began: at))
            open.append(runs.count - 1)
        }
    }

    /// Ends the stays that go on.
    private mutating func leave(_ at: Timestamp, except kept: Int? = nil) {
        for index in open where index != kept { runs[index].ended = at }
        open.removeAll { $0 != kept }
    }

    private mutating func resume(_ at: Timestamp) {
        guard let pause = suspended else { return }
        suspended = nil
        for index in open where pause.from < at { runs[index].add(pause, until: at) }
    }

    /// An extension is of the handling where that goes on, else of the stage the case is in.
    private mutating func extend(_ change: StageRun.Extension) {
        guard let index = open.first(where: { runs[$0].stage == .handle }) ?? open.last else { return }
        runs[index].extensions.append(change)
    }
}

extension StageRun {
    fileprivate mutating func add(_ pause: Pause, until: Timestamp) {
        pauses.append(Pause(from: max(pause.from, began), until: until, why: pause.why, note: pause.note))
    }
}

private func floorRemainder(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let remainder = dividend % divisor
    return remainder < 0 ? remainder + divisor : remainder
}

import Model

/// A moment of a deadline that somebody wants to hear of.
package struct DeadlineTimer: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// 80 % of the limit are used (`deadline.near`).
        case near = "deadline.near"
        /// The deadline passed (`deadline.passed`).
        case passed = "deadline.passed"
    }

    package let incident: String
    package let round: Int
    package let stage: DeadlineStage
    package let visit: Int
    package let kind: Kind
    /// How often the deadline had been moved by an extension.
    package let version: Int
    /// The moment itself; that second still belongs to the time before it.
    package let moment: Timestamp
    package let deadline: Timestamp?

    /// The same for the same fact however often it is computed: `2021-17/1/handle/1/0/deadline.near`.
    package var id: String { "\(incident)/\(round)/\(stage.rawValue)/\(visit)/\(version)/\(kind.rawValue)" }

    /// The first moment at which it is due.
    package var due: Timestamp { moment + .seconds(1) }
}

extension Deadlines {
    /// Every timer that a case owes by its events: those whose moment came, or will come, before the stage's end.
    ///
    /// A deadline that an extension moved owes what came before the extension, so that a restart finds what it missed.
    package func timers(of facts: CaseFacts, _ stages: [StageDeadline]) -> [DeadlineTimer] {
        stages.flatMap { stage in
            let extensions = stage.run.extensions.filter { $0.approvedBy != nil }
            let moved = extensions.enumerated().flatMap { version, change in
                var run = stage.run
                run.extensions = Array(extensions[..<version])
                return deadline(run, rule: stage.rule).timers(of: facts.incident, before: change.at)
            }
            return moved + stage.timers(of: facts.incident, before: stage.run.ended)
        }
    }
}

extension StageDeadline {
    fileprivate func timers(of incident: String, before end: Timestamp?) -> [DeadlineTimer] {
        let moments: [(DeadlineTimer.Kind, Timestamp?)] = [(.near, near), (.passed, due)]
        return moments.compactMap { kind, moment in
            guard let moment, end.map({ moment < $0 }) ?? true else { return nil }
            return DeadlineTimer(
                incident: incident, round: run.round, stage: run.stage, visit: run.visit, kind: kind, version: version,
                moment: moment, deadline: due)
        }
    }
}

/// Which timers are due: a pure machine that is told of deadlines, of timers already in the journal, and of the time.
///
/// It hands each timer out once. A restart tells it the deadlines anew, computed from the events, and the ids that the
/// journal already holds, and it goes on where it was; a clock that steps moves no deadline and repeats no timer.
package struct TimerPlan: Sendable {
    private var heap = TimerHeap()
    /// Incident → the timers that it waits for, by id; what the heap holds besides is out of date.
    private var waiting: [String: [String: DeadlineTimer]] = [:]
    /// Incident → ids handed out or found in the journal.
    private var fired: [String: Set<String>] = [:]

    package init() {}

    /// The journal holds this timer already.
    package mutating func saw(_ id: String, of incident: String) {
        fired[incident, default: []].insert(id)
        waiting[incident]?[id] = nil
    }

    /// The timers that an incident owes as its events now have it; what it no longer owes is forgotten.
    package mutating func set(_ owed: [DeadlineTimer], of incident: String) {
        var timers: [String: DeadlineTimer] = [:]
        for timer in owed where fired[incident]?.contains(timer.id) != true {
            timers[timer.id] = timer
            if waiting[incident]?[timer.id] != timer { heap.push(timer) }
        }
        waiting[incident] = timers.isEmpty ? nil : timers
    }

    /// The incident is closed and all it owed was handed out; its ids are forgotten.
    package mutating func forget(_ incident: String) {
        waiting[incident] = nil
        fired[incident] = nil
    }

    /// The timers due by now, by moment and id; each is handed out once.
    package mutating func due(at now: Timestamp) -> [DeadlineTimer] {
        var timers: [DeadlineTimer] = []
        while let timer = heap.first, timer.due <= now {
            heap.removeFirst()
            guard waiting[timer.incident]?[timer.id] == timer else { continue }
            saw(timer.id, of: timer.incident)
            timers.append(timer)
        }
        return timers
    }

    /// When to ask next, or nothing where no timer waits.
    package mutating func next() -> Timestamp? {
        while let timer = heap.first, waiting[timer.incident]?[timer.id] != timer { heap.removeFirst() }
        return heap.first?.due
    }

    /// How many timers wait.
    package var count: Int { waiting.values.reduce(0) { $0 + $1.count } }
}

/// Timers with the earliest first: a binary heap in an array.
private struct TimerHeap: Sendable {
    private var timers: [DeadlineTimer] = []

    var first: DeadlineTimer? { timers.first }

    mutating func push(_ timer: DeadlineTimer) {
        timers.append(timer)
        var index = timers.count - 1
        while index > 0, Self.isBefore(timers[index], timers[(index - 1) / 2]) {
            timers.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func removeFirst() {
        timers.swapAt(0, timers.count - 1)
        timers.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < timers.count && Self.isBefore(timers[child], timers[least])
            {
                least = child
            }
            guard least != index else { return }
            timers.swapAt(index, least)
            index = least
        }
    }

    private static func isBefore(_ left: DeadlineTimer, _ right: DeadlineTimer) -> Bool {
        left.moment != right.moment ? left.moment < right.moment : left.id < right.id
    }
}

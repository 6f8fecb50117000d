import Feeds
import Ledger
import Model
import Settings
import Synchronization

/// The video patrols that run, and how each is doing.
final class Patrols: Sendable {
    private let runner: PatrolRunner
    private let board: PatrolBoard

    /// The last word of every plan.
    private final class PatrolBoard: Sendable {
        let plans = Mutex<[PatrolStatus]>([])
    }

    init(feeds: FeedSet, ledger: LedgerReader) {
        let board = PatrolBoard()
        self.board = board
        let evidence = feeds.evidence
        runner = PatrolRunner(
            in: PatrolSurroundings(
                clock: feeds.clock, control: { feeds.control(of: $0) }, storePicture: { try? evidence.store($0) },
                deliver: feeds.surroundings.deliver,
                past: { plan in
                    guard let last = try? ledger.lastPatrolRound(of: plan) else { return nil }
                    return PatrolPast(round: last.round, told: last.told)
                },
                report: { plans in board.plans.withLock { $0 = plans } }))
    }

    /// Runs the plans of the configuration; those that did not change go on.
    func apply(_ settings: Settings) {
        runner.apply(settings.patrols.map { PatrolPlan($0) })
    }

    var all: [PatrolStatus] { board.plans.withLock { $0 } }

    /// Runs a block on the queue that drives all patrols; the watchdog's token passes here.
    func turnToken(_ body: @escaping @Sendable () -> Void) { runner.turnToken(body) }

    /// Returns when everything that was seen is delivered.
    func stop() async {
        await withCheckedContinuation { done in runner.stop { done.resume() } }
    }
}

extension PatrolPlan {
    /// As the configuration has it.
    init(_ patrol: Settings.Patrol) {
        self.init(
            name: patrol.name, days: patrol.days, hours: PatrolHours(from: patrol.from, until: patrol.until),
            recurrence: patrol.every.map { .every($0) } ?? .times(patrol.times),
            spots: patrol.spots.map {
                PatrolSpot(name: $0.name, section: $0.section, camera: $0.camera, preset: $0.preset, stay: $0.stay)
            })
    }
}

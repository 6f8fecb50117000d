import Dispatch
import Model
import Platform
import Synchronization

/// Sends a token round every stage's queue; only its return feeds systemd's watchdog and says that the stages turn.
///
/// `@unchecked Sendable`: `timer` is set once in `start`; the rest is in the mutex or immutable.
final class StageWatch: @unchecked Sendable {
    typealias Stage = @Sendable (@escaping @Sendable () -> Void) -> Void

    private let queue = DispatchQueue(label: "patrold.watch", qos: .userInitiated)
    private let stages: [(name: String, pass: Stage)]
    private let notify: SystemdNotify
    private let clock: any WallClock
    private let state = Mutex((returned: Span.zero, at: ""))
    private var timer: RepeatingTimer?

    init(stages: [(name: String, pass: Stage)], notify: SystemdNotify, clock: any WallClock) {
        self.stages = stages
        self.notify = notify
        self.clock = clock
    }

    /// Sends the first token and calls back when it has come round; then one at half the watchdog's period.
    func start(_ firstReturn: @escaping @Sendable () -> Void) {
        send(firstReturn)
        let period = Int((notify.watchdogMicroseconds ?? 10_000_000) / 2000)
        timer = RepeatingTimer(every: max(period, 100), on: queue) { [weak self] in self?.send() }
    }

    func stop() { timer?.cancel() }

    /// The stage that has held the token too long, or nothing while all turn.
    var stuck: String? {
        state.withLock { state in
            let waited = clock.uptime().microseconds - state.returned.microseconds
            return waited > 30_000_000 && state.returned != .zero ? state.at : nil
        }
    }

    private func send(_ done: @escaping @Sendable () -> Void = {}) {
        pass(0, done)
    }

    private func pass(_ index: Int, _ done: @escaping @Sendable () -> Void) {
        guard index < stages.count else {
            state.withLock { $0 = (clock.uptime(), "") }
            notify.watchdog()
            return done()
        }
        state.withLock { $0.at = stages[index].name }
        stages[index].pass { self.pass(index + 1, done) }
    }
}

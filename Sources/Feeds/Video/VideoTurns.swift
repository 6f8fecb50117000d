import Dispatch
import Model

/// Gives the video feeds their turns, one shared by all cameras.
///
/// Confined to `queue`, which is also the feeds' queue, hence `@unchecked Sendable`.
package final class VideoTurns: @unchecked Sendable {
    package let queue = DispatchQueue(label: "patrold.video", qos: .utility)
    private let clock: any WallClock
    private var turns: ProbeTurns
    private var starters: [String: @Sendable () -> Void] = [:]
    private let timer: any DispatchSourceTimer

    /// - Parameter limit: how many looks may run at once.
    package init(clock: any WallClock, limit: Int = 8, pause: Span = .milliseconds(100)) {
        self.clock = clock
        turns = ProbeTurns(limit: limit, pause: pause)
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { @Sendable [weak self] in self?.give() }
        timer.schedule(deadline: .distantFuture)
        timer.activate()
    }

    deinit { timer.cancel() }

    /// Calls `start` on the queue when it is this feed's turn; one that asks again only replaces its call.
    func ask(_ name: String, host: String, start: @escaping @Sendable () -> Void) {
        dispatchPrecondition(condition: .onQueue(queue))
        starters[name] = start
        turns.ask(name, host: host)
        give()
    }

    /// The feed has looked, or wants to look no more.
    func end(_ name: String) {
        dispatchPrecondition(condition: .onQueue(queue))
        starters[name] = nil
        turns.end(name)
        give()
    }

    private func give() {
        let now = clock.uptime()
        while let name = turns.next(at: now) {
            // Later, so that whoever asks is through with its own step first.
            if let start = starters.removeValue(forKey: name) { queue.async(execute: start) }
        }
        guard let next = turns.deadline else { return }
        let wait = max(1, (next - now).microseconds)
        timer.schedule(deadline: .now() + .microseconds(Int(wait)), leeway: .milliseconds(5))
    }
}

import Model
import Synchronization

/// A clock that tests set; civil time and uptime move together unless a test steps one.
package final class ManualClock: WallClock {
    private struct State {
        var now: Timestamp
        var uptime: Span
    }

    private let state: Mutex<State>

    /// Begins at 2021-06-01T08:00:00+08:00 unless told otherwise.
    package init(_ start: Timestamp = Timestamp(seconds: 1_622_505_600)) {
        state = Mutex(State(now: start, uptime: .seconds(1000)))
    }

    package func now() -> Timestamp { state.withLock { $0.now } }
    package func uptime() -> Span { state.withLock { $0.uptime } }

    package func advance(_ span: Span) {
        state.withLock {
            $0.now = $0.now + span
            $0.uptime = Span(microseconds: $0.uptime.microseconds + span.microseconds)
        }
    }

    /// Moves civil time only, as a stepped clock does.
    package func step(_ span: Span) {
        state.withLock { $0.now = $0.now + span }
    }
}

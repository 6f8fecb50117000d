import Dispatch
import Model

/// Calls back on a queue at an interval until it is cancelled.
///
/// `@unchecked Sendable`: the source is only activated and cancelled, which Dispatch allows from any thread.
final class Ticker: @unchecked Sendable {
    private let source: any DispatchSourceTimer

    init(on queue: DispatchQueue, first: Span, every interval: Span, _ body: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: queue)
        source.schedule(
            deadline: .now() + .microseconds(Int(first.microseconds)), repeating: .microseconds(Int(interval.microseconds)))
        source.setEventHandler { @Sendable in body() }
        source.activate()
    }

    func cancel() {
        source.cancel()
    }

    deinit { source.cancel() }
}

import Dispatch

/// A Dispatch timer that fires every so often on a queue until it is cancelled.
package final class RepeatingTimer: Sendable {
    private let source: DispatchSource

    /// Starts at once; the first firing comes after one interval.
    package init(every milliseconds: Int, on queue: DispatchQueue, _ body: @escaping @Sendable () -> Void) {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(
            deadline: .now() + .milliseconds(milliseconds), repeating: .milliseconds(milliseconds),
            leeway: .milliseconds(milliseconds / 10))
        timer.setEventHandler { @Sendable in body() }
        // On Linux the factory always makes a `DispatchSource`, the one Sendable type among its protocols.
        guard let source = timer as? DispatchSource else { preconditionFailure("a timer source is a DispatchSource") }
        self.source = source
        source.resume()
    }

    package func cancel() { source.cancel() }

    deinit { source.cancel() }
}

import Dispatch
import Glibc

/// A signal's Dispatch source; the default action is off while it lives.
package final class SignalSource: Sendable {
    private let source: DispatchSource

    /// Calls back on the queue each time the signal arrives; several at once may be told as one.
    package init(_ number: Int32, on queue: DispatchQueue, _ body: @escaping @Sendable () -> Void) {
        signal(number, SIG_IGN)
        let signals = DispatchSource.makeSignalSource(signal: number, queue: queue)
        signals.setEventHandler { @Sendable in body() }
        guard let source = signals as? DispatchSource else { preconditionFailure("a signal source is a DispatchSource") }
        self.source = source
        source.resume()
    }

    package func cancel() { source.cancel() }

    deinit { source.cancel() }
}

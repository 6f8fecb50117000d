import Model
import Synchronization

/// An answer that is given once, by whoever comes first.
final class OneReply: Sendable {
    private let continuation: Mutex<CheckedContinuation<PushAnswer, Never>?>

    init(_ continuation: CheckedContinuation<PushAnswer, Never>) {
        self.continuation = Mutex(continuation)
    }

    func give(_ answer: PushAnswer) {
        let waiting = continuation.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        waiting?.resume(returning: answer)
    }
}

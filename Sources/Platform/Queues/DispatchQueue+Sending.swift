import Dispatch

extension DispatchQueue {
    /// Hands a value that is not `Sendable` over to the queue; the caller gives it up.
    package func asyncSending<Value>(_ value: sending Value, _ body: @escaping @Sendable (sending Value) -> Void) {
        // Safe because `value` is sent: nobody else can touch it any more, and the block runs once.
        nonisolated(unsafe) let value = value
        async { body(value) }
    }
}

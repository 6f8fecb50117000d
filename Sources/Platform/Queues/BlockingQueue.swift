import Dispatch

/// Where async code sends work that blocks (SQLite, files), so that the cooperative pool never waits.
package struct BlockingQueue: Sendable {
    private let queue: DispatchQueue

    /// - Parameter label: reverse-DNS or dotted name that shows in a debugger.
    package init(label: String, qos: DispatchQoS = .userInitiated) {
        queue = DispatchQueue(label: label, qos: qos)
    }

    /// Runs the block on the queue and resumes the caller with what it returns or throws.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }
}

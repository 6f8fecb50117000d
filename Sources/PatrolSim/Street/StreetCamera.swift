import Model

/// A camera of the simulated street, whatever it speaks; told in Hikvision's words what there is to see.
///
/// `see` may be called from any thread and returns at once; what it tells goes out in the order of the calls.
protocol StreetCamera: Sendable {
    /// Tells of an alarm that begins, repeats or ends.
    func see(_ alarm: SimAlarm)
    /// Goes away.
    func stop() async
}

/// Carries out one thing after the other in the background.
final class StreetErrands: Sendable {
    private let continuation: AsyncStream<@Sendable () async -> Void>.Continuation
    private let task: Task<Void, Never>

    init() {
        let (stream, continuation) = AsyncStream.makeStream(
            of: (@Sendable () async -> Void).self, bufferingPolicy: .bufferingOldest(1000))
        self.continuation = continuation
        task = Task { for await errand in stream { await errand() } }
    }

    func add(_ errand: @escaping @Sendable () async -> Void) { continuation.yield(errand) }

    func stop() {
        continuation.finish()
        task.cancel()
    }
}

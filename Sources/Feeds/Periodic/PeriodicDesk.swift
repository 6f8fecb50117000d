import Model

/// What a visit has of the daemon around it.
package struct PeriodicDesk: Sendable {
    package let clock: any WallClock
    let deliver: Deliver
    /// Takes what the journal said of each delivery.
    let count: @Sendable (Receipt) -> Void

    /// Hands arrivals to the journal and returns when they are durable, however often they must be offered.
    ///
    /// - Throws: `CancellationError` when the feed stops before that; the arrivals may be durable or not then.
    @discardableResult
    package func hand(_ arrivals: [Arrival]) async throws -> Receipt {
        guard !arrivals.isEmpty else { return Receipt() }
        var pause = Backoff(first: .milliseconds(200), longest: .seconds(2))
        while true {
            let answer = await withCheckedContinuation { waiting in
                deliver(arrivals) { waiting.resume(returning: $0) }
            }
            if case .success(let receipt) = answer {
                count(receipt)
                return receipt
            }
            let wait = pause.next(random: .random(in: 0...1))
            try await Task.sleep(nanoseconds: UInt64(wait.microseconds) * 1000)
        }
    }
}

import Model

/// Facts on their way to the journal: one delivery at a time and in order, repeated until it is taken.
struct PatrolOutbox {
    private static let batchLimit = 128

    private var waiting: [Event] = []
    private var inFlight = 0
    private var retryAt: Span?
    private var retry = Backoff(first: .milliseconds(200), longest: .seconds(2))

    var isEmpty: Bool { waiting.isEmpty }
    /// When a delivery is to be repeated, by uptime.
    var deadline: Span? { inFlight == 0 ? retryAt : nil }

    mutating func add(_ event: Event) { waiting.append(event) }

    /// What to deliver now; nothing while a delivery is under way or must wait.
    mutating func next(at now: Span) -> [Arrival] {
        guard inFlight == 0, retryAt.map({ $0 <= now }) ?? true else { return [] }
        retryAt = nil
        let batch = waiting.prefix(Self.batchLimit)
        inFlight = batch.count
        return batch.map { .event($0) }
    }

    /// The journal's answer to what `next` gave.
    ///
    /// - Parameter random: from 0 to 1, spreads the delays.
    mutating func settle(taken: Bool, at now: Span, random: Double) {
        if taken {
            waiting.removeFirst(inFlight)
            retry.reset()
        } else {
            retryAt = now + retry.next(random: random)
        }
        inFlight = 0
    }
}

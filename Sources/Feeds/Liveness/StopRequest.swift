/// Who waits for a feed to stop; each is called once, when nothing is under way any more.
struct StopRequest {
    private(set) var isMade = false
    private var waiting: [@Sendable () -> Void] = []

    /// Whether the feed must stop and somebody has not been told that it has.
    var isUnanswered: Bool { isMade && !waiting.isEmpty }

    mutating func make(_ completion: @escaping @Sendable () -> Void) {
        isMade = true
        waiting.append(completion)
    }

    /// Those who wait, to be called by the feed after it has said that it stopped.
    mutating func answers() -> [@Sendable () -> Void] {
        defer { waiting = [] }
        return waiting
    }
}

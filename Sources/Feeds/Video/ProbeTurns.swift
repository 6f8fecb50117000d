import Model

/// Whose turn it is to be looked at: never two at once at one host, so many at once in all, and a pause between starts.
struct ProbeTurns: Sendable {
    private struct Asking {
        let name: String
        let host: String
    }

    private let limit: Int
    private let pause: Span
    /// In the order in which they asked.
    private var asking: [Asking] = []
    private var running: [String: String] = [:]
    private var lastStart: Span?

    /// - Parameters:
    ///   - limit: how many may run at once.
    ///   - pause: least time between two starts.
    init(limit: Int = 8, pause: Span = .milliseconds(100)) {
        self.limit = max(1, limit)
        self.pause = pause
    }

    /// Waits for a turn; who waits or runs already waits on.
    mutating func ask(_ name: String, host: String) {
        guard running[name] == nil, !asking.contains(where: { $0.name == name }) else { return }
        asking.append(Asking(name: name, host: host))
    }

    /// The next whose turn it is; it runs until `end`.
    mutating func next(at now: Span) -> String? {
        guard running.count < limit, mayStart(at: now),
            let index = asking.firstIndex(where: { !isBusy($0.host) })
        else { return nil }
        let chosen = asking.remove(at: index)
        running[chosen.name] = chosen.host
        lastStart = now
        return chosen.name
    }

    /// The turn is over, or is wanted no more.
    mutating func end(_ name: String) {
        running[name] = nil
        asking.removeAll { $0.name == name }
    }

    /// When `next` gives somebody by time alone, by uptime; the end of a turn may give somebody too.
    var deadline: Span? {
        guard running.count < limit, asking.contains(where: { !isBusy($0.host) }) else { return nil }
        return lastStart.map { $0 + pause } ?? .zero
    }

    private func isBusy(_ host: String) -> Bool { running.values.contains(host) }

    private func mayStart(at now: Span) -> Bool { lastStart.map { now - $0 >= pause } ?? true }
}

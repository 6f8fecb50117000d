import Model

/// What a simulated channel does wrong with its next answers to questions for complaints.
package enum ChannelFault: Hashable, Sendable {
    /// This status, perhaps with `Retry-After` in seconds.
    case status(Int, retryAfter: Int? = nil)
    /// The body ends in the middle.
    case truncated
    /// The list has another name.
    case changedSchema
    /// The page before comes again.
    case repeatedPage
    /// The answer takes so long.
    case slow(Span)
    case hangUp
}

/// A closing that a channel was told.
package struct ToldClosing: Hashable, Sendable {
    package var path: String
    package var body: String
    /// The header `Idempotency-Key`.
    package var key: String
}

/// All that a simulated channel knows and remembers.
struct ChannelServerState: Sendable {
    var records: [String: SimChannelRecord] = [:]
    /// Numbers in the order of their changes.
    var changes: [String] = []
    var faults: [ChannelFault] = []
    var replies: [ToldClosing] = []
    var replyFaults: [ChannelFault] = []
    var asked: [String] = []
    var logins = 0
    /// What every login is answered with; nothing means as its password deserves.
    var loginStatus: Int?
    /// Tokens that are good.
    var tokens: Set<String> = []
    var lastPage: [JSON] = []
    var password = "secret"
    var token = "sim-token"
    var category = "0501"

    /// Records changed within a window, in order of change.
    func changed(from since: Timestamp, to until: Timestamp) -> [SimChannelRecord] {
        var seen: Set<String> = []
        return changes.reversed().filter { seen.insert($0).inserted }.reversed().compactMap { records[$0] }
            .filter { $0.updated >= since && $0.updated <= until }.sorted { ($0.updated, $0.number) < ($1.updated, $1.number) }
    }
}

import Model

/// The requests of others within the time in which they may be sent again: each is handled once and answered alike.
///
/// The non-INVITE server transaction of RFC 3261 §17.2.2, kept for 64 × T1 over any transport. A request is the same
/// only when its content is the same, too: devices begin their branches, Call-IDs and numbers anew when they start.
package struct SIPServerTransactions: Sendable {
    package struct Key: Hashable, Sendable {
        let branch: String
        let sentBy: String
        let method: String
        let callID: String
        let sequence: UInt32
        let sender: String
        let content: Int
    }

    package enum Reception: Hashable, Sendable {
        case new(Key)
        /// Seen, and not answered yet: the answer is on its way.
        case waiting
        /// Seen and answered: say it again.
        case answered([UInt8])
    }

    private struct Stored {
        var answer: [UInt8]?
        var until: Span
    }

    private let lifetime: Span
    private let limit: Int
    private var stored: [Key: Stored] = [:]
    /// In the order of their ends; a key may stand here again, then its last place counts.
    private var ends: [(key: Key, at: Span)] = []
    private var firstEnd = 0

    /// - Parameters:
    ///   - lifetime: 64 × T1.
    ///   - limit: how many are kept; the oldest go first.
    package init(lifetime: Span = .seconds(32), limit: Int = 16_384) {
        self.lifetime = lifetime
        self.limit = limit
    }

    package var count: Int { stored.count }

    package mutating func receive(_ request: SIPMessage, at now: Span) -> Reception {
        tick(at: now)
        let key = Self.key(of: request)
        if let known = stored[key] { return known.answer.map { .answered($0) } ?? .waiting }
        keep(key, nil, now)
        return .new(key)
    }

    package mutating func answer(_ key: Key, with bytes: [UInt8], at now: Span) {
        keep(key, bytes, now)
    }

    /// Lets a request be new again when it is sent again.
    package mutating func forget(_ key: Key) {
        stored[key] = nil
    }

    /// Forgets what cannot be sent again any more.
    package mutating func tick(at now: Span) {
        while firstEnd < ends.count, ends[firstEnd].at <= now || stored.count > limit {
            let end = ends[firstEnd]
            firstEnd += 1
            if let known = stored[end.key], known.until == end.at { stored[end.key] = nil }
        }
        if firstEnd > 1024, firstEnd * 2 > ends.count {
            ends.removeFirst(firstEnd)
            firstEnd = 0
        }
    }

    private mutating func keep(_ key: Key, _ answer: [UInt8]?, _ now: Span) {
        let until = Span(microseconds: now.microseconds + lifetime.microseconds)
        stored[key] = Stored(answer: answer, until: until)
        ends.append((key, until))
    }

    private static func key(of request: SIPMessage) -> Key {
        let via = request.via
        let sequence = request.sequence
        var content = Hasher()
        content.combine(request.body)
        content.combine(request.header("authorization")?.value)
        return Key(
            branch: via?.branch ?? "", sentBy: "\(via?.host ?? ""):\(via?.port ?? 0)", method: request.method ?? "",
            callID: request.callID ?? "", sequence: sequence?.number ?? 0, sender: request.from?.uri.user ?? "",
            content: content.finalize())
    }
}

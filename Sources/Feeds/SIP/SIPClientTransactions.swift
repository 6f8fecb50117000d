import Model

/// What came of a request of ours.
package enum SIPOutcome: Hashable, Sendable {
    case answered(SIPMessage)
    /// No answer within 64 × T1.
    case timeout
    /// It could not be sent: no such connection any more.
    case unreachable
}

/// Our requests until they are answered: sent again over UDP, given up after a while (RFC 3261 §17.1.2, timers E and F).
package struct SIPClientTransactions: Sendable {
    package enum Action: Hashable, Sendable {
        case transmit([UInt8], to: SIPPeer)
        case finish(branch: String, SIPOutcome)
    }

    private struct Pending {
        var bytes: [UInt8]
        var peer: SIPPeer
        var method: String
        var interval: Span
        var isProceeding = false
        var resendAt: Span?
        var giveUpAt: Span
    }

    private let t1: Span
    private let t2: Span
    private var pending: [String: Pending] = [:]

    package init(t1: Span = .milliseconds(500), t2: Span = .seconds(4)) {
        self.t1 = t1
        self.t2 = t2
    }

    package var count: Int { pending.count }

    /// When `tick` is wanted, by uptime.
    package var deadline: Span? {
        pending.values.map { min($0.resendAt ?? $0.giveUpAt, $0.giveUpAt) }.min()
    }

    /// Sends a request for the first time.
    ///
    /// - Parameters:
    ///   - branch: of its topmost `Via`, never used before.
    ///   - limit: when to give it up, where that is before 64 × T1.
    package mutating func send(
        _ request: SIPMessage, branch: String, to peer: SIPPeer, limit: Span? = nil, at now: Span
    ) -> [Action] {
        let bytes = request.bytes
        let longest = Span(microseconds: t1.microseconds * 64)
        pending[branch] = Pending(
            bytes: bytes, peer: peer, method: request.method ?? "", interval: t1,
            resendAt: peer.transport == .udp ? after(now, t1) : nil,
            giveUpAt: after(now, min(limit ?? longest, longest)))
        return [.transmit(bytes, to: peer)]
    }

    /// Takes an answer; one to nothing of ours, or to what was answered before, is passed over.
    package mutating func receive(_ answer: SIPMessage, at now: Span) -> [Action] {
        guard let branch = answer.via?.branch, let waiting = pending[branch], let status = answer.status,
            answer.sequence?.method == waiting.method
        else { return [] }
        guard status >= 200 else {
            pending[branch]?.isProceeding = true
            return []
        }
        pending[branch] = nil
        return [.finish(branch: branch, .answered(answer))]
    }

    /// The way to a request's peer is gone.
    package mutating func fail(_ branch: String) -> [Action] {
        pending.removeValue(forKey: branch) == nil ? [] : [.finish(branch: branch, .unreachable)]
    }

    /// Ends everything that waits for that connection.
    package mutating func fail(connection: Int) -> [Action] {
        pending.filter { $0.value.peer.connection == connection }.keys.sorted().flatMap { fail($0) }
    }

    package mutating func tick(at now: Span) -> [Action] {
        var actions: [Action] = []
        for (branch, waiting) in pending {
            if waiting.giveUpAt <= now {
                pending[branch] = nil
                actions.append(.finish(branch: branch, .timeout))
            } else if let resendAt = waiting.resendAt, resendAt <= now {
                let interval = waiting.isProceeding ? t2 : min(Span(microseconds: waiting.interval.microseconds * 2), t2)
                var again = waiting
                again.interval = interval
                again.resendAt = after(now, interval)
                pending[branch] = again
                actions.append(.transmit(waiting.bytes, to: waiting.peer))
            }
        }
        return actions
    }

    private func after(_ now: Span, _ span: Span) -> Span { Span(microseconds: now.microseconds + span.microseconds) }
}

import Dispatch
import Model
import Synchronization

/// The records of calls that one exchange posts to us: who calls, what it says, and the answer when the journal has it.
///
/// Exchanges send again what is not answered with 200. So that answer comes when everything of a post is durable, also
/// what is unreadable and therefore in quarantine: sending that again would not make it readable, and some exchanges send
/// nothing newer before. 503 says that it shall come again; the same record sent again is the same event.
package final class CallPush: Sendable {
    private struct State {
        var waiting = 0
        var isStopped = false
        var status: FeedStatus
        var whenStopped: [@Sendable () -> Void] = []
    }

    private static let queue = DispatchQueue(label: "patrold.feeds.calls.push", qos: .userInitiated)

    private let device: CallPushDevice
    private let check: CallerCheck
    private let digest: DigestServer
    private let events: CallEvents
    private let clock: any WallClock
    private let deliver: Deliver
    private let report: @Sendable (FeedStatus) -> Void
    private let state: Mutex<State>

    /// - Parameter report: the status after each change, named `NAME/calls`.
    package init(
        _ device: CallPushDevice, clock: any WallClock, deliver: @escaping Deliver,
        report: @escaping @Sendable (FeedStatus) -> Void, digest: DigestServer = DigestServer(realm: "patrold")
    ) {
        self.device = device
        self.digest = digest
        self.clock = clock
        self.deliver = deliver
        self.report = report
        check = CallerCheck(device: device, digest: digest)
        events = CallEvents(device: device.name, spellings: device.spellings)
        state = Mutex(State(status: FeedStatus(name: device.name + "/calls", adapter: "calls", since: clock.now())))
    }

    /// Tells that posts are awaited, and from then on whether they stay away for too long.
    package func start() {
        change { status, _ in status.detail = "waiting for the exchange to post its first call" }
        guard device.idleLimit != nil else { return }
        look()
    }

    /// Refuses further posts, waits for those under way, and then calls back.
    package func stop(_ completion: @escaping @Sendable () -> Void) {
        let isDone = state.withLock { state in
            state.isStopped = true
            if state.waiting > 0 { state.whenStopped.append(completion) }
            return state.waiting == 0
        }
        change { status, now in
            Self.enter(.stopped, &status, now)
            status.detail = "the daemon is stopping"
        }
        if isDone { Self.queue.async(execute: completion) }
    }

    /// Takes a post of the exchange; see `PushReceiver`.
    package func receive(_ request: PushRequest) async -> PushAnswer {
        guard request.method == "POST" || request.method == "PUT" else {
            return PushAnswer(405, headers: [("Allow", "POST, PUT")])
        }
        switch check.verdict(request, at: clock.uptime()) {
        case .granted: break
        case .stale: return challenge(stale: true)
        case .refused: return challenge(stale: false)
        }
        guard request.body.count <= device.bodyLimit else {
            return .text(413, "at most \(device.bodyLimit) bytes are taken in one post; send fewer records at once")
        }
        guard enter() else { return Self.comeAgain("too much waits for the journal") }
        let now = clock.now()
        let arrivals = events.arrivals(request.body, contentType: request["Content-Type"] ?? "", received: now)
        return await delivered(arrivals)
    }

    private func challenge(stale: Bool) -> PushAnswer {
        change { status, _ in
            if !stale { status.detail = "a post was refused; check user, password, token or address of the exchange" }
        }
        var answer = PushAnswer.text(
            401, "the exchange must prove itself with the user and password or the token of its configuration here")
        if device.user != nil {
            answer.headers.append(("WWW-Authenticate", digest.challenge(stale: stale, at: clock.uptime())))
            answer.headers.append(("WWW-Authenticate", "Basic realm=\"\(digest.realm)\""))
        }
        return answer
    }

    private static func comeAgain(_ reason: String) -> PushAnswer {
        var answer = PushAnswer.text(503, reason + "; send it again")
        answer.headers.append(("Retry-After", "5"))
        return answer
    }

    private func delivered(_ arrivals: [Arrival]) async -> PushAnswer {
        await withCheckedContinuation { continuation in
            let answer = OneReply(continuation)
            let limit = DispatchTimeInterval.microseconds(Int(device.answerWithin.microseconds))
            Self.queue.asyncAfter(deadline: .now() + limit) { answer.give(Self.comeAgain("the journal takes its time")) }
            deliver(arrivals) { [self] result in
                leave(result)
                switch result {
                case .success: answer.give(PushAnswer(200))
                case .failure(let refusal): answer.give(Self.comeAgain(refusal.detail))
                }
            }
        }
    }
}

// How the feed is doing.
extension CallPush {
    private func enter() -> Bool {
        state.withLock { state in
            guard !state.isStopped, state.waiting < device.waitingLimit else { return false }
            state.waiting += 1
            return true
        }
    }

    private func leave(_ result: Result<Receipt, DeliveryRefused>) {
        change { status, now in
            switch result {
            case .success(let receipt):
                status.events += receipt.accepted
                status.quarantined += receipt.quarantined.count
                status.lastHeard = now
                status.lastEvent = now
                Self.enter(.live, &status, now)
                status.detail = receipt.quarantined.first.map { "the last post could not be read: " + $0.reason } ?? ""
            case .failure(let refusal):
                status.detail = "the journal does not take calls (\(refusal.code.rawValue)); the exchange sends them again"
            }
        }
        let completions = state.withLock { state in
            state.waiting -= 1
            guard state.isStopped, state.waiting == 0 else { return [@Sendable () -> Void]() }
            defer { state.whenStopped = [] }
            return state.whenStopped
        }
        for completion in completions { Self.queue.async(execute: completion) }
    }

    private func look() {
        guard let limit = device.idleLimit, !state.withLock({ $0.isStopped }) else { return }
        change { status, now in
            let isAwaited = status.state == .live || status.state == .connecting
            guard isAwaited, now - (status.lastHeard ?? status.since) > limit else { return }
            Self.enter(.silent, &status, now)
            status.detail = "no call has been posted for longer than expected; check the exchange"
        }
        let pause = DispatchTimeInterval.microseconds(Int(device.lookEvery.microseconds))
        Self.queue.asyncAfter(deadline: .now() + pause) { [weak self] in self?.look() }
    }

    private func change(_ body: (inout FeedStatus, Timestamp) -> Void) {
        let now = clock.now()
        let changed = state.withLock { state -> FeedStatus? in
            let before = state.status
            if before.state != .stopped { body(&state.status, now) }
            return state.status == before ? nil : state.status
        }
        if let changed { report(changed) }
    }

    private static func enter(_ state: FeedState, _ status: inout FeedStatus, _ now: Timestamp) {
        guard status.state != state else { return }
        status.state = state
        status.since = now
    }
}

import Model

/// Whether a streaming feed hears its device: when to connect, when to give a stream up, and which minutes were blind.
///
/// Being heard counts, not the socket: a device that hangs after its headers is silent. A gap opens when the feed goes
/// blind and closes at the next sign of life; both events carry the same beginning.
package struct Liveness: Sendable {
    package struct Limits: Hashable, Sendable {
        /// Silence for longer than this makes a connected feed silent.
        package var silence: Span
        package var retry: Backoff
        /// After a refusal: few tries, because devices lock an address out after five to seven wrong passwords.
        package var refusedRetry: Backoff

        package init(
            silence: Span = .seconds(60), retry: Backoff = Backoff(first: .seconds(1), longest: .seconds(60)),
            refusedRetry: Backoff = Backoff(first: .seconds(30), longest: .minutes(10))
        ) {
            self.silence = silence
            self.retry = retry
            self.refusedRetry = refusedRetry
        }
    }

    package enum Input: Sendable {
        /// The feed begins; `blindSince` is when the daemon stopped listening the last time.
        case started(blindSince: Timestamp?)
        /// The device accepted the stream; nothing was heard on it yet.
        case connected
        /// Anything at all came from the device, a heartbeat included.
        case heard
        /// We hold the stream back ourselves: its silence is ours.
        case held
        /// No connection, or it broke.
        case failed(String)
        /// The device answered and said no.
        case refused(String)
        /// Time passed; needed at `deadline` only.
        case tick
        case stopped
    }

    /// A moment on both clocks: uptime measures, civil time is written down.
    package struct Moment: Hashable, Sendable {
        package var uptime: Span
        package var time: Timestamp

        package init(uptime: Span, time: Timestamp) {
            self.uptime = uptime
            self.time = time
        }
    }

    package enum Action: Hashable, Sendable {
        case connect(after: Span)
        case stopStream
        case gap(FeedGap)
        /// The state changed.
        case changed(from: FeedState, to: FeedState, detail: String)
    }

    package let feed: String
    package private(set) var state = FeedState.stopped
    package private(set) var since: Timestamp?
    private var limits: Limits
    private var lastHeard: Moment?
    /// When the stream was accepted or last heard; nothing while there is no stream.
    private var streaming: Span?
    private var gap: FeedGap?
    private var started: Timestamp?

    package init(feed: String, limits: Limits = Limits()) {
        self.feed = feed
        self.limits = limits
    }

    /// When `tick` is needed next, by uptime.
    package var deadline: Span? {
        streaming.map { Span(microseconds: $0.microseconds + limits.silence.microseconds + 1) }
    }

    /// When anything was last heard.
    package var lastHeardTime: Timestamp? { lastHeard?.time }

    /// Takes what happened and says what to do.
    ///
    /// - Parameter random: from 0 to 1, spreads the delays.
    package mutating func on(_ input: Input, at now: Moment, random: Double = 0) -> [Action] {
        switch input {
        case .started(let blindSince): return start(blindSince, now)
        case .stopped: return stop(now)
        default: break
        }
        guard state != .stopped else { return [] }
        switch input {
        case .connected:
            streaming = now.uptime
            return []
        case .heard: return hear(now)
        case .held:
            if streaming != nil { streaming = now.uptime }
            return []
        case .failed(let detail):
            streaming = nil
            return lose(.unreachable, detail, now) + [.connect(after: limits.retry.next(random: random))]
        case .refused(let detail):
            streaming = nil
            return lose(.refused, detail, now) + [.connect(after: limits.refusedRetry.next(random: random))]
        case .tick: return tick(now, random)
        case .started, .stopped: return []
        }
    }

    private mutating func start(_ blindSince: Timestamp?, _ now: Moment) -> [Action] {
        guard state == .stopped else { return [] }
        started = now.time
        var actions = enter(.connecting, "connecting", now)
        if let blindSince, blindSince < now.time { actions += openGap(from: blindSince, "daemon-stopped") }
        return actions + [.connect(after: .zero)]
    }

    private mutating func hear(_ now: Moment) -> [Action] {
        guard streaming != nil else { return [] }
        streaming = now.uptime
        lastHeard = now
        guard state != .live else { return [] }
        limits.retry.reset()
        limits.refusedRetry.reset()
        return closeGap(now) + enter(.live, "events arrive", now)
    }

    private mutating func tick(_ now: Moment, _ random: Double) -> [Action] {
        guard let streaming, now.uptime - streaming > limits.silence else { return [] }
        self.streaming = nil
        let detail = "nothing was heard for \(limits.silence.seconds) s; the stream is opened anew"
        return [.stopStream] + lose(.silent, detail, now, blindFrom: state == .live ? lastHeard?.time : nil)
            + [.connect(after: limits.retry.next(random: random))]
    }

    private mutating func lose(
        _ next: FeedState, _ detail: String, _ now: Moment, blindFrom: Timestamp? = nil
    ) -> [Action] {
        let from = blindFrom ?? (lastHeard == nil ? started ?? now.time : now.time)
        let opening = gap == nil ? openGap(from: from, next.rawValue) : []
        return opening + enter(next, detail, now)
    }

    private mutating func stop(_ now: Moment) -> [Action] {
        guard state != .stopped else { return [] }
        streaming = nil
        return [.stopStream] + closeGap(now) + enter(.stopped, "stopped", now)
    }

    private mutating func openGap(from: Timestamp, _ reason: String) -> [Action] {
        let opened = FeedGap(feed: feed, state: .open, from: from, reason: reason)
        gap = opened
        return [.gap(opened)]
    }

    private mutating func closeGap(_ now: Moment) -> [Action] {
        guard var closed = gap else { return [] }
        gap = nil
        closed.state = .closed
        // Civil time may have been set back meanwhile; a gap never ends before it began.
        closed.until = max(closed.from, now.time)
        return [.gap(closed)]
    }

    private mutating func enter(_ next: FeedState, _ detail: String, _ now: Moment) -> [Action] {
        let last = state
        state = next
        if last != next || since == nil { since = now.time }
        return [.changed(from: last, to: next, detail: detail)]
    }
}

extension FeedGap {
    /// The gap as an event; both states of a gap share its beginning in their ids.
    package func event(source: String, received: Timestamp) -> Event {
        Event(
            source: source, id: "gap/\(feed)/\(from.text())/\(state.rawValue)", type: EventType.feedGap, subject: feed,
            time: (until ?? from).text(), received: received, data: json.bytes)
    }
}

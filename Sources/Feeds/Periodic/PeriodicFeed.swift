import Dispatch
import Model
import Platform

/// What the configuration says of a server that is asked again and again.
package struct PeriodicProfile: Sendable {
    /// Name of the feed; its source is `patrold:/feeds/<name>`.
    package var name: String
    /// `syndication`, `mail`, `wechat`.
    package var adapter: String
    /// From one visit that went well to the next.
    package var every: Span
    package var retry = Backoff(first: .seconds(10), longest: .minutes(15))
    package var refusedRetry = Backoff(first: .minutes(5), longest: .hours(6))

    package init(name: String, adapter: String, every: Span) {
        self.name = name
        self.adapter = adapter
        self.every = every
    }

    package var source: String { "patrold:/feeds/" + name }
}

/// A feed that visits its source at intervals, one visit at a time, and says how that goes.
///
/// A gap opens with the first visit that fails and closes with the next that goes well; a stopped daemon opens none,
/// because the servers keep what they have. Confined to `queue`, hence `@unchecked Sendable`.
package final class PeriodicFeed: @unchecked Sendable {
    private let profile: PeriodicProfile
    private let source: any PeriodicSource
    private let clock: any WallClock
    private let deliver: Deliver
    private let report: @Sendable (FeedStatus) -> Void
    private let lookEvery: Span
    private let queue: DispatchQueue
    private var liveness: Liveness
    private var status: FeedStatus
    private var timer: RepeatingTimer?
    /// By uptime; nothing while a visit is under way.
    private var dueAt: Span?
    private var visit: Task<Void, Never>?
    /// Gaps that the journal does not have yet.
    private var notes: [Arrival] = []
    private var isNoting = false
    private var stopping = StopRequest()

    /// Makes a feed that does nothing before `start`.
    ///
    /// - Parameter lookEvery: how often it is looked whether a visit is due.
    package init(
        _ profile: PeriodicProfile, source: any PeriodicSource, in surroundings: FeedSurroundings,
        lookEvery: Span = .seconds(1)
    ) {
        self.profile = profile
        self.source = source
        self.lookEvery = lookEvery
        clock = surroundings.clock
        deliver = surroundings.deliver
        report = surroundings.report
        queue = DispatchQueue(label: "patrold.feeds.\(profile.adapter).\(profile.name)", qos: .utility)
        let limits = Liveness.Limits(silence: .days(3660), retry: profile.retry, refusedRetry: profile.refusedRetry)
        liveness = Liveness(feed: profile.name, limits: limits)
        status = FeedStatus(name: profile.name, adapter: profile.adapter, state: .stopped, since: clock.now())
    }

    /// Begins with a visit at once; calling it twice is the same as once.
    package func start() {
        queue.async { @Sendable [self] in
            guard timer == nil, !stopping.isMade else { return }
            perform(liveness.on(.started(blindSince: nil), at: moment()))
            timer = RepeatingTimer(every: max(1, Int(lookEvery.microseconds / 1000)), on: queue) { [weak self] in self?.look() }
            look()
        }
    }

    /// Ends the visit under way, and then calls back on the feed's queue.
    package func stop(_ completion: @escaping @Sendable () -> Void) {
        queue.async { @Sendable [self] in
            stopping.make(completion)
            timer?.cancel()
            timer = nil
            dueAt = nil
            visit?.cancel()
            finishIfStopped()
        }
    }

    private func finishIfStopped() {
        guard stopping.isUnanswered, visit == nil else { return }
        perform(liveness.on(.stopped, at: moment()))
        sendNotes()
        for answer in stopping.answers() { answer() }
    }

    private func moment() -> Liveness.Moment { Liveness.Moment(uptime: clock.uptime(), time: clock.now()) }

    private func look() {
        dispatchPrecondition(condition: .onQueue(queue))
        sendNotes()
        guard visit == nil, !stopping.isMade, let dueAt, dueAt <= clock.uptime() else { return }
        self.dueAt = nil
        let desk = PeriodicDesk(clock: clock, deliver: deliver) { [weak self] receipt in
            self?.queue.async { @Sendable [weak self] in self?.count(receipt) }
        }
        visit = Task { [source, queue, weak self] in
            let result: Result<PeriodicVisit, any Error>
            do { result = .success(try await source.visit(desk)) } catch { result = .failure(error) }
            queue.async { @Sendable [weak self] in self?.ended(result) }
        }
    }

    private func ended(_ result: Result<PeriodicVisit, any Error>) {
        visit = nil
        guard !stopping.isMade else { return finishIfStopped() }
        let now = moment()
        switch result {
        case .success(let visit): wentWell(visit, now)
        case .failure(PeriodicTrouble.refused(let sentence)): trouble(.refused(sentence), now)
        case .failure(PeriodicTrouble.postponed(let until, let sentence)):
            trouble(.refused(sentence), now)
            dueAt = now.uptime + max(.zero, until - now.time)
        case .failure(PeriodicTrouble.failed(let sentence)): trouble(.failed(sentence), now)
        case .failure(let error): trouble(.failed("the visit failed: \(error)"), now)
        }
    }

    private func wentWell(_ visit: PeriodicVisit, _ now: Liveness.Moment) {
        status.reconnects += liveness.state == .unreachable || liveness.state == .refused ? 1 : 0
        perform(liveness.on(.connected, at: now) + liveness.on(.heard, at: now))
        status.detail = visit.detail.isEmpty ? "asked without trouble" : visit.detail
        dueAt = now.uptime + (visit.next.map { max(.zero, $0 - now.time) } ?? profile.every)
        publish()
    }

    private func trouble(_ input: Liveness.Input, _ now: Liveness.Moment) {
        perform(liveness.on(input, at: now, random: .random(in: 0...1)))
        sendNotes()
    }

    private func perform(_ actions: [Liveness.Action]) {
        for action in actions {
            switch action {
            case .connect(let delay): dueAt = stopping.isMade ? nil : clock.uptime() + delay
            case .stopStream: break
            case .gap(let gap): notes.append(.event(gap.event(source: profile.source, received: clock.now())))
            case .changed(_, let state, let detail):
                status.state = state
                status.since = liveness.since ?? clock.now()
                status.detail = detail
                publish()
            }
        }
    }

    private func sendNotes() {
        guard !isNoting, !notes.isEmpty else { return }
        isNoting = true
        let count = notes.count
        deliver(notes) { [weak self] answer in
            self?.queue.async { @Sendable [weak self] in self?.noted(count, answer) }
        }
    }

    private func noted(_ count: Int, _ answer: Result<Receipt, DeliveryRefused>) {
        isNoting = false
        guard case .success = answer else { return }
        notes.removeFirst(count)
        if stopping.isMade { sendNotes() }
    }

    private func count(_ receipt: Receipt) {
        status.events += receipt.accepted
        status.quarantined += receipt.quarantined.count
        if receipt.accepted > 0 { status.lastEvent = clock.now() }
        publish()
    }

    private func publish() {
        status.lastHeard = liveness.lastHeardTime
        report(status)
    }
}

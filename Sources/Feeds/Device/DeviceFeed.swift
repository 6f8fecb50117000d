import Dispatch
import Model

/// One device's feed, whatever it speaks: liveness, folding, and delivery in order with nothing let go before the journal
/// has it.
///
/// The shell around `Liveness`, `AlarmFolder`, `ClockSkew` and `Outbox`; the protocol itself is its `DeviceConnection`.
/// Confined to `queue`, hence `@unchecked Sendable`; `start`, `stop` and `run` may be called from anywhere, all else is
/// for the connection and checks the queue.
package final class DeviceFeed: @unchecked Sendable {
    /// Told once: whether everything before it is durable, or why the journal has not taken it.
    package typealias Settled = @Sendable (Result<Void, DeliveryRefused>) -> Void

    package let profile: DeviceProfile
    package let queue: DispatchQueue
    package let clock: any WallClock
    package let events: AlarmEvents
    package let connection: any DeviceConnection
    let deliver: Deliver
    private let report: @Sendable (FeedStatus) -> Void
    private let blindSince: Timestamp?
    private let timer: any DispatchSourceTimer
    /// When the timer is set to, by uptime.
    private var alarmed: Span?
    private var openAt: Span?
    var liveness: Liveness
    var folder: AlarmFolder
    var skew: ClockSkew
    var status: FeedStatus
    private var lastReport: Span?
    /// Before this the readings of the device's clock are stale: they waited in buffers.
    var clockTrustedAt = Span.zero

    /// Sights so far that had no name of the device's.
    var unnamed = 0

    // Deliveries (DeviceFeed+Delivery).
    var outbox = Outbox()
    var inFlight = 0
    var retryAt: Span?
    var retry = Backoff(first: .milliseconds(200), longest: .seconds(2))
    /// Whether the device is held back.
    package internal(set) var isHeld = false
    var onStopped: (@Sendable () -> Void)?
    var giveUpAt: Span?
    var hasLeft = false

    // Pictures (DeviceFeed+Pictures).
    var awaited: AwaitedPicture?

    /// Prepares a feed; nothing happens before `start`.
    ///
    /// - Parameter queue: the connection's queue; shared by the feeds of one protocol.
    package init(
        _ profile: DeviceProfile, queue: DispatchQueue, connection: any DeviceConnection, in surroundings: FeedSurroundings
    ) {
        self.profile = profile
        self.queue = queue
        self.connection = connection
        clock = surroundings.clock
        deliver = surroundings.deliver
        report = surroundings.report
        blindSince = surroundings.blindSince
        events = profile.events
        liveness = Liveness(feed: profile.name, limits: profile.limits)
        folder = AlarmFolder(quiet: profile.quiet)
        skew = ClockSkew(limit: profile.skewLimit)
        status = FeedStatus(name: profile.name, adapter: profile.adapter, state: .stopped, since: clock.now())
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { @Sendable [weak self] in self?.timeHasCome() }
        timer.schedule(deadline: .distantFuture)
        timer.activate()
    }

    deinit { timer.cancel() }

    /// Begins to listen.
    package func start() {
        run { feed in feed.perform(feed.liveness.on(.started(blindSince: feed.blindSince), at: feed.moment())) }
    }

    /// Leaves the device and delivers what was taken from it.
    ///
    /// - Parameter completion: runs once on the queue, when nothing is left or the journal takes no more.
    package func stop(_ completion: @escaping @Sendable () -> Void) {
        run { feed in
            feed.perform(feed.liveness.on(.stopped, at: feed.moment()))
            feed.releasePicture(nil)
            feed.onStopped = completion
            feed.giveUpAt = feed.moment().uptime + .seconds(5)
            feed.connection.leave(feed) { feed.run { $0.hasLeft = true } }
        }
    }

    /// Runs a step of the connection on the queue, then does what follows from it.
    package func run(_ step: @escaping @Sendable (DeviceFeed) -> Void) {
        queue.async {
            step(self)
            self.settle()
        }
    }

    package func moment() -> Liveness.Moment {
        Liveness.Moment(uptime: clock.uptime(), time: clock.now())
    }

    func perform(_ actions: [Liveness.Action]) {
        dispatchPrecondition(condition: .onQueue(queue))
        for action in actions {
            switch action {
            case .connect(let delay): openAt = clock.uptime() + delay
            case .stopStream: drop()
            case .gap(let gap): outbox.add(.event(gap.event(source: profile.source, received: clock.now())))
            case .changed(let from, let to, let detail): changed(from, to, detail)
            }
        }
    }

    private func drop() {
        openAt = nil
        connection.close(self)
    }

    private func changed(_ from: FeedState, _ to: FeedState, _ detail: String) {
        let now = clock.now()
        if to == .live, from != .live {
            outbox.add(.event(events.status(.online, detail: detail, at: now)))
        } else if from == .live, to != .live, to != .stopped {
            outbox.add(.event(events.status(.offline, detail: detail, at: now)))
        }
        status.state = to
        status.since = liveness.since ?? now
        status.detail = detail
        publish(force: true)
    }

    /// Publishes the state; counters alone at most once a second.
    func publish(force: Bool = false) {
        let now = clock.uptime()
        if !force, let lastReport, now - lastReport < .seconds(1) { return }
        lastReport = now
        status.lastHeard = liveness.lastHeardTime
        status.clockOffset = skew.offset
        report(status)
    }

    /// Does what is due and sets the timer to what comes next; every entry ends with this.
    package func settle() {
        dispatchPrecondition(condition: .onQueue(queue))
        if let openAt, openAt <= clock.uptime() {
            self.openAt = nil
            connection.open(self)
        }
        flush()
        finishStopping()
        setTimer()
    }

    private func timeHasCome() {
        alarmed = nil
        let now = moment()
        if isHeld { _ = liveness.on(.held, at: now) }
        perform(liveness.on(.tick, at: now, random: .random(in: 0...1)))
        if let due = connection.deadline(self), due <= now.uptime { connection.tick(self, at: now) }
        if !isHeld { emit(folder.tick(at: now.uptime), received: now.time) }
        if let awaited, awaited.deadline <= now.uptime { releasePicture(nil) }
        if let retryAt, retryAt <= now.uptime { self.retryAt = nil }
        settle()
    }

    private func setTimer() {
        let wanted = [
            openAt, liveness.deadline, connection.deadline(self), isHeld ? nil : folder.deadline, retryAt, giveUpAt,
            awaited?.deadline,
        ]
        guard let next = wanted.compactMap({ $0 }).min() else { return }
        // Deadlines mostly move away; the timer may come too early, never too late.
        if let alarmed, alarmed <= next { return }
        alarmed = next
        let wait = max(0, next.microseconds - clock.uptime().microseconds)
        timer.schedule(deadline: .now() + .microseconds(Int(wait)), leeway: .milliseconds(5))
    }
}

extension Span {
    static func + (left: Span, right: Span) -> Span { Span(microseconds: left.microseconds + right.microseconds) }
    static func - (left: Span, right: Span) -> Span { Span(microseconds: left.microseconds - right.microseconds) }
}

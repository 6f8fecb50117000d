import Dispatch
import Model

/// One Hikvision device's event stream, kept open, folded, and delivered in order.
///
/// The shell around `Liveness`, `MultipartReader`, `ISAPIDecoder` and `AlarmFolder`. Nothing taken from the device is let
/// go before the journal has it: what could not be delivered holds the stream back through TCP.
/// Confined to the queue of its `CurlMulti`, hence `@unchecked Sendable`; `start` and `stop` may be called from anywhere.
package final class ISAPIFeed: @unchecked Sendable {
    let camera: ISAPICamera
    let multi: CurlMulti
    let clock: any WallClock
    let events: ISAPIEvents
    let deliver: Deliver
    let report: @Sendable (FeedStatus) -> Void
    private let blindSince: Timestamp?
    private let timer: any DispatchSourceTimer
    /// When the timer is set to, by uptime.
    private var alarmed: Span?
    var liveness: Liveness
    var folder: AlarmFolder
    var skew: ClockSkew
    var status: FeedStatus
    private var lastReport: Span?

    // The stream (ISAPIFeed+Stream).
    var transfer: CurlTransfer?
    /// Counts streams; what an earlier one still brings is not heard.
    var generation = 0
    var reader: MultipartReader?
    var usesFallback = false
    var connectAt: Span?
    /// Before this the readings of the device's clock are stale: they waited in buffers.
    var clockTrustedAt = Span.zero

    // Deliveries (ISAPIFeed+Delivery).
    var outbox = Outbox()
    var inFlight = 0
    var retryAt: Span?
    var retry = Backoff(first: .milliseconds(200), longest: .seconds(2))
    var isHeld = false
    var onStopped: (@Sendable () -> Void)?
    var giveUpAt: Span?

    // Pictures (ISAPIFeed+Pictures).
    var awaited: AwaitedPicture?

    /// Prepares a feed; nothing happens before `start`.
    ///
    /// - Parameters:
    ///   - classes: lower-cased `eventType` → what it means.
    ///   - deliver: hands arrivals to the journal.
    ///   - report: takes the feed's state whenever it changes, and its counters now and then.
    ///   - blindSince: when the daemon stopped listening the last time.
    package init(
        _ camera: ISAPICamera, multi: CurlMulti, clock: any WallClock, classes: [String: AlarmClass],
        deliver: @escaping Deliver, report: @escaping @Sendable (FeedStatus) -> Void, blindSince: Timestamp? = nil
    ) {
        self.camera = camera
        self.multi = multi
        self.clock = clock
        self.deliver = deliver
        self.report = report
        self.blindSince = blindSince
        events = ISAPIEvents(
            source: camera.source, device: camera.name, decoder: ISAPIDecoder(classes: classes), channel: camera.channel,
            channelOffset: camera.channelOffset)
        liveness = Liveness(feed: camera.name, limits: camera.limits)
        folder = AlarmFolder(quiet: camera.quiet)
        skew = ClockSkew(limit: camera.skewLimit)
        status = FeedStatus(name: camera.name, adapter: "isapi", state: .stopped, since: clock.now())
        timer = DispatchSource.makeTimerSource(queue: multi.queue)
        timer.setEventHandler { @Sendable [weak self] in self?.timeHasCome() }
        timer.schedule(deadline: .distantFuture)
        timer.activate()
    }

    deinit { timer.cancel() }

    /// Begins to listen.
    package func start() {
        multi.queue.async {
            self.perform(self.liveness.on(.started(blindSince: self.blindSince), at: self.moment()))
            self.settle()
        }
    }

    /// Ends the stream and delivers what was taken from it.
    ///
    /// - Parameter completion: runs once on the multi's queue, when nothing is left or the journal takes no more.
    package func stop(_ completion: @escaping @Sendable () -> Void) {
        multi.queue.async {
            self.perform(self.liveness.on(.stopped, at: self.moment()))
            self.releasePicture(nil)
            self.onStopped = completion
            self.giveUpAt = self.moment().uptime + .seconds(5)
            self.settle()
        }
    }

    func moment() -> Liveness.Moment {
        Liveness.Moment(uptime: clock.uptime(), time: clock.now())
    }

    func perform(_ actions: [Liveness.Action]) {
        dispatchPrecondition(condition: .onQueue(multi.queue))
        for action in actions {
            switch action {
            case .connect(let delay): connectAt = clock.uptime() + delay
            case .stopStream: dropStream()
            case .gap(let gap): outbox.add(.event(gap.event(source: camera.source, received: clock.now())))
            case .changed(let from, let to, let detail): changed(from, to, detail)
            }
        }
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
    func settle() {
        if let connectAt, connectAt <= clock.uptime() {
            self.connectAt = nil
            connect()
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
        if !isHeld { emit(folder.tick(at: now.uptime), received: now.time) }
        if let awaited, awaited.deadline <= now.uptime { releasePicture(nil) }
        if let retryAt, retryAt <= now.uptime { self.retryAt = nil }
        settle()
    }

    private func setTimer() {
        let wanted = [connectAt, liveness.deadline, isHeld ? nil : folder.deadline, retryAt, giveUpAt, awaited?.deadline]
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

import Dispatch
import Model

/// The shell around `ONVIFSession`: makes its calls, reads the answers, and gives messages to the feed.
///
/// Confined to the queue of its `CurlMulti`, which is the feed's queue, hence `@unchecked Sendable`.
package final class ONVIFConnection: DeviceConnection, @unchecked Sendable {
    let camera: ONVIFCamera
    private let multi: CurlMulti
    private let file: SubscriptionFile?
    var session: ONVIFSession
    private var hasSession = false
    var access: ONVIFAccess
    var states = ONVIFStates()
    private var transfer: CurlTransfer?
    /// Counts calls; what an earlier one still brings is not heard.
    private var generation = 0
    private var onLeft: (@Sendable () -> Void)?
    /// Whether the feed stopped for good.
    private var isLeaving = false

    init(_ camera: ONVIFCamera, multi: CurlMulti) {
        self.camera = camera
        self.multi = multi
        file = camera.stateFile.map { SubscriptionFile(path: $0) }
        session = ONVIFSession(camera.fittedPlan)
        access = ONVIFAccess(address: camera.address, devicePath: camera.devicePath)
    }

    /// The mark by which a subscription in the state file is known as of the same kind.
    private var kind: String { camera.plan.consumer ?? "pull" }

    package func open(_ feed: DeviceFeed) {
        guard !hasSession, let file else {
            hasSession = true
            return take(.open, feed)
        }
        hasSession = true
        file.load { [weak self, weak feed] saved in
            guard let self, let feed else { return }
            feed.run { self.begin(with: saved, $0) }
        }
    }

    /// A subscription of ours that is not over by our clock is taken up; one of another kind is given back first.
    private func begin(with saved: SubscriptionFile.Entry?, _ feed: DeviceFeed) {
        guard !isLeaving else { return }
        let now = feed.moment()
        if let saved, saved.until > now.time {
            let expires = Span(microseconds: now.uptime.microseconds + (saved.until - now.time).microseconds)
            let leftover = ONVIFSession.Subscription(endpoint: saved.endpoint, expires: expires)
            session = ONVIFSession(camera.fittedPlan, leftover: leftover, isOfOtherKind: saved.kind != kind)
            if feed.isHeld { take(.hold, feed) }
        }
        take(.open, feed)
    }

    package func close(_ feed: DeviceFeed) {
        drop()
        take(.close, feed)
    }

    package func hold(_ feed: DeviceFeed) { take(.hold, feed) }

    package func goOn(_ feed: DeviceFeed) { take(.goOn, feed) }

    package func deadline(_ feed: DeviceFeed) -> Span? { session.deadline }

    package func tick(_ feed: DeviceFeed, at now: Liveness.Moment) { take(.tick, feed) }

    package func leave(_ feed: DeviceFeed, done: @escaping @Sendable () -> Void) {
        isLeaving = true
        onLeft = done
        take(.leave, feed)
    }

    private func drop() {
        generation += 1
        transfer?.cancel()
        transfer = nil
    }

    func take(_ input: ONVIFSession.Input, _ feed: DeviceFeed) {
        for action in session.on(input, at: feed.moment().uptime) { perform(action, feed) }
    }

    private func perform(_ action: ONVIFSession.Action, _ feed: DeviceFeed) {
        switch action {
        case .call(let operation, let endpoint): call(operation, endpoint, feed)
        case .connected: feed.connected()
        case .heard: feed.heard(at: feed.moment())
        case .statesAreStale: states.becomeStale()
        case .failed(let sentence): feed.failed(sentence)
        case .refused(let sentence): feed.refused(sentence)
        case .remember(let subscription): remember(subscription, feed)
        case .left: leaveFile()
        }
    }

    private func remember(_ subscription: ONVIFSession.Subscription?, _ feed: DeviceFeed) {
        guard let file else { return }
        let now = feed.moment()
        file.save(
            subscription.map {
                SubscriptionFile.Entry(
                    endpoint: $0.endpoint, until: now.time + ($0.expires - now.uptime), kind: kind)
            })
    }

    private func leaveFile() {
        guard let done = onLeft else { return }
        onLeft = nil
        drop()
        if let file { file.finish(done) } else { done() }
    }

    private func call(_ operation: ONVIFSession.Operation, _ endpoint: SOAPEndpoint?, _ feed: DeviceFeed) {
        let now = feed.moment().time
        let call = operation.call(
            to: endpoint ?? access.deviceService, session.plan, cameraTime: now + access.offset)
        send(call, operation, feed)
    }

    private func send(_ call: SOAPCall, _ operation: ONVIFSession.Operation, _ feed: DeviceFeed) {
        generation += 1
        let number = generation
        let began = feed.moment().uptime
        transfer = multi.send(access.request(call, at: feed.moment().time)) { [weak self, weak feed] result in
            guard let self, let feed, number == self.generation else { return }
            self.transfer = nil
            if case .success(let response) = result, self.access.isChallenged(by: response, to: call) {
                self.send(call, operation, feed)
            } else {
                self.end(result, of: operation, began, feed)
            }
            feed.settle()
        }
    }
}

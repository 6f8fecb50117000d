import Dispatch
import Model

/// The upper platform of GA/T 1400 for all devices that push to us: it registers them and takes their objects.
///
/// Each device is a `DeviceFeed` of its own. Confined to `queue`, which is the feeds' queue too, hence
/// `@unchecked Sendable`; `receive`, `standing` and `tally` may be called from anywhere. Bodies are read, and their
/// pictures written, on `reading`.
package final class GA1400Platform: @unchecked Sendable {
    struct Member {
        let device: GA1400Registrant
        let feed: DeviceFeed
        var tally = GA1400Tally()
    }

    package let settings: GA1400Settings
    /// The devices' feeds in the order of the settings, to be started and stopped by their owner.
    package let feeds: [DeviceFeed]
    package let queue = DispatchQueue(label: "patrold.ga1400")
    /// Base64, JPEG and the evidence store take their time.
    let reading = DispatchQueue(label: "patrold.ga1400.reading", qos: .utility)
    let clock: any WallClock
    let digest: DigestServer
    var registry: VIIDRegistry
    /// By device id.
    var members: [String: Member] = [:]
    /// Bytes of bodies that are being read.
    var pending = 0

    /// - Parameter surroundings: of the feed of that name.
    package init(
        _ settings: GA1400Settings, clock: any WallClock, surroundings: (_ name: String) -> FeedSurroundings
    ) {
        self.settings = settings
        self.clock = clock
        digest = DigestServer(realm: "VIID-" + settings.serverID)
        registry = VIIDRegistry(lifetime: settings.registration)
        feeds = settings.devices.map { [queue] device in
            DeviceFeed(device.profile, queue: queue, connection: PassiveConnection(), in: surroundings(device.profile.name))
        }
        for (device, feed) in zip(settings.devices, feeds) { members[device.id] = Member(device: device, feed: feed) }
    }

    /// Takes any call below `/VIID`; a 2xx answer says for each object whether it is durable.
    package func receive(_ request: PushRequest) async -> PushAnswer {
        await withCheckedContinuation { continuation in
            queue.async { self.route(request) { continuation.resume(returning: $0) } }
        }
    }

    typealias Answer = @Sendable (PushAnswer) -> Void

    private func route(_ request: PushRequest, _ answer: @escaping Answer) {
        let route = VIIDRoute(method: request.method, path: request.path)
        let now = moment()
        switch route {
        case .time: answer(VIIDAnswer.time(serverID: settings.serverID, at: now.time))
        case .unknown:
            answer(refusal(request, 404, "this path is not served; objects, notifications, subscriptions and System are"))
        case .otherMethod: answer(refusal(request, 405, "this path is not served with the method \(request.method.prefix(16))"))
        case .register: answer(register(request, at: now))
        case .unregister: answer(unregister(request, at: now))
        case .keepalive, .objects, .notifications, .subscribe, .cancelSubscription:
            admitted(request, route, at: now, answer)
        }
    }

    private func admitted(
        _ request: PushRequest, _ route: VIIDRoute, at now: Liveness.Moment, _ answer: @escaping Answer
    ) {
        guard let id = identify(request, "KeepaliveObject"), let member = members[id],
            registry.admit(id, from: request.peer, at: now)
        else { return answer(registerFirst(request, at: now)) }
        member.feed.run { $0.called(at: now) }
        switch route {
        case .objects, .notifications: push(request, route, id, member, at: now, answer)
        case .subscribe: answer(subscribe(request, at: now))
        case .cancelSubscription:
            answer(VIIDAnswer.single(.init(id: cancelled(request)), request, at: now.time))
        default: answer(VIIDAnswer.single(.init(id: id), request, at: now.time))
        }
    }

    func moment() -> Liveness.Moment { Liveness.Moment(uptime: clock.uptime(), time: clock.now()) }

    func refusal(_ request: PushRequest, _ status: Int, _ sentence: String) -> PushAnswer {
        VIIDAnswer.single(.init(id: "", code: .invalidOperation, sentence: sentence), request, http: status, at: clock.now())
    }
}

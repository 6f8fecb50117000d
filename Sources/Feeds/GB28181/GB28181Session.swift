import Model

/// One device at our platform: its registration, what we asked it, its subscription.
///
/// The connection of the device's feed. There is nothing to open, since the device calls us. Confined to the platform's
/// queue, hence `@unchecked Sendable`.
package final class GB28181Session: DeviceConnection, @unchecked Sendable {
    typealias Asked = @Sendable (Result<GB28181Answer, DeviceProblem>) -> Void

    let device: GB28181Device
    weak var platform: GB28181Platform?
    weak var feed: DeviceFeed?
    var registration: GB28181Registration?
    var subscription: GB28181Subscription?
    var questions: GB28181Questions
    var asked: [Int: Asked] = [:]
    private var lastSerial = 0
    /// Counts registrations whose duties are done; those of an earlier one are given up.
    var round = 0
    /// When the device was last asked what it is, by uptime.
    var surveyed: Span?
    /// What the device said of itself and of its channels.
    var information: XMLElement?
    var channels: [XMLElement] = []
    /// TCP connections that wait for room.
    private var paused: Set<Int> = []
    /// The feed stops: nothing is answered any more, so that the device keeps what it has.
    private(set) var hasLeft = false

    init(_ device: GB28181Device, platform: GB28181Platform) {
        self.device = device
        self.platform = platform
        questions = GB28181Questions(quiet: platform.settings.quiet)
    }

    package func open(_ feed: DeviceFeed) { feed.connected() }

    package func close(_ feed: DeviceFeed) {}

    package func goOn(_ feed: DeviceFeed) {
        for number in paused { platform?.endpoint.resume(connection: number) }
        paused = []
    }

    /// Whether a report may be taken now; one that may not is left without an answer.
    ///
    /// Over UDP the device sends it again. Over TCP it would not, so what was read is taken and no more is read.
    func hasRoom(for peer: SIPPeer) -> Bool {
        guard let feed, feed.outbox.count >= feed.profile.highWater else { return true }
        guard let number = peer.connection else { return false }
        paused.insert(number)
        platform?.endpoint.pause(connection: number)
        return true
    }

    package func deadline(_ feed: DeviceFeed) -> Span? {
        [questions.deadline, subscription?.refreshAt].compactMap { $0 }.min()
    }

    package func tick(_ feed: DeviceFeed, at now: Liveness.Moment) {
        for ended in questions.tick(at: now.uptime) { end(ended) }
        guard let refreshAt = subscription?.refreshAt, refreshAt <= now.uptime else { return }
        subscription?.refreshAt = nil
        if isRegistered(at: now.uptime) { subscribe {} }
    }

    package func leave(_ feed: DeviceFeed, done: @escaping @Sendable () -> Void) {
        hasLeft = true
        round += 1
        done()
    }

    func isRegistered(at uptime: Span) -> Bool {
        registration.map { $0.until > uptime } ?? false
    }

    func nextSerial() -> Int {
        lastSerial += 1
        return lastSerial
    }

    func end(_ ended: GB28181Questions.Ended) {
        guard let told = asked.removeValue(forKey: ended.serial) else { return }
        if let answer = ended.answer {
            told(.success(answer))
        } else {
            told(
                .failure(
                    DeviceProblem(
                        .unreadable, "the device \(device.code) took the question and did not answer it; it may not know it")))
        }
    }

    /// Shows where the device is, in the feed's state.
    func tellRegistration() {
        guard let registration, let feed, let platform else { return }
        feed.status.detail = registration.sentence(in: platform.settings.zone)
        feed.publish(force: true)
    }
}

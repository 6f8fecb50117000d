import Dispatch
import Model

/// One connection to an MQTT broker and the feeds of all devices that publish through it.
///
/// The shell around `MQTTSession`: socket, timer, and the way of each message to its devices. Confined to `queue`, which
/// is the feeds' queue too, hence `@unchecked Sendable`; only `standing` may be called from anywhere.
package final class MQTTBroker: @unchecked Sendable {
    package let settings: MQTTBrokerSettings
    package let queue: DispatchQueue
    /// Connecting blocks.
    private let connecting: DispatchQueue
    let clock: any WallClock
    private let timer: any DispatchSourceTimer
    var session: MQTTSession
    private var reader: MQTTReader
    private var socket: MQTTSocket?
    /// Counts sockets; what an earlier one still brings is not heard.
    private var generation = 0
    private var openAt: Span?
    private var hasBegun = false
    private var held: Set<String> = []
    /// Why there is no connection, for operators.
    var sentence = "the broker was not reached yet"
    var isRefused = false
    /// Messages so far.
    var messages = 0
    private var toldLife = Span.zero

    /// In the order of the settings.
    package private(set) var feeds: [DeviceFeed] = []
    var members: [MQTTMember] = []
    let topics: MQTTIndex
    let availabilities: MQTTIndex
    /// Devices that the bytes at hand concerned.
    var touched: Set<Int> = []

    /// - Parameter surroundings: of the feed of that name.
    package init(_ settings: MQTTBrokerSettings, clock: any WallClock, surroundings: (_ name: String) -> FeedSurroundings) {
        self.settings = settings
        self.clock = clock
        queue = DispatchQueue(label: "patrold.mqtt." + settings.name)
        connecting = DispatchQueue(label: "patrold.mqtt.connect." + settings.name)
        session = MQTTSession(settings.session)
        reader = MQTTReader(limit: settings.messageLimit)
        timer = DispatchSource.makeTimerSource(queue: queue)
        topics = MQTTIndex(settings.devices.map(\.topics))
        availabilities = MQTTIndex(settings.devices.map { $0.availability.map { [$0.topic] } ?? [] })
        members = settings.devices.map { MQTTMember($0) }
        feeds = members.map {
            DeviceFeed(
                $0.device.profile, queue: queue, connection: $0, in: surroundings($0.device.profile.name))
        }
        for member in members { member.broker = self }
        timer.setEventHandler { @Sendable [weak self] in self?.timeHasCome() }
        timer.schedule(deadline: .distantFuture)
        timer.activate()
    }

    deinit {
        timer.cancel()
        if let socket { queue.async { socket.close() } }
    }

    var isUp: Bool { session.isUp }

    /// The first device that is opened brings the connection up.
    func join() {
        guard !hasBegun else { return }
        hasBegun = true
        perform(session.begin())
    }

    /// The last device that leaves takes it down; the broker keeps our session.
    func memberLeft() {
        guard hasBegun, !members.contains(where: \.isActive) else { return }
        hasBegun = false
        openAt = nil
        perform(session.on(.leave, at: clock.uptime()))
    }

    func hold(_ name: String) {
        guard held.insert(name).inserted, held.count == 1 else { return }
        socket?.pause()
        take(.held)
    }

    func goOn(_ name: String) {
        guard held.remove(name) != nil, held.isEmpty else { return }
        take(.goOn)
        socket?.goOn()
        setTimer()
    }

    /// Feeds the session and does what it says.
    func take(_ input: MQTTSession.Input) {
        dispatchPrecondition(condition: .onQueue(queue))
        perform(session.on(input, at: clock.uptime(), random: .random(in: 0...1)))
        setTimer()
    }

    private func perform(_ actions: [MQTTSession.Action]) {
        for action in actions {
            switch action {
            case .send(let packet): socket?.write(packet.bytes)
            case .close: hangUp()
            case .open(let delay):
                openAt = clock.uptime() + delay
                setTimer()
            case .up: cameUp()
            case .message(let publish, let isRepeat, let connection): message(publish, isRepeat, connection)
            case .heard: tellLife()
            case .lost(let reason): wentDown(.unreachable, reason)
            case .refused(let reason): wentDown(.refused, reason)
            case .filterRefused(let filter): refuse(filter)
            }
        }
    }

    private func hangUp() {
        generation += 1
        socket?.close()
        socket = nil
        reader = MQTTReader(limit: settings.messageLimit)
    }

    private func open() {
        openAt = nil
        generation += 1
        let attempt = generation
        let address = MQTTSocket.Address(host: settings.host, port: settings.port, trust: settings.trust)
        session.use(settings.session.connect)
        connecting.async { [queue] in
            let result = MQTTSocket.connect(address, on: queue)
            queue.async { [weak self] in
                if let self { self.connected(result, attempt) } else { MQTTBroker.drop(result) }
            }
        }
    }

    private static func drop(_ result: Result<MQTTSocket, CurlError>) {
        guard case .success(let socket) = result else { return }
        socket.start(onBytes: { _ in }, onEnd: { _ in })
        socket.close()
    }

    private func connected(_ result: Result<MQTTSocket, CurlError>, _ attempt: Int) {
        guard attempt == generation else { return Self.drop(result) }
        switch result {
        case .failure(let error): take(.closed("no connection to \(settings.host):\(settings.port) (\(error.description))"))
        case .success(let socket):
            self.socket = socket
            socket.start(
                onBytes: { [weak self] in self?.read($0) },
                onEnd: { [weak self] reason in
                    self?.hangUp()
                    self?.take(.closed(reason))
                })
            take(.opened)
        }
    }

    private func read(_ bytes: [UInt8]) {
        do throws(MQTTError) {
            for packet in try reader.read(bytes) {
                // A packet may have ended the connection that the rest came on.
                guard socket != nil else { break }
                take(.packet(packet))
            }
        } catch {
            hangUp()
            take(.closed(error.reason))
        }
        let settling = touched
        touched = []
        for place in settling { feeds[place].settle() }
    }

    private func timeHasCome() {
        if let openAt, openAt <= clock.uptime(), held.isEmpty { open() }
        if !held.isEmpty { excuseSilence() }
        if let deadline = session.deadline, deadline <= clock.uptime() { take(.tick) }
        setTimer()
    }

    /// While one device's messages wait, nobody's are read: that is our silence and not theirs.
    private func excuseSilence() {
        let now = Liveness.Moment(uptime: clock.uptime(), time: clock.now())
        for feed in feeds { _ = feed.liveness.on(.held, at: now) }
    }

    private func setTimer() {
        let now = clock.uptime()
        let wanted = [
            held.isEmpty ? openAt : nil, session.deadline, held.isEmpty ? nil : now + .milliseconds(500),
        ]
        guard let next = wanted.compactMap({ $0 }).min() else { return timer.schedule(deadline: .distantFuture) }
        let wait = max(0, next.microseconds - now.microseconds)
        timer.schedule(deadline: .now() + .microseconds(Int(wait)), leeway: .milliseconds(5))
    }

    /// Any packet proves the broker's life, and that of devices that need not speak; once a second is enough.
    private func tellLife() {
        let now = clock.uptime()
        guard now - toldLife >= .seconds(1) || now < toldLife else { return }
        toldLife = now
        for (member, feed) in zip(members, feeds) { member.tellLife(to: feed, isRepeat: true) }
    }
}

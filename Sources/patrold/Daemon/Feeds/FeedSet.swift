import Dispatch
import Evidence
import Feeds
import Logging
import Model
import Settings
import Synchronization

/// The feeds that run: started and stopped by comparing the settings with what runs already.
final class FeedSet: Sendable {
    let board: FeedBoard
    let clock: any WallClock
    let evidence: EvidenceStore
    let cameras: CalledCameras
    /// Gives the looks at all cameras' videos their turns.
    let videoTurns: VideoTurns
    let log: Logger
    let dataFolder: String
    /// Fetches recorders' files; apart from the cameras, because farewells of FTP and SSH can hold a queue up.
    let fetching = CurlMulti(label: "patrold.fetch")
    /// Visits channels' and media's servers.
    let servers: CurlMulti
    let replies: ChannelReplies
    private let blindSince: Timestamp?
    private let deliver: Deliver
    private let running = Mutex<[String: (wanted: WantedFeed, feed: RunningFeed)]>([:])

    init(
        board: FeedBoard, clock: any WallClock, site: Site, blindSince: Timestamp?, deliver: @escaping Deliver, log: Logger
    ) {
        let evidence = site.evidence
        dataFolder = site.settings.dataFolder
        servers = CurlMulti(label: "patrold.servers")
        replies = ChannelReplies(site, multi: servers, clock: clock)
        self.board = board
        self.clock = clock
        self.evidence = evidence
        self.blindSince = blindSince
        self.deliver = deliver
        self.log = log
        videoTurns = VideoTurns(clock: clock)
        cameras = CalledCameras(clock: clock, storePicture: { try? evidence.store($0) })
    }

    var surroundings: FeedSurroundings {
        let board = board
        return FeedSurroundings(clock: clock, deliver: deliver, report: { board.report($0) }, blindSince: blindSince)
    }

    /// Stops what is gone or changed, starts what is new; feeds that did not change keep their connections.
    func apply(_ site: Site) {
        let wantedByName = WantedFeed.all(site)
        replies.apply(site)
        let leaving = running.withLock { running in
            let leaving = running.filter { wantedByName[$0.key] != $0.value.wanted }
            for name in leaving.keys { running[name] = nil }
            return leaving.map(\.value.feed)
        }
        let gate = Countdown(leaving.count) { [self] in startMissing(wantedByName, site) }
        for feed in leaving {
            for name in feed.names { board.remove(name) }
            // A platform's port is free only when its predecessor is gone.
            feed.stop { gate.step() }
        }
        if leaving.isEmpty { gate.finish() }
    }

    private func startMissing(_ wantedByName: [String: WantedFeed], _ site: Site) {
        for (name, wanted) in wantedByName.sorted(by: { $0.key < $1.key }) where running.withLock({ $0[name] == nil }) {
            guard let feed = start(name, wanted, site) else { continue }
            running.withLock { $0[name] = (wanted, feed) }
        }
    }

    private func start(_ name: String, _ wanted: WantedFeed, _ site: Site) -> RunningFeed? {
        switch wanted {
        case .camera(let camera): startCamera(camera, site)
        case .video(let camera): startVideo(camera, site)
        case .gb28181(let platform, let cameras): startGB28181(platform, cameras, site)
        case .ga1400(let platform, let cameras): startGA1400(platform, cameras, site)
        case .broker(let broker, let cameras): startBroker(broker, cameras, site)
        case .recorder(let recorder): startRecorder(recorder)
        case .connection(let connection, let channel, let channels): startConnection(connection, channel, channels)
        case .outlet(let outlet): startOutlet(outlet)
        case .wechat(let wechat): startWeChat(wechat)
        case .channels(let folder, let channels): startChannels(name, folder, channels)
        }
    }

    /// Tells on the board that a feed cannot even begin.
    func refuse(_ name: String, adapter: String, _ sentence: String) {
        board.report(FeedStatus(name: name, adapter: adapter, state: .refused, since: clock.now(), detail: sentence))
    }

    /// Hands a device's call to the feed that it is for.
    func receive(_ request: PushRequest) async -> PushAnswer {
        let parts = request.path.split(separator: "/", maxSplits: 3)
        let key = parts.first == "VIID" ? "/ga1400" : parts.count == 3 ? String(parts[2]) : ""
        let found = running.withLock { $0[key] }
        if case .camera(let camera)? = found?.wanted, !camera.adapter.rawValue.hasPrefix(parts[1] + "-push") {
            return .text(404, "the camera '\(key)' is not configured to post here; its adapter is \(camera.adapter.rawValue)")
        }
        if case .recorder? = found?.wanted, parts.count == 3, parts[1] != "calls" {
            return .text(404, "the recorder '\(key)' posts records of calls to /push/calls/\(key)")
        }
        guard let receive = found?.feed.receive else {
            return .text(404, parts.first == "VIID" ? "GA/T 1400 is not configured" : "no device of that name posts here")
        }
        return await receive(request)
    }

    /// What a camera can be asked, nothing where it is not configured.
    func control(of camera: String) -> (any CameraControl)? {
        running.withLock { running in running.values.lazy.compactMap { $0.feed.controls[camera] }.first }
    }

    /// Devices that tried to register and are not in the configuration, most calls first.
    func strangers() async -> [JSON] {
        let asked = running.withLock { $0.values.compactMap(\.feed.strangers) }
        var found: [JSON] = []
        for ask in asked { found += await ask() }
        return found
    }

    /// Runs a block on the queue that drives all connections; the watchdog's token passes here.
    func turnToken(_ body: @escaping @Sendable () -> Void) {
        cameras.multi.queue.async(execute: body)
    }

    /// Stops every feed and returns when each has handed over what it held.
    func stop() async {
        let feeds = running.withLock { running in
            defer { running.removeAll() }
            return running.values.map(\.feed)
        }
        await withTaskGroup(of: Void.self) { group in
            for feed in feeds {
                group.addTask {
                    await withCheckedContinuation { continuation in feed.stop { continuation.resume() } }
                }
            }
        }
    }
}

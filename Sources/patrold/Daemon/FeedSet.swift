import Dispatch
import Feeds
import Logging
import Model
import Settings
import Synchronization

/// The feeds that run: started and stopped by comparing the settings with what runs already.
final class FeedSet: Sendable {
    private enum Running {
        case device(DeviceFeed)
        case recorder(SpoolFeed)
        case channels(ChannelFolderFeed)

        func stop(_ done: @escaping @Sendable () -> Void) {
            switch self {
            case .device(let feed): feed.stop(done)
            case .recorder(let feed): feed.stop(done)
            case .channels(let feed): feed.stop(done)
            }
        }
    }

    private enum Wanted: Hashable {
        case camera(Settings.Camera)
        case recorder(Settings.Recorder)
        /// The folder of complaint files, read by the channel list of the moment.
        case channels(String, [Channel])
    }

    private let board: FeedBoard
    private let clock: any WallClock
    private let evidence: EvidenceStore
    private let blindSince: Timestamp?
    private let deliver: Deliver
    private let log: Logger
    private let multi = CurlMulti(label: "patrold.curl", maxHostConnections: 4096)
    private let running = Mutex<[String: (wanted: Wanted, feed: Running)]>([:])

    init(
        board: FeedBoard, clock: any WallClock, evidence: EvidenceStore, blindSince: Timestamp?, deliver: @escaping Deliver,
        log: Logger
    ) {
        self.board = board
        self.clock = clock
        self.evidence = evidence
        self.blindSince = blindSince
        self.deliver = deliver
        self.log = log
    }

    /// Stops what is gone or changed, starts what is new; feeds that did not change keep their connections.
    func apply(_ site: Site) {
        let wantedByName = Self.wanted(site)
        let leaving = running.withLock { running in
            let leaving = running.filter { wantedByName[$0.key] != $0.value.wanted }
            for name in leaving.keys { running[name] = nil }
            return leaving.map { ($0.key, $0.value.feed) }
        }
        for (name, feed) in leaving {
            feed.stop {}
            board.remove(name)
        }
        for (name, wanted) in wantedByName.sorted(by: { $0.key < $1.key }) where running.withLock({ $0[name] == nil }) {
            start(name, wanted, site)
        }
    }

    private static func wanted(_ site: Site) -> [String: Wanted] {
        var wanted: [String: Wanted] = [:]
        for camera in site.settings.cameras { wanted[camera.name] = .camera(camera) }
        for recorder in site.settings.recorders { wanted[recorder.name] = .recorder(recorder) }
        if let folder = site.settings.channels.folder { wanted["channels"] = .channels(folder, site.catalog.channels) }
        return wanted
    }

    private func start(_ name: String, _ wanted: Wanted, _ site: Site) {
        let feed: Running
        switch wanted {
        case .camera(let camera):
            guard let made = makeCamera(camera, site) else { return }
            made.start()
            feed = .device(made)
        case .recorder(let recorder):
            let made = makeRecorder(recorder)
            made.start()
            feed = .recorder(made)
        case .channels(let folder, let channels):
            let board = board
            let made = ChannelFolderFeed(
                configuration: ChannelFolder(name: name, folder: folder), channels: channels, clock: clock, deliver: deliver,
                report: { board.report($0) })
            made.start()
            feed = .channels(made)
        }
        running.withLock { $0[name] = (wanted, feed) }
    }

    private func makeCamera(_ camera: Settings.Camera, _ site: Site) -> DeviceFeed? {
        do throws(SecretError) {
            _ = try camera.password?.read()
        } catch {
            board.report(
                FeedStatus(name: camera.name, adapter: "isapi", state: .refused, since: clock.now(), detail: error.sentence))
            return nil
        }
        return ISAPIStream.feed(
            ISAPICamera(profile(of: camera, site), at: Self.address(of: camera)), multi: multi, in: surroundings)
    }

    private var surroundings: FeedSurroundings {
        let board = board
        return FeedSurroundings(
            clock: clock, deliver: deliver, report: { board.report($0) }, blindSince: blindSince)
    }

    private func profile(of camera: Settings.Camera, _ site: Site) -> DeviceProfile {
        var profile = DeviceProfile(
            name: camera.name, adapter: camera.adapter.rawValue, classes: site.catalog.alarmClasses["isapi"] ?? [:])
        profile.channel = camera.channel
        profile.channelOffset = camera.channelOffset
        profile.limits.silence = camera.silence
        profile.quiet = camera.quiet
        let evidence = evidence
        profile.storePicture = { try? evidence.store($0) }
        return profile
    }

    private static func address(of camera: Settings.Camera) -> DeviceAddress {
        // Read anew at each connection, so that a changed password needs no restart.
        var address = DeviceAddress(url: camera.url, user: camera.user) { try? camera.password?.read() }
        address.trust = camera.tls.insecure ? .insecure : camera.tls.ca.map { .authority(file: $0) } ?? .system
        return address
    }

    private func makeRecorder(_ recorder: Settings.Recorder) -> SpoolFeed {
        var configuration = SpoolRecorder(name: recorder.name, folder: recorder.folder)
        configuration.stableAfter = recorder.stable
        configuration.patience = recorder.patience
        configuration.suffixes = recorder.suffixes
        configuration.depth = recorder.depth
        configuration.idleLimit = recorder.silence
        let own = recorder.patterns.compactMap { try? RecordingNamePattern($0) }
        if !own.isEmpty { configuration.patterns = own }
        let board = board
        return SpoolFeed(
            configuration: configuration, evidence: evidence, clock: clock, deliver: deliver, report: { board.report($0) })
    }

    /// Runs a block on the queue that drives all connections; the watchdog's token passes here.
    func turnToken(_ body: @escaping @Sendable () -> Void) {
        multi.queue.async(execute: body)
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

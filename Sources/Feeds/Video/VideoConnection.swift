import Dispatch
import Model

/// Looks at one camera's video whenever it is its turn, and tells the feed what there is.
///
/// Confined to the queue of its `VideoTurns`, which is the feed's queue, hence `@unchecked Sendable`.
package final class VideoConnection: DeviceConnection, @unchecked Sendable {
    private let camera: VideoCamera
    private let turns: VideoTurns
    private var watch = VideoWatch()
    private var judge: PictureJudge
    /// Counts looks; what an earlier one still brings is not heard.
    private var look = 0
    private var lastStart: Span?
    /// When the next look is due, by uptime; nothing while one waits for its turn or runs.
    private var next: Span?
    /// When the look under way has taken too long.
    private var giveUp: Span?
    private var cancel: (@Sendable () -> Void)?
    private var isConnected = false
    /// What a camera's control promises to end in, and some more.
    private static let pictureLimit = Span.seconds(40)

    init(_ camera: VideoCamera, turns: VideoTurns) {
        self.camera = camera
        self.turns = turns
        judge = PictureJudge(limit: camera.frozenAfter)
    }

    /// A feed that watches the camera's video.
    package static func feed(_ camera: VideoCamera, turns: VideoTurns, in surroundings: FeedSurroundings) -> DeviceFeed {
        DeviceFeed(
            camera.profile, queue: turns.queue, connection: VideoConnection(camera, turns: turns), in: surroundings)
    }

    package func open(_ feed: DeviceFeed) {
        next = lastStart.map { $0 + camera.every } ?? feed.clock.uptime() + spread
    }

    package func close(_ feed: DeviceFeed) {
        look += 1
        next = nil
        giveUp = nil
        isConnected = false
        cancel?()
        cancel = nil
        turns.end(feed.profile.name)
    }

    package func deadline(_ feed: DeviceFeed) -> Span? { [next, giveUp].compactMap { $0 }.min() }

    package func tick(_ feed: DeviceFeed, at now: Liveness.Moment) {
        if let giveUp, giveUp <= now.uptime {
            self.giveUp = nil
            finish(feed, nil, PictureVerdict(.problem(.unreachable), "the camera did not answer for a picture in time"))
        } else if let next, next <= now.uptime {
            self.next = nil
            let number = look
            turns.ask(feed.profile.name, host: camera.host) { [weak self, weak feed] in
                feed?.run { [weak self] feed in
                    // The feed may have been closed between the turn and now; that gave the turn up.
                    guard let self, number == self.look else { return }
                    self.begin(feed)
                }
            }
        }
    }

    /// The first looks of all cameras are spread over a period, each camera's always at the same place of it.
    private var spread: Span {
        // FNV-1a.
        let hash = camera.camera.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Span(microseconds: Int64(hash >> 1) % max(1, camera.every.microseconds))
    }

    private func begin(_ feed: DeviceFeed) {
        look += 1
        lastStart = feed.clock.uptime()
        if !isConnected { feed.connected() }
        isConnected = true
        guard let stream = camera.stream else { return takePicture(feed, nil) }
        let number = look
        cancel = stream.start(on: feed.queue) { [weak self, weak feed] verdict in
            feed?.run { [weak self] feed in
                guard let self, number == self.look else { return }
                self.cancel = nil
                self.takePicture(feed, verdict)
            }
        }
    }

    /// A stream that is not there makes the picture moot, and spares the device.
    private func takePicture(_ feed: DeviceFeed, _ stream: RTSPVerdict?) {
        guard let control = camera.pictures, stream?.outcome ?? .alive == .alive else { return finish(feed, stream, nil) }
        let number = look
        giveUp = feed.clock.uptime() + Self.pictureLimit
        Task { [weak self, weak feed] in
            let taken = await SnapshotProbe(control).take()
            feed?.run { [weak self] feed in
                guard let self, number == self.look else { return }
                self.finish(feed, stream, self.judge.judge(taken))
            }
        }
    }

    private func finish(_ feed: DeviceFeed, _ stream: RTSPVerdict?, _ picture: PictureVerdict?) {
        look += 1
        giveUp = nil
        next = (lastStart ?? feed.clock.uptime()) + camera.every
        turns.end(feed.profile.name)
        let now = feed.moment()
        for action in watch.on(stream: stream, picture: picture) {
            switch action {
            case .heard: feed.heard(at: now)
            case .doubt: break
            case .lost(let sentence): feed.add(.event(status(.videoLoss, sentence, feed, at: now.time)))
            case .back(let sentence): feed.add(.event(status(.online, sentence, feed, at: now.time)))
            case .failed(let sentence):
                close(feed)
                feed.failed(sentence)
            case .refused(let sentence):
                close(feed)
                feed.refused(sentence)
            }
        }
    }

    /// What is told of the camera itself; its id differs from what the feed tells of its own state.
    private func status(_ status: CameraStatus.Status, _ detail: String, _ feed: DeviceFeed, at time: Timestamp) -> Event {
        let payload = CameraStatus(device: camera.camera, channel: camera.channel, status: status, detail: detail)
        return Event(
            source: feed.profile.source, id: "video/\(status.rawValue)/\(time.text())", type: EventType.cameraStatus,
            subject: camera.camera, time: time.text(), received: time, data: payload.json.bytes)
    }
}

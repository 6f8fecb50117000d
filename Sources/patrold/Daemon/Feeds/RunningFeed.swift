import Dispatch
import Feeds
import Model

/// Something that was started for a part of the configuration, and what it can be asked.
struct RunningFeed: Sendable {
    /// The feeds' names, as they stand on the board.
    var names: [String] = []
    /// Takes devices' calls.
    var receive: PushReceiver?
    /// By camera.
    var controls: [String: any CameraControl] = [:]
    /// Devices that called and are not in the configuration.
    var strangers: (@Sendable () async -> [JSON])?
    /// Hands over what it holds, then calls back once.
    var stop: @Sendable (@escaping @Sendable () -> Void) -> Void

    /// One device's feed.
    init(_ feed: DeviceFeed, receive: PushReceiver? = nil, control: (any CameraControl)? = nil) {
        names = [feed.profile.name]
        self.receive = receive
        if let control { controls = [feed.profile.name: control] }
        stop = feed.stop
    }

    init(names: [String], stop: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
        self.names = names
        self.stop = stop
    }

    /// Parts of one device, which end one after the other: what fetches before what takes.
    init(_ parts: [RunningFeed]) {
        names = parts.flatMap(\.names)
        receive = parts.lazy.compactMap(\.receive).first
        stop = { done in Self.stop(parts[...], done) }
    }

    private static func stop(_ parts: ArraySlice<RunningFeed>, _ done: @escaping @Sendable () -> Void) {
        guard let first = parts.first else { return done() }
        first.stop { stop(parts.dropFirst(), done) }
    }

    /// The feeds of a platform, which ends after them, on a queue of its own because feeds end on the platform's.
    init(_ feeds: [DeviceFeed], end: @escaping @Sendable () -> Void = {}) {
        names = feeds.map(\.profile.name)
        stop = { done in
            let counter = Countdown(feeds.count) {
                DispatchQueue(label: "patrold.platform.end").async {
                    end()
                    done()
                }
            }
            if feeds.isEmpty { counter.finish() }
            for feed in feeds { feed.stop { counter.step() } }
        }
    }
}

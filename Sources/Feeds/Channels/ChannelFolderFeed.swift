import Dispatch
import Model
import Platform

/// Takes the complaint exports that clerks put into a folder, or into a channel's own folder within it.
///
/// All of a file is one delivery: events of the good rows, and the refused rows for quarantine. Once it is durable the
/// file goes to `done` beside it. An interruption at any point leads to the same events and the same quarantined bytes
/// again, so that each complaint counts once.
package final class ChannelFolderFeed: @unchecked Sendable {
    // Everything below `queue` is used on that queue only, hence `@unchecked Sendable`.
    private let configuration: ChannelFolder
    private let channels: ChannelNames
    private let reading: ComplaintReading
    private let clock: any WallClock
    private let lookEvery: Span
    private let deliver: Deliver
    private let report: @Sendable (FeedStatus) -> Void
    private let queue: DispatchQueue
    private var root: FolderFeed?
    /// Path → feed of a channel's own folder.
    private var folders: [String: FolderFeed] = [:]
    private var health = ChannelFolderHealth()
    private var timer: RepeatingTimer?
    private var isStopping = false

    /// Makes a feed that does nothing before `start`.
    ///
    /// - Parameters:
    ///   - channels: the channel list; rows and folders name a channel by key, name or alias.
    ///   - lookEvery: how often waiting files are looked at; where nothing waits the folder is listed every 20th time,
    ///     for file systems that tell nobody of new files (NFS, SMB), and for new folders of channels.
    ///   - report: the status after each change, on the feed's own queue.
    package init(
        configuration: ChannelFolder, channels: [Channel], clock: any WallClock, lookEvery: Span = .milliseconds(500),
        deliver: @escaping Deliver, report: @escaping @Sendable (FeedStatus) -> Void
    ) {
        self.configuration = configuration
        self.channels = ChannelNames(channels)
        self.clock = clock
        self.lookEvery = lookEvery
        self.deliver = deliver
        self.report = report
        reading = ComplaintReading(
            channels: channels, columns: configuration.columns, source: "patrold:/feeds/" + configuration.name)
        queue = DispatchQueue(label: "patrold.feeds.channels." + configuration.name + ".folders", qos: .userInitiated)
    }

    /// Begins to watch; calling it twice is the same as once.
    package func start() {
        queue.async { @Sendable [self] in
            guard root == nil, !isStopping else { return }
            let feed = folder(configuration.folder, channel: nil)
            root = feed
            feed.start()
            look()
            let pause = max(100, Int(lookEvery.microseconds / 1000) * 20)
            timer = RepeatingTimer(every: pause, on: queue) { [weak self] in self?.look() }
        }
    }

    /// Takes no further files, waits for the answer to those under way, and then calls back on the feed's queue.
    package func stop(_ completion: @escaping @Sendable () -> Void) {
        queue.async { @Sendable [self] in
            isStopping = true
            timer?.cancel()
            timer = nil
            let group = DispatchGroup()
            for feed in [root].compactMap({ $0 }) + folders.values {
                group.enter()
                feed.stop { group.leave() }
            }
            group.notify(queue: queue) { @Sendable in completion() }
        }
    }

    /// Reads quarantined bytes of a complaint file again, a row or a whole file.
    ///
    /// - Returns: the events, with a new entry for each row of a whole file that is still refused; the entry itself where
    ///   there is still no event in it.
    package static func replay(_ unreadable: Unreadable, channels: [Channel], received: Timestamp) -> [Arrival] {
        ComplaintReading(channels: channels, source: unreadable.source).replay(unreadable, received: received)
    }

    /// Takes up the folders of channels that have come, and forgets those that are gone.
    private func look() {
        dispatchPrecondition(condition: .onQueue(queue))
        guard !isStopping, let names = try? Files.list(configuration.folder) else { return }
        var found: Set<String> = []
        for name in names {
            guard let channel = channels[name] else { continue }
            let path = configuration.folder + "/" + name
            guard let signature = try? FileSignature(path: path), signature.isFolder else { continue }
            found.insert(path)
            guard folders[path] == nil else { continue }
            let feed = folder(path, channel: channel.key)
            folders[path] = feed
            feed.start()
        }
        for (path, feed) in folders where !found.contains(path) {
            folders[path] = nil
            health.forget(path)
            feed.stop {}
        }
    }

    private func folder(_ path: String, channel: String?) -> FolderFeed {
        // One file at a time, the oldest first: exports are long, and their order is the order of what they tell.
        let settings = FolderSettings(
            name: configuration.name, folder: path, suffixes: ChannelFolder.suffixes, depth: 0,
            stableAfter: configuration.stableAfter, patience: configuration.patience, limit: 1, idleLimit: nil,
            words: .complaints)
        let intake = ComplaintIntake(
            reading: reading, done: DoneFolder(folder: path), channel: channel, limit: configuration.limit)
        return FolderFeed(settings, intake: intake, clock: clock, lookEvery: lookEvery, deliver: deliver) {
            [weak self] status in
            self?.queue.async { @Sendable [weak self] in self?.heard(path, channel, status) }
        }
    }

    private func heard(_ path: String, _ channel: String?, _ status: FeedStatus) {
        dispatchPrecondition(condition: .onQueue(queue))
        guard channel == nil || folders[path] != nil else { return }
        if let whole = health.take(status, of: channel == nil ? nil : path) { report(whole) }
    }
}

/// The states of a folder and of the channels' folders in it as one.
struct ChannelFolderHealth {
    private var root: FeedStatus?
    private var folders: [String: FeedStatus] = [:]
    /// Counts of folders that are gone.
    private var events = 0
    private var quarantined = 0

    /// - Parameter path: of a channel's own folder, nothing for the outermost.
    /// - Returns: the state of all, nothing before the outermost folder has told its own.
    mutating func take(_ status: FeedStatus, of path: String?) -> FeedStatus? {
        if let path { folders[path] = status } else { root = status }
        return whole
    }

    mutating func forget(_ path: String) {
        guard let gone = folders.removeValue(forKey: path) else { return }
        events += gone.events
        quarantined += gone.quarantined
    }

    private var whole: FeedStatus? {
        guard var whole = root else { return nil }
        whole.events += events
        whole.quarantined += quarantined
        for (path, status) in folders.sorted(by: { $0.key < $1.key }) {
            whole.events += status.events
            whole.quarantined += status.quarantined
            whole.lastHeard = Self.later(whole.lastHeard, status.lastHeard)
            whole.lastEvent = Self.later(whole.lastEvent, status.lastEvent)
            // The outermost folder tells when nothing can be reached, and when all has stopped.
            guard whole.state == .live, status.state != .stopped else { continue }
            if status.state == .unreachable || status.state == .refused { whole.state = status.state }
            guard !status.detail.isEmpty else { continue }
            whole.detail += (whole.detail.isEmpty ? "" : "; ") + Files.name(of: path) + ": " + status.detail
        }
        return whole
    }

    private static func later(_ one: Timestamp?, _ other: Timestamp?) -> Timestamp? {
        guard let one, let other else { return one ?? other }
        return max(one, other)
    }
}

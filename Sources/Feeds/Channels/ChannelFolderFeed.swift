import Model

/// Takes the complaint exports that clerks put into a folder.
///
/// All of a file is one delivery: events of the good rows, and the refused rows for quarantine. Once it is durable the
/// file goes to `done`. An interruption at any point leads to the same events and the same quarantined bytes again, so
/// that each complaint counts once.
package final class ChannelFolderFeed: Sendable {
    private let feed: FolderFeed

    /// Makes a feed that does nothing before `start`.
    ///
    /// - Parameters:
    ///   - channels: the channel list; rows name a channel by key, name or alias.
    ///   - lookEvery: how often waiting files are looked at; where nothing waits the folder is listed every 20th time,
    ///     for file systems that tell nobody of new files (NFS, SMB).
    ///   - report: the status after each change, on the feed's own queue.
    package init(
        configuration: ChannelFolder, channels: [Channel], clock: any WallClock, lookEvery: Span = .milliseconds(500),
        deliver: @escaping Deliver, report: @escaping @Sendable (FeedStatus) -> Void
    ) {
        // One file at a time, the oldest first: exports are long, and their order is the order of what they tell.
        let settings = FolderSettings(
            name: configuration.name, folder: configuration.folder, suffixes: [".csv"], depth: 0,
            stableAfter: configuration.stableAfter, patience: configuration.patience, limit: 1, idleLimit: nil,
            words: .complaints)
        let reading = ComplaintReading(
            complaints: ComplaintImport(channels: channels, columns: configuration.columns),
            source: "patrold:/feeds/" + configuration.name)
        let intake = ComplaintIntake(
            reading: reading, done: DoneFolder(folder: configuration.folder), limit: configuration.limit)
        feed = FolderFeed(
            settings, intake: intake, clock: clock, lookEvery: lookEvery, deliver: deliver, report: report)
    }

    /// Begins to watch; calling it twice is the same as once.
    package func start() { feed.start() }

    /// Takes no further files, waits for the answer to the one under way, and then calls back on the feed's queue.
    package func stop(_ completion: @escaping @Sendable () -> Void) { feed.stop(completion) }

    /// Reads quarantined bytes of a complaint file again, a row or a whole file.
    ///
    /// - Returns: the events, with a new entry for each row of a whole file that is still refused; the entry itself where
    ///   there is still no event in it.
    package static func replay(_ unreadable: Unreadable, channels: [Channel], received: Timestamp) -> [Arrival] {
        let reading = ComplaintReading(complaints: ComplaintImport(channels: channels), source: unreadable.source)
        let arrivals = reading.read(unreadable.bytes, name: "", received: received).arrivals
        let hasEvent = arrivals.contains { if case .event = $0 { true } else { false } }
        return hasEvent ? arrivals : [.unreadable(unreadable)]
    }
}

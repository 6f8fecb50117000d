import Logging
import Model
import Synchronization

/// The last word of every feed, and a log line for each change of state.
final class FeedBoard: Sendable {
    private let feeds = Mutex<[String: FeedStatus]>([:])
    private let log: Logger

    init(log: Logger) {
        self.log = log
    }

    func report(_ status: FeedStatus) {
        let before = feeds.withLock { feeds in
            defer { feeds[status.name] = status }
            return feeds[status.name]?.state
        }
        guard before != status.state else { return }
        let metadata: Logger.Metadata = [
            "feed": "\(status.name)", "state": "\(status.state.rawValue)", "detail": "\(status.detail)",
        ]
        switch status.state {
        case .live: log.info("feed is live", metadata: metadata)
        case .connecting, .stopped: log.debug("feed changed", metadata: metadata)
        case .silent, .refused, .unreachable: log.warning("feed is blind", metadata: metadata)
        }
    }

    func remove(_ name: String) {
        _ = feeds.withLock { $0.removeValue(forKey: name) }
    }

    var all: [FeedStatus] {
        feeds.withLock { $0.values.sorted { $0.name < $1.name } }
    }

    /// The feeds that hear nothing.
    var blind: [FeedStatus] {
        all.filter { [.silent, .refused, .unreachable].contains($0.state) }
    }
}

extension FeedStatus {
    /// - Parameter blindSeconds: without sight within the last day.
    func json(at now: Timestamp, blindSeconds: Int64) -> JSON {
        .object(present: [
            ("name", .string(name)), ("adapter", .string(adapter)), ("state", .string(state.rawValue)),
            ("since", .string(since.text())), ("lastHeard", lastHeard.map { .string($0.text()) }),
            ("ageSeconds", lastHeard.map { .int((now - $0).seconds) }), ("lastEvent", lastEvent.map { .string($0.text()) }),
            ("events", .int(events)), ("quarantined", .int(quarantined)), ("reconnects", .int(reconnects)),
            ("blindSeconds", .int(blindSeconds)),
            ("clockOffsetMilliseconds", clockOffset.map { .int($0.microseconds / 1000) }), ("detail", .string(detail)),
        ])
    }
}

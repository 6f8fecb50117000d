/// How a feed is doing, as `patrold status` shows it.
package enum FeedState: String, Sendable, CaseIterable {
    /// Trying to reach the device; nothing heard yet since the last failure.
    case connecting
    /// Something was heard within the silence limit.
    case live
    /// Connected, yet nothing was heard for longer than the silence limit.
    case silent
    /// The device answers and says no: wrong password, locked out, no such service.
    case refused
    /// No connection: no route, refused port, time-out, broken stream.
    case unreachable
    /// Stopped by the configuration or the daemon.
    case stopped
}

/// A feed's state and counters at one moment; a value that feeds publish and edges read.
package struct FeedStatus: Sendable, Hashable {
    package var name: String
    /// Such as `isapi` or `spool`.
    package var adapter: String
    package var state: FeedState
    /// When the state was entered.
    package var since: Timestamp
    /// When anything at all was last heard, heartbeats included.
    package var lastHeard: Timestamp?
    /// When the last event was delivered.
    package var lastEvent: Timestamp?
    package var events: Int
    package var quarantined: Int
    package var reconnects: Int
    /// Device clock minus ours at the last reading.
    package var clockOffset: Span?
    /// One sentence for the operator: why the feed is in this state and what to do.
    package var detail: String

    package init(name: String, adapter: String, state: FeedState = .connecting, since: Timestamp, detail: String = "") {
        self.name = name
        self.adapter = adapter
        self.state = state
        self.since = since
        self.events = 0
        self.quarantined = 0
        self.reconnects = 0
        self.detail = detail
    }
}

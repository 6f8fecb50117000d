import Model

/// The status of a feed that has no `Liveness`; it is reported only where something has changed.
struct ReportedStatus {
    var status: FeedStatus
    private var reported: FeedStatus?
    private let report: @Sendable (FeedStatus) -> Void

    init(_ status: FeedStatus, report: @escaping @Sendable (FeedStatus) -> Void) {
        self.status = status
        self.report = report
    }

    mutating func enter(_ state: FeedState, at now: Timestamp) {
        guard status.state != state else { return }
        status.state = state
        status.since = now
    }

    /// Silent where nothing was heard for longer than the limit, else live.
    mutating func enterIdle(_ limit: Span?, at now: Timestamp) {
        let isSilent = limit.flatMap { limit in status.lastHeard.map { now - $0 > limit } } ?? false
        enter(isSilent ? .silent : .live, at: now)
    }

    mutating func count(_ receipt: Receipt, at now: Timestamp) {
        status.events += receipt.accepted
        status.quarantined += receipt.quarantined.count
        status.lastEvent = now
    }

    mutating func stop(at now: Timestamp) {
        enter(.stopped, at: now)
        status.detail = "the daemon is stopping"
    }

    mutating func publish() {
        guard status != reported else { return }
        reported = status
        report(status)
    }
}

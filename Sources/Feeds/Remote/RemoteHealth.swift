import Model

/// The status of a remote folder and the sentence that explains it; reports only what has changed.
struct RemoteHealth {
    private let report: @Sendable (FeedStatus) -> Void
    private var status: FeedStatus
    private var reported: FeedStatus?
    /// What is wrong although the folder is there: a subject and its sentence.
    private var problems: [Problem: String] = [:]

    enum Problem: Int, Sendable {
        /// The local disk or folder.
        case local
        /// One file that cannot be fetched.
        case file
        /// Folders below that cannot be listed.
        case folder
        /// The server does not let us delete.
        case deletion
        /// Links or names that cannot be used.
        case names
    }

    init(name: String, adapter: String, since: Timestamp, report: @escaping @Sendable (FeedStatus) -> Void) {
        self.report = report
        status = FeedStatus(name: name, adapter: adapter, since: since)
        status.detail = "connecting"
    }

    mutating func listed(at now: Timestamp) {
        status.lastHeard = now
        enter(.live, at: now)
        publish()
    }

    mutating func trouble(_ trouble: RemoteTrouble, at now: Timestamp) {
        if status.state == .live { status.reconnects += 1 }
        enter(trouble.state, at: now)
        status.detail = trouble.sentence
        publish()
    }

    /// Sets a problem, or takes it away with nothing.
    mutating func note(_ problem: Problem, _ sentence: String?) {
        guard problems[problem] != sentence else { return }
        problems[problem] = sentence
        publish()
    }

    mutating func stopped(at now: Timestamp) {
        enter(.stopped, at: now)
        status.detail = "the daemon is stopping"
        publish()
    }

    mutating func begun() { publish() }

    private mutating func enter(_ state: FeedState, at now: Timestamp) {
        guard status.state != state else { return }
        status.state = state
        status.since = now
    }

    private mutating func publish() {
        if status.state == .live {
            status.detail = problems.min { $0.key.rawValue < $1.key.rawValue }?.value ?? ""
        } else if let local = problems[.local], status.state == .connecting {
            status.detail = local
        }
        guard status != reported else { return }
        reported = status
        report(status)
    }
}

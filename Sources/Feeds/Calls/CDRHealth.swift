import Glibc
import Model
import Platform

/// The status of a followed file and the sentence that explains it; reports only what has changed.
struct CDRHealth {
    private let source: CDRSource
    private let report: @Sendable (FeedStatus) -> Void
    private var status: FeedStatus
    private var reported: FeedStatus?
    private var unsaved: String?
    private var hasLost = false
    private var badLine: String?
    private var name: String { Files.name(of: source.path) }

    init(_ source: CDRSource, since: Timestamp, report: @escaping @Sendable (FeedStatus) -> Void) {
        self.source = source
        self.report = report
        status = FeedStatus(name: source.name + "/cdr", adapter: "cdr", since: since)
    }

    mutating func lost() { hasLost = true }

    mutating func saved() { unsaved = nil }

    mutating func notSaved(_ error: SystemError, at now: Timestamp) {
        unsaved = "how far \(name) is read cannot be noted in \(source.stateFolder); let the service user write there"
        publish(at: now)
    }

    mutating func idle(at now: Timestamp) {
        if status.lastHeard == nil { status.lastHeard = now }
        if let limit = source.idleLimit, let last = status.lastHeard, now - last > limit {
            enter(.silent, at: now)
        } else {
            enter(.live, at: now)
        }
        publish(at: now)
    }

    mutating func missing(at now: Timestamp) {
        enter(.unreachable, at: now)
        status.detail = "there is no file \(source.path); check the path and that the exchange writes its records there"
        publish(at: now)
    }

    mutating func failed(_ error: SystemError, at now: Timestamp) {
        enter(.unreachable, at: now)
        let isDenied = error.number == EACCES || error.number == EPERM
        status.detail =
            isDenied
            ? "\(source.path) cannot be read; give the service user access to it"
            : "\(source.path) cannot be read (\(String(cString: strerror(error.number)))); check its disk"
        publish(at: now)
    }

    mutating func delivered(_ receipt: Receipt, at now: Timestamp) {
        status.events += receipt.accepted
        status.quarantined += receipt.quarantined.count
        status.lastHeard = now
        status.lastEvent = now
        badLine = receipt.quarantined.last?.reason
        enter(.live, at: now)
        publish(at: now)
    }

    mutating func refused(_ refusal: DeliveryRefused, at now: Timestamp) {
        status.detail = "the journal does not take calls (\(refusal.code.rawValue)); they stay in \(name) until it does"
        publish(at: now, explained: true)
    }

    mutating func stopped(at now: Timestamp) {
        enter(.stopped, at: now)
        status.detail = "the daemon is stopping"
        publish(at: now)
    }

    private mutating func enter(_ state: FeedState, at now: Timestamp) {
        guard status.state != state else { return }
        status.state = state
        status.since = now
    }

    private mutating func publish(at now: Timestamp, explained: Bool = false) {
        if !explained, [.live, .silent, .connecting].contains(status.state) { status.detail = detail }
        guard status != reported else { return }
        reported = status
        report(status)
    }

    private var detail: String {
        if let unsaved { return unsaved }
        if status.state == .silent { return "no call has been written for longer than expected; check the exchange" }
        if hasLost {
            return "the file that was being read is gone; calls written between may be missing, see what rotates \(name)"
        }
        return badLine.map { "a line of \(name) is in quarantine: " + $0 } ?? ""
    }
}

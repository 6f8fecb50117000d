import Glibc
import Model
import Platform

/// The status of a followed file and the sentence that explains it; reports only what has changed.
struct CDRHealth {
    private let source: CDRSource
    private var told: ReportedStatus
    private var unsaved: String?
    private var hasLost = false
    private var badLine: String?
    private var name: String { Files.name(of: source.path) }

    init(_ source: CDRSource, since: Timestamp, report: @escaping @Sendable (FeedStatus) -> Void) {
        self.source = source
        told = ReportedStatus(FeedStatus(name: source.name + "/cdr", adapter: "cdr", since: since), report: report)
    }

    mutating func lost() { hasLost = true }

    mutating func saved() { unsaved = nil }

    mutating func notSaved(_ error: SystemError, at now: Timestamp) {
        unsaved = "how far \(name) is read cannot be noted in \(source.stateFolder); let the service user write there"
        publish()
    }

    mutating func idle(at now: Timestamp) {
        if told.status.lastHeard == nil { told.status.lastHeard = now }
        told.enterIdle(source.idleLimit, at: now)
        publish()
    }

    mutating func missing(at now: Timestamp) {
        told.enter(.unreachable, at: now)
        told.status.detail = "there is no file \(source.path); check the path and that the exchange writes its records there"
        publish()
    }

    mutating func failed(_ error: SystemError, at now: Timestamp) {
        told.enter(.unreachable, at: now)
        let isDenied = error.number == EACCES || error.number == EPERM
        told.status.detail =
            isDenied
            ? "\(source.path) cannot be read; give the service user access to it"
            : "\(source.path) cannot be read (\(String(cString: strerror(error.number)))); check its disk"
        publish()
    }

    mutating func delivered(_ receipt: Receipt, at now: Timestamp) {
        told.count(receipt, at: now)
        told.status.lastHeard = now
        badLine = receipt.quarantined.last?.reason
        told.enter(.live, at: now)
        publish()
    }

    mutating func refused(_ refusal: DeliveryRefused, at now: Timestamp) {
        told.status.detail = "the journal does not take calls (\(refusal.code.rawValue)); they stay in \(name) until it does"
        publish(explained: true)
    }

    mutating func stopped(at now: Timestamp) {
        told.stop(at: now)
        publish()
    }

    private mutating func publish(explained: Bool = false) {
        if !explained, [.live, .silent, .connecting].contains(told.status.state) { told.status.detail = detail }
        told.publish()
    }

    private var detail: String {
        if let unsaved { return unsaved }
        if told.status.state == .silent { return "no call has been written for longer than expected; check the exchange" }
        if hasLost {
            return "the file that was being read is gone; calls written between may be missing, see what rotates \(name)"
        }
        return badLine.map { "a line of \(name) is in quarantine: " + $0 } ?? ""
    }
}

import Model

/// A server that is asked again and again: a news feed, a mailbox, a statistics service.
package protocol PeriodicSource: Sendable {
    /// Asks once, and hands what it finds to the journal; what was handed over is acknowledged to the server only then.
    ///
    /// Visits of one feed never overlap. Where the task is cancelled the visit ends soon.
    /// - Throws: `PeriodicTrouble`; any other error counts as a failure.
    func visit(_ desk: PeriodicDesk) async throws -> PeriodicVisit
}

/// What came of a visit that went well.
package struct PeriodicVisit: Hashable, Sendable {
    /// One sentence for the operator; empty where there is nothing to say.
    package var detail: String
    /// When to come again, where that is not after the usual time.
    package var next: Timestamp?

    package init(detail: String = "", next: Timestamp? = nil) {
        self.detail = detail
        self.next = next
    }
}

/// Why a visit did not go well; each with one sentence that says what and, where somebody can mend it, how.
package enum PeriodicTrouble: Error, Hashable, Sendable {
    /// Nobody answers, or not in order: tried again with growing pauses.
    case failed(String)
    /// The server says no: tried again rarely.
    case refused(String)
    /// The server wants to be left alone until then.
    case postponed(until: Timestamp, String)
}

extension PeriodicTrouble {
    /// - Parameter what: what was asked, such as `the news feed of 包头日报`; without credentials.
    init(_ error: CurlError, asking what: String) {
        switch error.code {
        case .unresolved: self = .failed("the host of \(what) has no address; check its name in the configuration")
        case .unreachable: self = .failed("nobody listens at \(what); check address, port and network")
        case .timedOut: self = .failed("\(what) did not answer in time; check address and network")
        case .tls: self = .failed("the certificate of \(what) is not acceptable; name its authority in the configuration")
        case .tooLarge: self = .failed("the answer of \(what) is too long and was not read")
        case .badRequest: self = .refused("the address of \(what) cannot be used; correct it in the configuration")
        case .broken: self = .failed("the connection to \(what) broke off")
        case .cancelled, .failed: self = .failed("the question to \(what) was given up")
        }
    }
}

import Journal
import Ledger
import Model
import Platform

/// What an operator says when a patrol's visit shows something.
package struct VisitOpening: Hashable, Sendable {
    /// Position of the visit, `ROUND/SPOT` or `PLAN/ROUND/SPOT`.
    package var visit: String
    package var by: String
    package var alarmClass: String?
    package var category: String?
    package var reason: String?

    package init(visit: String, by: String) {
        self.visit = visit
        self.by = by
    }
}

/// What the HTTP edge needs of the daemon behind it.
package struct ConsoleServices: Sendable {
    package var journal: Journal
    package var ledger: LedgerReader
    package var clock: any WallClock
    /// Where routes read the stores.
    package let blocking = BlockingQueue(label: "patrold.console.reads")
    /// Checks an operator's move and makes it durable; answers with the incident as it then stands.
    package var move: @Sendable (IncidentEvent) async throws -> IncidentRow
    /// Opens an incident from a patrol's visit and makes that durable; answers with the incident.
    package var open: @Sendable (VisitOpening) async throws -> IncidentRow
    /// Makes a clerk's decision on a suggestion for the register durable; answers with the suggestion as it then stands.
    package var decide: @Sendable (PublicationDeciding) async throws -> PublicationRow
    /// Feeds, stages, stores, as `patrold status --json` prints them.
    package var status: @Sendable () async -> JSON
    /// Reasons why the daemon is not ready; empty when it is.
    package var unready: @Sendable () async -> [String]
    /// Tries a quarantined row again, or dismisses it.
    package var settle: @Sendable (_ number: Int64, _ replay: Bool) async throws -> JSON
    package var devices: DeviceServices
    /// What the Open311 edge is told; nothing where there is none.
    package var open311: Open311Site?

    package init(
        journal: Journal, ledger: LedgerReader, clock: any WallClock,
        move: @escaping @Sendable (IncidentEvent) async throws -> IncidentRow,
        open: @escaping @Sendable (VisitOpening) async throws -> IncidentRow,
        decide: @escaping @Sendable (PublicationDeciding) async throws -> PublicationRow = { throw $0.unknown },
        status: @escaping @Sendable () async -> JSON, unready: @escaping @Sendable () async -> [String],
        settle: @escaping @Sendable (_ number: Int64, _ replay: Bool) async throws -> JSON,
        devices: DeviceServices = .none, open311: Open311Site? = nil
    ) {
        self.journal = journal
        self.ledger = ledger
        self.clock = clock
        self.move = move
        self.open = open
        self.decide = decide
        self.status = status
        self.unready = unready
        self.settle = settle
        self.devices = devices
        self.open311 = open311
    }
}

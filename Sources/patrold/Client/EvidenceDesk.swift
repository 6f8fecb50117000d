import Evidence
import Glibc
import Journal
import Ledger
import Model
import Platform
import Settings

/// Finds items of evidence with all that is known of them, and notes what is done with them.
struct EvidenceDesk {
    let site: Site
    let journal: JournalReader
    let ledger: LedgerReader

    init(_ site: Site) throws(Failure) {
        self.site = site
        journal = try site.journalReader()
        ledger = try site.ledgerReader()
    }

    /// The whole SHA-256 of what a person typed the beginning of.
    func find(_ prefix: String) throws -> String {
        let found = try ledger.evidence(beginning: prefix.lowercased())
        guard let hash = found.first else {
            throw Failure(.noInput, "no evidence has a SHA-256 that begins with '\(prefix)'; 'patrold evidence list' shows them")
        }
        guard found.count == 1 else { throw Failure(.usage, "several items begin with '\(prefix)'; type more of it") }
        return hash
    }

    /// An item as its first event brought it.
    ///
    /// - Parameter access: with it callers and callees are in the clear.
    func item(_ sha256: String, access: PersonalAccess? = nil) throws -> EvidenceItem {
        guard let row = try ledger.evidence(sha256: sha256).first, let stored = try journal.event(at: row.position),
            var item = EvidenceItem(access == nil ? stored : PersonalSeal.open(stored, with: access?.seal))
        else { throw Failure(.badData, "the event of the evidence \(sha256) cannot be read; run 'patrold verify'") }
        if item.bytes == nil {
            let path = site.evidence.path(of: sha256)
            item.bytes = Files.exists(path) ? Files.size(path) : nil
        }
        item.adapter = site.adapter(of: item.device)
        item.place = item.place ?? site.settings.cameras.first { $0.name == item.device }?.place
        item.standing = site.standing(of: item.device)
        item.clockOffset = try ledger.clockOffset(of: item.device, by: item.received)
        item.difference = try ledger.recording(sha256: sha256)?.difference
        item.custody = CustodyLog(
            try ledger.custody(of: sha256).compactMap { position in
                try journal.event(at: position).flatMap { CustodyEntry(PersonalSeal.open($0, with: access?.seal)) }
            })
        return item
    }

    /// Makes acts durable in the journal; returns its last position.
    func note(_ events: [CustodyEvent]) async throws(Failure) -> Position {
        let now = MachineClock().now()
        let answer = try await DaemonClient(site).post(
            events.map { $0.event(id: "\($0.act.rawValue)/\($0.sha256)/\(now.microseconds)-\(getpid())", received: now) })
        return Position(answer["position"]?.int ?? 0)
    }

    /// Returns when the ledger shows everything up to a position.
    func wait(for position: Position) async throws {
        for _ in 0..<300 {
            if try ledger.cursor() >= position { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failure(.tryAgain, "the ledger does not follow the journal; look at 'patrold status'")
    }
}

extension Site {
    /// The protocol by which a device's feed works.
    fileprivate func adapter(of device: String) -> String? {
        settings.cameras.first { $0.name == device }?.adapter.rawValue
            ?? settings.recorders.first { $0.name == device }?.adapter.rawValue
    }

    /// Review and publication of a camera; nothing where there is no such camera.
    fileprivate func standing(of device: String) -> CameraStanding? {
        settings.cameras.first { $0.name == device }.map { camera in
            CameraStanding(
                reviewNumber: camera.review?.number, reviewDate: camera.review?.date, published: camera.published)
        }
    }
}

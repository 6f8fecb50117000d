import Console
import Feeds
import Journal
import Ledger
import Model
import Settings

extension Daemon {
    /// What the HTTP edge may ask of this daemon.
    var services: ConsoleServices {
        let desk = Desk(
            journal: journal, ledger: ledger.reader, pipeline: pipeline, lifecycle: site.lifecycle, clock: clock)
        let publications = PublicationDesk(self)
        return ConsoleServices(
            journal: journal, ledger: ledger.reader, clock: clock, move: { try await desk.move($0) },
            open: { try await desk.open($0) }, decide: { try await publications.decide($0) },
            status: { [self] in await status() }, unready: { [self] in unready() },
            settle: { [self] number, replay in try await settle(number, replay: replay) }, devices: devices,
            open311: open311)
    }

    /// The Open311 edge, nothing where none is configured.
    private var open311: Open311Site? {
        guard let settings = site.settings.open311 else { return nil }
        let groups = Dictionary(site.catalog.categories.map { ($0.code, $0.label) }) { first, _ in first }
        var edge = Open311Site(
            services: site.catalog.categories.filter { $0.code.count == 4 }.map { category in
                Open311Service(
                    code: category.code, name: category.label, group: groups[String(category.code.prefix(2))] ?? category.label)
            })
        edge.jurisdiction = settings.jurisdiction
        edge.isPublic = settings.isPublic
        edge.notice = settings.notice
        edge.agency = site.settings.bureau.name
        edge.contact = settings.contact
        edge.address = settings.address
        let seal = journal.seal
        edge.opened = { PersonalSeal.open($0, with: seal) }
        return edge
    }

    private func status() async -> JSON {
        let strangers = await feeds.strangers()
        do {
            return try await blockingReads.run { [self] in try DaemonStatus(daemon: self, strangers: strangers).json() }
        } catch {
            return ["daemon": "running", "trouble": .string("the stores cannot be read: \(error)"), "feeds": []]
        }
    }

    private func unready() -> [String] {
        var reasons: [String] = []
        if let trouble = journal.status.trouble { reasons.append(trouble) }
        if let stage = watch.stuck { reasons.append("stage '\(stage)' does not turn") }
        return reasons
    }

    /// Decodes a quarantined row again with its adapter, or lets it rest; both in one commit with the row's state.
    private func settle(_ number: Int64, replay: Bool) async throws -> JSON {
        guard let row = try await blockingReads.run({ [self] in try journal.reader.quarantined(number) }) else {
            throw Problem(.notFound, "unknown-quarantine", "there is no quarantine row \(number)")
        }
        guard row.state == .waiting else {
            throw Problem(.conflict, "settled", "quarantine row \(number) is \(row.state.rawValue) already")
        }
        if replay, row.isSealed {
            throw Problem(.conflict, "sealed", "the key that opens quarantine row \(number) is not at hand; put it back")
        }
        let arrivals = replay ? Replay(site: site, received: clock.now()).arrivals(row.unreadable) : []
        // What of it still cannot be read goes back into quarantine as rows of its own.
        if replay, !arrivals.contains(where: { if case .event = $0 { true } else { false } }) {
            throw Problem(
                .unprocessableContent, "still-unreadable",
                "quarantine row \(number) is still unreadable: \(row.unreadable.reason)")
        }
        do {
            let receipt = try await journal.append(arrivals, settling: (number, replay ? .replayed : .dismissed))
            return ["number": .int(number), "accepted": .int(receipt.accepted), "duplicate": .int(receipt.duplicate)]
        } catch {
            throw Problem(.serviceUnavailable, error.code.rawValue, error.detail)
        }
    }
}

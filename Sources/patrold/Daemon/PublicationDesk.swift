import Console
import Feeds
import Journal
import Ledger
import Model
import Platform

/// Takes clerks' decisions on suggestions one after the other: each sees the register as the one before left it.
actor PublicationDesk {
    private let journal: Journal
    private let ledger: LedgerReader
    private let pipeline: Pipeline
    private let register: RegisterKind?
    private let clock: any WallClock
    private let blocking = BlockingQueue(label: "patrold.publications.reads")
    private var last: Task<PublicationRow, any Error>?

    init(_ daemon: Daemon) {
        journal = daemon.journal
        ledger = daemon.ledger.reader
        pipeline = daemon.pipeline
        register = daemon.site.catalog.registers.first { $0.key == "publication" }
        clock = daemon.clock
    }

    /// - Throws: `Problem` 404 where nobody suggested that, 409 where it is decided or the number is taken, 422 where the
    ///   register would not have such a record, 503 where the journal refuses.
    func decide(_ deciding: PublicationDeciding) async throws -> PublicationRow {
        let previous = last
        let task = Task {
            _ = try? await previous?.value
            return try await self.perform(deciding)
        }
        last = task
        return try await task.value
    }

    private func perform(_ deciding: PublicationDeciding) async throws -> PublicationRow {
        await pipeline.settled(through: journal.status.position)
        let row = try await row(deciding)
        guard row.state == .open else { throw Self.decided(row) }
        let events: [Event]
        switch deciding.outcome {
        case .confirm(let number):
            try await check(number, row)
            events = row.suggestion.confirmed(
                number: number, by: deciding.by, source: row.source, cause: row.latest, at: clock.now())
        case .dismiss(let reason):
            events = [row.suggestion.dismissed(by: deciding.by, reason: reason, source: row.source, at: clock.now())]
        }
        do {
            let receipt = try await journal.append(events.map { .event($0) })
            await pipeline.settled(through: receipt.position)
        } catch {
            throw Problem(.serviceUnavailable, error.code.rawValue, error.detail)
        }
        let now = try await self.row(deciding)
        // Somebody typed a record of that number into the register in this moment.
        if now.state == .open, case .confirm(let number) = deciding.outcome { throw Self.taken(number) }
        return now
    }

    private func row(_ deciding: PublicationDeciding) async throws -> PublicationRow {
        let ledger = ledger
        let found = try await blocking.run { try ledger.publications(named: deciding.suggestion) }
        if found.count > 1 {
            let choices = found.map { "\($0.position) (\($0.suggestion.outlet))" }.joined(separator: ", ")
            throw Problem(.conflict, "ambiguous", "several suggestions are called that; name one of them: \(choices)")
        }
        guard let row = found.first else { throw deciding.unknown }
        return row
    }

    private func check(_ number: String, _ row: PublicationRow) async throws {
        let ledger = ledger
        if try await blocking.run({ try ledger.hasRecord("publication", number) }) { throw Self.taken(number) }
        guard let register else {
            throw Problem(.conflict, "no-register", "the site's registers.yaml has no register 'publication'")
        }
        do {
            let fields = row.suggestion.record(number: number).fields.map { ($0.key, $0.value) }
            _ = try RegisterImport(kind: register).record(from: fields)
        } catch {
            let problems = error.problems.map { $0.column + ": " + $0.message.en }.joined(separator: "; ")
            throw Problem(.unprocessableContent, "wrong", "the register 'publication' would not have it: \(problems)")
        }
    }

    private static func taken(_ number: String) -> Problem {
        Problem(
            .conflict, "number-taken",
            "the register 'publication' has, or had, a record '\(number)' already; give this one another number")
    }

    private static func decided(_ row: PublicationRow) -> Problem {
        let (by, when) = (row.by ?? "somebody", row.decided.map { " on " + String($0.text().prefix(10)) } ?? "")
        let outcome =
            row.state == .confirmed
            ? "confirmed as '\(row.number ?? "")' by \(by)\(when); correct or void it with 'patrold register publication'"
            : "dismissed by \(by)\(when) (\(row.reason ?? "no reason given")); "
                + "if that was wrong, enter the article with 'patrold register publication add'"
        return Problem(.conflict, "decided", "suggestion \(row.position) was \(outcome)")
    }
}

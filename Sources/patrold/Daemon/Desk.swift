import Console
import Incidents
import Journal
import Ledger
import Model
import Platform

/// Takes operators' moves one after the other: checks each against the ledger as it stands, then makes it durable.
actor Desk {
    private let journal: Journal
    private let ledger: LedgerReader
    private let pipeline: Pipeline
    private let lifecycle: Lifecycle
    private let clock: any WallClock
    private let blocking = BlockingQueue(label: "patrold.desk.reads")
    private var last: Task<IncidentRow, any Error>?
    private var moves = 0

    init(journal: Journal, ledger: LedgerReader, pipeline: Pipeline, lifecycle: Lifecycle, clock: any WallClock) {
        self.journal = journal
        self.ledger = ledger
        self.pipeline = pipeline
        self.lifecycle = lifecycle
        self.clock = clock
    }

    /// - Throws: `Problem` 409 with the legal moves where the lifecycle refuses, 503 where the journal does.
    func move(_ event: IncidentEvent) async throws -> IncidentRow {
        let previous = last
        let task = Task {
            _ = try? await previous?.value
            return try await self.perform(event)
        }
        last = task
        return try await task.value
    }

    /// Opens an incident from what a video patrol saw.
    ///
    /// - Throws: `Problem` 404 where there is no such visit, 409 where it gives no incident, 503 where the journal refuses.
    func open(_ opening: VisitOpening) async throws -> IncidentRow {
        let previous = last
        let task = Task {
            _ = try? await previous?.value
            return try await self.perform(opening)
        }
        last = task
        return try await task.value
    }

    private func perform(_ opening: VisitOpening) async throws -> IncidentRow {
        await pipeline.settled(through: journal.status.position)
        let stored = try await visit(opening.visit)
        let decision: IncidentEvent
        do {
            decision = try VisitIncident.opening(
                stored, by: opening.by, alarmClass: opening.alarmClass, category: opening.category, reason: opening.reason)
        } catch {
            throw Problem(.conflict, "no-incident", error.sentence)
        }
        if try await incident(decision.incident) != nil {
            throw Problem(.conflict, "opened-already", "the visit was opened already as incident \(decision.incident)")
        }
        do {
            let receipt = try await journal.append([.event(VisitIncident.event(decision, received: clock.now()))])
            await pipeline.settled(through: receipt.position)
        } catch {
            throw Problem(.serviceUnavailable, error.code.rawValue, error.detail)
        }
        guard let row = try await incident(decision.incident) else {
            throw Problem(
                .internalServerError, "not-counted", "the incident \(decision.incident) is stored, yet not in the ledger")
        }
        return row
    }

    private func visit(_ name: String) async throws -> StoredEvent {
        let (ledger, journal) = (ledger, journal)
        let found = try await blocking.run { try ledger.patrolVisits(named: name) }
        if found.count > 1 {
            let plans = found.map(\.plan).joined(separator: ", ")
            throw Problem(.conflict, "ambiguous", "several plans have that visit (\(plans)); name it PLAN/ROUND/SPOT")
        }
        guard let row = found.first, let stored = try await blocking.run({ try journal.reader.event(at: row.position) }) else {
            throw Problem(.notFound, "unknown-visit", "there is no visit '\(name)'; 'patrold patrol visits' shows them")
        }
        return stored
    }

    private func perform(_ event: IncidentEvent) async throws -> IncidentRow {
        await pipeline.settled(through: journal.status.position)
        guard let row = try await incident(event.incident) else {
            throw Problem(.notFound, "unknown-incident", "there is no incident '\(event.incident)'")
        }
        do {
            _ = try lifecycle.next(event, from: row.state)
        } catch {
            throw Problem(.conflict, "illegal-move", error.sentence)
        }
        moves += 1
        let now = clock.now()
        let entry = Event(
            source: "patrold:/operators/\(event.by)",
            id: "\(now.microseconds)-\(moves)-\(event.incident)-\(event.action.rawValue)",
            type: EventType.incident(event.action.rawValue), subject: event.incident, received: now, data: event.json.bytes)
        do {
            let receipt = try await journal.append([.event(entry)])
            await pipeline.settled(through: receipt.position)
        } catch {
            throw Problem(.serviceUnavailable, error.code.rawValue, error.detail)
        }
        return try await incident(event.incident) ?? row
    }

    private func incident(_ id: String) async throws -> IncidentRow? {
        let ledger = ledger
        return try await blocking.run { try ledger.incident(id) }
    }
}

import ArgumentParser
import Dispatch
import Foundation
import Incidents
import Journal
import Ledger
import Model

/// Writes a data folder with a year of complaints, all received, opened, and closed on the year's last day.
///
/// The worst case for provenance: each record that counts is a line of its own and names two events. Journal and ledger
/// are written by the daemon's own modules; only its batches are larger.
@main
struct ComplaintYear: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "complaint-year")

    @Option(help: "Data folder; it must exist and be empty.")
    var folder: String
    @Option(help: "How many complaints.")
    var count = 1_000_000

    private static let batch = 5000

    func run() throws {
        let clock = YearEnd()
        let journal = try Journal(path: folder + "/journal.sqlite", clock: clock)
        let lifecycle = Lifecycle(version: "bench", moves: [], limits: [:])
        let ledger = try Ledger(path: folder + "/ledger.sqlite", lifecycle: lifecycle, countedBy: [:])
        let writer = YearWriter(journal: journal, ledger: ledger, made: ComplaintEvents(count: count, received: clock.now()))
        for first in stride(from: 0, to: count, by: Self.batch) {
            try writer.write(first..<min(first + Self.batch, count))
        }
        try writer.finish()
        journal.close()
        ledger.close()
    }
}

/// Stands at noon of the year's last day; the order of events does not depend on it.
private struct YearEnd: WallClock {
    func now() -> Timestamp { Timestamp("2021-12-31T12:00:00+08:00") ?? Timestamp(seconds: 0) }
    func uptime() -> Span { Span(microseconds: Int64(ProcessInfo.processInfo.systemUptime * 1_000_000)) }
}

/// Appends blocks of complaints to the journal and projects each while the next is appended.
///
/// `@unchecked Sendable`: `projected` and `failure` are touched on `queue` only; the rest is immutable.
private final class YearWriter: @unchecked Sendable {
    private let journal: Journal
    private let ledger: Ledger
    private let made: ComplaintEvents
    private let queue = DispatchQueue(label: "complaint-year.ledger")
    private let room = DispatchSemaphore(value: 2)
    private var projected: Position = 0
    private var failure: (any Error)?

    init(journal: Journal, ledger: Ledger, made: ComplaintEvents) {
        self.journal = journal
        self.ledger = ledger
        self.made = made
    }

    func write(_ numbers: Range<Int>) throws {
        // As the daemon does it: decisions follow what caused them.
        let received = try append(numbers.map { made.received($0) }) - Position(numbers.count) + 1
        let opened = zip(numbers, received...).map { number, position in
            (number, incident: "2021-\(position)", position)
        }
        _ = try append(opened.map { made.opened($0.0, $0.incident, cause: $0.2) })
        let closed = try append(numbers.map { made.closed($0) }) - Position(numbers.count) + 1
        let last = try append(zip(opened, closed...).map { made.close($0.0.incident, cause: $0.1) })
        room.wait()
        queue.async { [self] in
            project(through: last)
            room.signal()
        }
    }

    func finish() throws {
        try queue.sync { if let failure { throw failure } }
    }

    /// Returns the position of the last event, once it is durable.
    private func append(_ events: [Event]) throws -> Position {
        let answered = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var result: Result<Receipt, DeliveryRefused>?
        journal.append(events.map { .event($0) }) {
            result = $0
            answered.signal()
        }
        answered.wait()
        guard let receipt = try result?.get(), receipt.accepted == events.count else {
            throw ValidationError("the folder is not empty")
        }
        return receipt.position
    }

    private func project(through last: Position) {
        guard failure == nil else { return }
        do {
            let events = try journal.reader.events(after: projected, limit: Int(last - projected))
            try ledger.apply(events, decided: last)
            projected = last
        } catch {
            failure = error
        }
    }
}

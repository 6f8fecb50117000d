import Dispatch
import Incidents
import Journal
import Ledger
import Logging
import Model
import Platform

/// What came of one attempt to tell a recipient.
struct OutboxAnswer: Sendable {
    /// `delivered`, `failed` or `rejected`.
    let result: OutboxAttempt.Result
    /// What the recipient said, or why it could not be reached; no personal data.
    let sentence: String
}

/// Tells one recipient one message and calls back exactly once, on any queue, within a time of its own.
typealias OutboxTransport =
    @Sendable (_ message: OutboxMessage, _ completion: @escaping @Sendable (OutboxAnswer) -> Void) -> Void

/// Sends what waits in the outbox, by `OutboxPlan`, and makes the end of every attempt an event.
///
/// What is under way when the daemon dies is sent again under the same name: at least once, never lost.
///
/// `@unchecked Sendable`: all state is touched on `queue` only.
final class OutboxRunner: @unchecked Sendable {
    private let queue = DispatchQueue(label: "patrold.outbox", qos: .utility)
    private let journal: Journal
    private let ledger: LedgerReader
    private let plan: OutboxPlan
    private let clock: any WallClock
    private let log: Logger
    private let transport: OutboxTransport
    /// Attempts whose recipient has not answered yet.
    private var underway: [OutboxEntry.Key: Int] = [:]
    /// Attempts that have ended and whose end the ledger does not show yet.
    private var ended: [OutboxEntry.Key: Int] = [:]
    private var scheduled = false
    private var stopping = false
    private var stopped: (@Sendable () -> Void)?
    private var ticker: RepeatingTimer?

    /// Makes a runner that does nothing before `start`.
    init(
        journal: Journal, ledger: LedgerReader, plan: OutboxPlan = OutboxPlan(), clock: any WallClock, log: Logger,
        transport: @escaping OutboxTransport
    ) {
        self.journal = journal
        self.ledger = ledger
        self.plan = plan
        self.clock = clock
        self.log = log
        self.transport = transport
    }

    /// Begins to send; looks again each second and after each commit.
    func start() {
        queue.async {
            self.ticker = RepeatingTimer(every: 1000, on: self.queue) { [weak self] in self?.turn() }
        }
        journal.onCommit { [weak self] _ in self?.poke() }
        poke()
    }

    /// Something may be new: the ledger follows the journal within a moment.
    func poke() {
        queue.async {
            guard !self.scheduled, !self.stopping else { return }
            self.scheduled = true
            self.queue.asyncAfter(deadline: .now() + .milliseconds(100)) {
                self.scheduled = false
                self.turn()
            }
        }
    }

    /// Runs a block after the turn under way; the watchdog's token passes here.
    func turnToken(_ body: @escaping @Sendable () -> Void) {
        queue.async(execute: body)
    }

    /// Sends nothing more and returns when all attempts under way have ended, or after five seconds.
    func stop() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            queue.async {
                self.stopping = true
                self.ticker?.cancel()
                self.stopped = { continuation.resume() }
                self.finishStop(force: false)
                self.queue.asyncAfter(deadline: .now() + .seconds(5)) { self.finishStop(force: true) }
            }
        }
    }

    private func finishStop(force: Bool) {
        guard stopping, force || underway.isEmpty, let stopped else { return }
        self.stopped = nil
        stopped()
    }

    private func turn() {
        dispatchPrecondition(condition: .onQueue(queue))
        guard !stopping else { return }
        do {
            let pending = try ledger.pendingOutbox()
            forget(pending)
            let busy = Set(underway.keys).union(ended.keys)
            let turn = plan.turn(pending, inFlight: busy, at: clock.now())
            for entry in turn.send { try send(entry) }
            for entry in turn.expired {
                end(entry, OutboxAnswer(result: .expired, sentence: "given up after \(entry.tries) attempts"))
            }
        } catch {
            log.error("the outbox cannot be read; trying again", metadata: ["error": "\(error)"])
        }
    }

    /// Drops the ends that the ledger shows.
    private func forget(_ pending: [OutboxEntry]) {
        let tries = Dictionary(pending.map { ($0.key, $0.tries) }) { first, _ in first }
        ended = ended.filter { key, attempt in tries[key].map { $0 < attempt } ?? false }
    }

    /// A channel knows whose complaint it is and is told everything; all others are told what anybody may read.
    private func readable(_ stored: StoredEvent) -> StoredEvent {
        let recipient = stored.event.payload?["recipient"]?.string ?? ""
        let isChannel = recipient.hasPrefix(OutboxMessage.recipient(channel: ""))
        return PersonalSeal.open(stored, with: isChannel ? journal.seal : nil)
    }

    private func send(_ entry: OutboxEntry) throws {
        guard let message = try journal.reader.event(at: entry.position).map(readable)?.event.payload.flatMap(OutboxMessage.init)
        else {
            let sentence = "position \(entry.position) holds no message; run 'patrold verify'"
            return end(entry, OutboxAnswer(result: .rejected, sentence: sentence))
        }
        let attempt = entry.tries + 1
        underway[entry.key] = attempt
        transport(message) { [weak self] answer in
            guard let self else { return }
            self.queue.async {
                // A second answer to one attempt, or one to an attempt of before, changes nothing.
                guard self.underway[entry.key] == attempt else { return }
                self.end(entry, answer)
            }
        }
    }

    private func end(_ entry: OutboxEntry, _ answer: OutboxAnswer) {
        let attempt = OutboxAttempt(
            message: entry.key.message, recipient: entry.key.recipient, result: answer.result,
            sentence: PersonalText.masked(answer.sentence), attempt: entry.tries + 1)
        underway[entry.key] = attempt.attempt
        record(attempt, entry)
    }

    /// Until its end is durable an attempt counts as under way, so that it is not made twice in one run.
    private func record(_ attempt: OutboxAttempt, _ entry: OutboxEntry) {
        let event = OutboxEvents.tried(attempt, subject: entry.subject, received: clock.now())
        journal.append([.event(event)]) { [weak self] result in
            guard let self else { return }
            self.queue.async {
                switch result {
                case .failure(let refusal) where refusal.code != .stopping:
                    self.queue.asyncAfter(deadline: .now() + .seconds(1)) { self.record(attempt, entry) }
                case .success, .failure:
                    self.underway[entry.key] = nil
                    self.ended[entry.key] = attempt.attempt
                    self.finishStop(force: false)
                    self.poke()
                }
            }
        }
    }
}

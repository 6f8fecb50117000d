import Dispatch
import Incidents
import Journal
import Ledger
import Logging
import Model
import Platform

/// Carries committed events down: into the ledger, through the correlator, and its decisions back into the journal.
///
/// One batch at a time: events are applied, their decisions are made durable, then the next batch is read. What was
/// decided but not yet known to be durable when the daemon died is found in the journal at the next start.
///
/// `@unchecked Sendable`: all state is touched on `queue` only.
final class Pipeline: @unchecked Sendable {
    private let queue = DispatchQueue(label: "patrold.pipeline", qos: .background)
    private let journal: Journal
    private let ledger: Ledger
    private let clock: any WallClock
    private let log: Logger
    private var correlator: Correlator
    private let closingBack: ClosingBack
    /// Recorder → how long one half of a recording waits for the other before an incident opens.
    private let pairing: [String: Span]
    /// Events up to here are in the ledger and, where they need one, have a durable decision.
    private var done: Position = 0
    /// The last cause that an earlier run decided on.
    ///
    /// One batch's decisions are one delivery and batches follow each
    /// other, so everything up to here was decided, and is not decided anew under other rules.
    private var decidedBefore: Position = 0
    private var appending = false
    private var paused = false
    private var stopping = false
    private var scheduled = false
    private var waiters: [(position: Position, resume: @Sendable () -> Void)] = []
    private var ticker: RepeatingTimer?
    private static let batch = 2000
    /// How long commits gather before a turn: one ledger transaction then serves many of them.
    private static let gathering = DispatchTimeInterval.milliseconds(15)

    init(journal: Journal, ledger: Ledger, rules: PipelineRules, clock: any WallClock, log: Logger) {
        self.journal = journal
        self.ledger = ledger
        self.clock = clock
        self.log = log
        correlator = Correlator(rules: rules.correlation)
        closingBack = ClosingBack(replying: rules.replying)
        pairing = rules.pairing
    }

    /// Finds where the last run stopped and goes on from there; returns before the backlog is done.
    func start() throws {
        let progress = try ledger.progress()
        done = min(progress.decided, progress.cursor)
        try journal.reader.forEach(after: done, limit: .max) { stored in
            guard stored.event.source == Decision.source, let cause = stored.event.payload?["cause"]?.int else { return }
            decidedBefore = max(decidedBefore, Position(cause))
        }
        journal.onCommit { [weak self] _ in self?.wake() }
        ticker = RepeatingTimer(every: 5000, on: queue) { [weak self] in self?.lookAtClock() }
        wake()
    }

    func wake() {
        queue.async {
            guard !self.scheduled else { return }
            self.scheduled = true
            self.queue.asyncAfter(deadline: .now() + Self.gathering) {
                self.scheduled = false
                self.turn()
            }
        }
    }

    /// Runs a block after the turn under way; the watchdog's token passes here.
    func turnToken(_ body: @escaping @Sendable () -> Void) {
        queue.async(execute: body)
    }

    /// Returns once the ledger holds everything up to a position, or the pipeline stops.
    func settled(through position: Position) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            queue.async {
                if self.done >= position || self.stopping { return continuation.resume() }
                self.waiters.append((position, { continuation.resume() }))
                // Somebody waits: do not gather.
                self.turn()
            }
        }
    }

    /// Stops after the batch under way.
    func stop() {
        queue.sync {
            stopping = true
            ticker?.cancel()
            answerWaiters()
        }
    }

    private func turn() {
        dispatchPrecondition(condition: .onQueue(queue))
        while !appending, !paused, !stopping {
            do {
                let events = try journal.reader.events(after: done, limit: Self.batch)
                guard let last = events.last else { return }
                try pass(events, last.position)
            } catch {
                pause(error)
            }
        }
    }

    private func pass(_ events: [StoredEvent], _ last: Position) throws {
        // A failed transaction must leave the correlator as it was, so a copy decides.
        var trial = correlator
        var decisions: [IncidentEvent] = []
        try ledger.apply(events, decided: done) { stored, lookup in
            // What was decided before is only learnt, or today's rules would expect decisions that nobody made.
            guard stored.position > decidedBefore || stored.event.source == Decision.source else { return }
            decisions += try trial.on(stored, lookup: lookup)
        }
        correlator = trial
        let now = clock.now()
        let made = decisions.map { Decision.event($0, received: now) } + (try closings(events))
        if made.isEmpty { return advance(to: last) }
        appending = true
        append(made.map { .event($0) }, last)
    }

    /// What closings of incidents mean for the complaints behind them and their channels.
    private func closings(_ events: [StoredEvent]) throws -> [Event] {
        try events.filter { $0.position > decidedBefore }.flatMap { stored in
            try closingBack.on(stored) { cause, stored in
                // Who complained is told all of the outcome; at rest it is sealed like every other text.
                try ledger.reader.closingsDue(cause, PersonalSeal.open(stored, with: journal.seal))
            }
        }
    }

    private func append(_ decisions: [Arrival], _ last: Position) {
        journal.append(decisions) { result in
            self.queue.async {
                switch result {
                case .success:
                    self.appending = false
                    self.advance(to: last)
                    self.turn()
                case .failure(let refusal):
                    if refusal.code == .stopping { return }
                    // The decisions must reach the journal before anything else is read.
                    self.queue.asyncAfter(deadline: .now() + .milliseconds(200)) { self.append(decisions, last) }
                }
            }
        }
    }

    private func advance(to position: Position) {
        done = position
        answerWaiters()
    }

    private func answerWaiters() {
        waiters.removeAll { waiter in
            guard done >= waiter.position || stopping else { return false }
            waiter.resume()
            return true
        }
    }

    private func pause(_ error: any Error) {
        log.error("the ledger cannot be moved; trying again", metadata: ["error": "\(error)"])
        paused = true
        queue.asyncAfter(deadline: .now() + .seconds(1)) {
            self.paused = false
            self.turn()
        }
    }

    /// Decides what follows from time alone.
    private func lookAtClock() {
        guard !appending, !stopping else { return }
        findOverdue()
        findUnpaired()
    }

    /// Opens an incident where a recording's other half has not come, and closes it when it has.
    private func findUnpaired() {
        guard let shortest = pairing.values.min() else { return }
        do {
            let now = clock.now()
            let opened = try ledger.reader.unpaired(receivedBefore: now - shortest, limit: 1000).compactMap { half in
                pairing[half.device].flatMap { UnpairedRecording.opening(half, now: now, limit: $0) }
            }
            let closed = try ledger.reader.pairedAfterAll(limit: 1000).map(UnpairedRecording.closing)
            guard !opened.isEmpty || !closed.isEmpty else { return }
            journal.append((opened + closed).map { .event(UnpairedRecording.event($0, received: now)) }) { _ in }
        } catch {
            log.error("recordings that wait cannot be looked up", metadata: ["error": "\(error)"])
        }
    }

    /// Decides which incidents have passed their stage's limit.
    private func findOverdue() {
        do {
            let now = clock.now()
            let late = try ledger.reader.newlyOverdue(at: now, limit: 1000)
            guard !late.isEmpty else { return }
            journal.append(
                late.compactMap { row in
                    row.due.map { .event(Decision.overdue(row.id, row.state, limit: $0, received: now)) }
                }
            ) { _ in }
        } catch {
            log.error("overdue incidents cannot be looked up", metadata: ["error": "\(error)"])
        }
    }
}

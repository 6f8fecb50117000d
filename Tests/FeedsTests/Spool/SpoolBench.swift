import Evidence
import Feeds
import Foundation
import Model
import Platform
import Synchronization
import TestKit

/// A journal that remembers, refuses on demand, and knows an event by source and id.
final class RecordingJournal: Sendable {
    private struct State {
        var events: [Event] = []
        var unreadable: [Unreadable] = []
        var duplicates = 0
        var deliveries = 0
        var refusals = 0
        var holdsAnswers = false
        var held: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    var events: [Event] { state.withLock { $0.events } }
    var unreadable: [Unreadable] { state.withLock { $0.unreadable } }
    var duplicates: Int { state.withLock { $0.duplicates } }
    var calls: [RecordingCall] { events.compactMap { $0.payload.flatMap { RecordingCall($0) } } }
    var deliveries: Int { state.withLock { $0.deliveries } }

    /// Refuses that many deliveries from now on.
    func refuse(_ count: Int) { state.withLock { $0.refusals = count } }

    /// Stores, but keeps its answers to itself: what a daemon that dies then has seen.
    func holdAnswers() { state.withLock { $0.holdsAnswers = true } }

    /// Answers new deliveries again, yet not those whose answers are held.
    func answerFromNow() { state.withLock { $0.holdsAnswers = false } }

    func releaseAnswers() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.holdsAnswers = false
            return state.held
        }
        for answer in held { answer() }
    }

    var deliver: Deliver {
        { [self] arrivals, answer in
            let result = take(arrivals)
            let isHeld = state.withLock { state in
                if state.holdsAnswers { state.held.append { answer(result) } }
                return state.holdsAnswers
            }
            if !isHeld { answer(result) }
        }
    }

    private func take(_ arrivals: [Arrival]) -> Result<Receipt, DeliveryRefused> {
        state.withLock { state in
            state.deliveries += 1
            if state.refusals > 0 {
                state.refusals -= 1
                return .failure(DeliveryRefused(code: .full, detail: "the mailbox is full"))
            }
            var receipt = Receipt()
            for (index, arrival) in arrivals.enumerated() {
                guard case .event(let event) = arrival else {
                    guard case .unreadable(let bytes) = arrival else { continue }
                    state.unreadable.append(bytes)
                    receipt.quarantined.append(
                        .init(index: index, reason: bytes.reason, quarantine: Int64(state.unreadable.count)))
                    continue
                }
                if state.events.contains(where: { $0.source == event.source && $0.id == event.id }) {
                    receipt.duplicate += 1
                    state.duplicates += 1
                } else {
                    state.events.append(event)
                    receipt.accepted += 1
                }
            }
            return .success(receipt)
        }
    }
}

/// A spool folder, its feed and all that they touch.
final class Bench: Sendable {
    let folder: TemporaryFolder
    let clock = ManualClock()
    let journal = RecordingJournal()
    let evidence: EvidenceStore
    private let feed = Mutex<SpoolFeed?>(nil)
    private let last = Mutex<FeedStatus?>(nil)

    init() throws {
        folder = try TemporaryFolder("patrold-spool")
        evidence = EvidenceStore(folder: folder.file("evidence"))
        try FileManager.default.createDirectory(atPath: folder.file("spool"), withIntermediateDirectories: true)
    }

    var status: FeedStatus? { last.withLock { $0 } }
    var spooled: [String] { (try? Files.list(folder.file("spool")))?.filter { !$0.hasPrefix("CH") } ?? [] }

    func start(
        patience: Span = .seconds(60), idleLimit: Span? = nil, suffixes: [String] = [".wav"], sidecars: [String] = [".xml"]
    ) {
        var recorder = SpoolRecorder(
            name: "recorder-1", folder: folder.file("spool"), patience: patience, suffixes: suffixes, idleLimit: idleLimit)
        recorder.sidecars = sidecars
        let made = SpoolFeed(
            configuration: recorder, evidence: evidence, clock: clock, lookEvery: .milliseconds(20),
            deliver: journal.deliver, report: { [weak self] status in self?.last.withLock { $0 = status } })
        made.start()
        feed.withLock { $0 = made }
    }

    func stop() async {
        guard let feed = feed.withLock({ $0 }) else { return }
        await withCheckedContinuation { done in feed.stop { done.resume() } }
        self.feed.withLock { $0 = nil }
    }

    /// Writes a file in place, closing it at the end.
    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("spool/" + name)))
    }

    /// Writes beside the spool folder and renames in.
    func rename(_ bytes: [UInt8], to name: String) throws {
        try writeAndClose(bytes, to: folder.file("outside"))
        try FileManager.default.moveItem(atPath: folder.file("outside"), toPath: folder.file("spool/" + name))
    }

    /// Waits for a condition while the clock goes on, a second every poll.
    func runs(until condition: () -> Bool) async -> Bool {
        await eventually(every: 0.03) {
            if condition() { return true }
            clock.advance(.seconds(1))
            return condition()
        }
    }

    /// The payloads by file name.
    var recordings: [String: RecordingFile] {
        let files = journal.events.compactMap { $0.payload.flatMap { RecordingFile($0) } }
        return Dictionary(files.map { ($0.fileName, $0) }) { first, _ in first }
    }
}

/// A second feed over the folder of a first, as after a restart.
final class RestartedBench: Sendable {
    private let bench: Bench
    private let feed: SpoolFeed

    init(_ bench: Bench) {
        self.bench = bench
        bench.journal.answerFromNow()
        feed = SpoolFeed(
            configuration: SpoolRecorder(name: "recorder-1", folder: bench.folder.file("spool")), evidence: bench.evidence,
            clock: bench.clock, lookEvery: .milliseconds(20), deliver: bench.journal.deliver, report: { _ in })
        feed.start()
    }

    func runs(until condition: () -> Bool) async -> Bool { await bench.runs(until: condition) }

    func stop() async {
        await withCheckedContinuation { done in feed.stop { done.resume() } }
    }
}

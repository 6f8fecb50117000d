import Dispatch
import Glibc
import Model
import Platform

/// A growing file of calls, as configured.
package struct CDRSource: Sendable {
    /// Name of the recorder.
    package var name: String
    /// Absolute path of the file under its current name.
    package var path: String
    package var format: CDRFormat
    package var spellings: CallSpellings
    /// Folder of the feed's own in which it notes how far it has read.
    package var stateFolder: String
    /// After how long without a call the feed counts as silent; nothing means never.
    package var idleLimit: Span?
    /// How long a file that was rotated away must be still before it counts as finished.
    package var settle = Span.seconds(2)

    package init(
        name: String, path: String, format: CDRFormat = .asterisk, spellings: CallSpellings = .standard, stateFolder: String
    ) {
        self.name = name
        self.path = path
        self.format = format
        self.spellings = spellings
        self.stateFolder = stateFolder
    }

    var statePath: String { stateFolder + "/" + name + ".cdr.json" }
}

/// Follows a file of calls that an exchange writes.
///
/// Order, whatever happens in between: the lines are delivered, they become durable, and only then is the mark moved. An
/// interruption at any point leads to the same lines again, which are the same events.
package final class CDRFeed: @unchecked Sendable {
    // Unchecked: everything below `queue` belongs to it; every entry hops to it or checks it.

    private let source: CDRSource
    private let clock: any WallClock
    private let deliver: Deliver
    private let lookEvery: Span
    private let queue: DispatchQueue
    private let lines: CDRLines
    private var tail: CDRTail
    private var health: CDRHealth
    private var watch: DirectoryWatch?
    private var timer: RepeatingTimer?
    private var isUnderWay = false
    private var lookIsDue = false
    private var attempts = 0
    private var notBefore = Span.zero
    private var stopping = StopRequest()

    /// Makes a feed that does nothing before `start`.
    ///
    /// - Parameters:
    ///   - lookEvery: how often the file is looked at.
    ///   - report: the status after each change, named `NAME/cdr`, on the feed's own queue.
    package init(
        configuration source: CDRSource, clock: any WallClock, lookEvery: Span = .seconds(1), deliver: @escaping Deliver,
        report: @escaping @Sendable (FeedStatus) -> Void
    ) {
        self.source = source
        self.clock = clock
        self.deliver = deliver
        self.lookEvery = lookEvery
        queue = DispatchQueue(label: "patrold.feeds.cdr." + source.name, qos: .utility)
        lines = CDRLines(events: CallEvents(device: source.name, spellings: source.spellings), format: source.format)
        tail = CDRTail(path: source.path, lines: lines, mark: CDRMark.load(source.statePath), settle: source.settle)
        health = CDRHealth(source, since: clock.now(), report: report)
    }

    /// Begins to follow; calling it twice is the same as once.
    package func start() {
        queue.async { @Sendable [self] in
            guard timer == nil, !stopping.isMade else { return }
            let pause = max(1, Int(lookEvery.microseconds / 1000))
            timer = RepeatingTimer(every: pause, on: queue) { [weak self] in self?.look() }
            look()
        }
    }

    /// Reads no further, waits for the answer to what is under way, and then calls back on the feed's queue.
    package func stop(_ completion: @escaping @Sendable () -> Void) {
        queue.async { @Sendable [self] in
            stopping.make(completion)
            timer?.cancel()
            timer = nil
            watch?.cancel()
            watch = nil
            finishIfStopped()
        }
    }

    private func finishIfStopped() {
        guard stopping.isUnanswered, !isUnderWay else { return }
        health.stopped(at: clock.now())
        for answer in stopping.answers() { answer() }
    }

    /// Folder changes only hasten the look: an append tells nobody before the file is closed.
    private func arm() {
        let folder = Files.folder(of: source.path)
        if watch == nil {
            watch = try? DirectoryWatch(queue: queue) { [weak self] _, _ in self?.lookSoon() }
        }
        guard let watch, !watch.isWatching(folder) else { return }
        try? watch.watch(folder)
    }

    private func lookSoon() {
        guard !lookIsDue else { return }
        lookIsDue = true
        queue.async { @Sendable [weak self] in self?.look() }
    }

    private func look() {
        dispatchPrecondition(condition: .onQueue(queue))
        lookIsDue = false
        guard !stopping.isMade, !isUnderWay, clock.uptime() >= notBefore else { return }
        arm()
        do throws(SystemError) {
            let step = try tail.next(at: clock.uptime())
            if tail.hasLost { health.lost() }
            switch step {
            case .missing: health.missing(at: clock.now())
            case .idle: health.idle(at: clock.now())
            case .lines(let found, let columns, let mark): send(found, columns, mark)
            }
        } catch {
            health.failed(error, at: clock.now())
        }
    }

    private func send(_ found: [CDRTail.Line], _ columns: [String], _ mark: CDRMark) {
        let now = clock.now()
        let arrivals = found.compactMap { lines.arrival($0.bytes, number: $0.number, columns: columns, received: now) }
        guard !arrivals.isEmpty else { return commit(mark) }
        isUnderWay = true
        deliver(arrivals) { [weak self] answer in
            self?.queue.async { @Sendable [weak self] in self?.answered(answer, mark) }
        }
    }

    private func answered(_ answer: Result<Receipt, DeliveryRefused>, _ mark: CDRMark) {
        dispatchPrecondition(condition: .onQueue(queue))
        isUnderWay = false
        switch answer {
        case .success(let receipt):
            attempts = 0
            health.delivered(receipt, at: clock.now())
            commit(mark)
        case .failure(let refusal):
            // Doubles from one second to one minute.
            let pause = Span.seconds(min(60, 1 << Int64(min(attempts, 6))))
            notBefore = Span(microseconds: clock.uptime().microseconds + pause.microseconds)
            attempts += 1
            health.refused(refusal, at: clock.now())
        }
        finishIfStopped()
    }

    private func commit(_ mark: CDRMark) {
        tail.commit(mark)
        do throws(SystemError) {
            try mark.save(source.statePath)
            health.saved()
        } catch {
            // Reading goes on: after a restart the lines since the last mark come again and are known.
            health.notSaved(error, at: clock.now())
        }
        lookSoon()
    }
}

extension CDRFeed {
    /// Reads a line again that was quarantined with adapter `cdr`.
    package static func replay(
        _ bytes: [UInt8], device: String, format: CDRFormat, spellings: CallSpellings = .standard, received: Timestamp
    ) -> [Arrival] {
        CDRLines.replay(bytes, device: device, format: format, spellings: spellings, received: received)
    }
}

import Dispatch
import GRDB
import Model
import Synchronization

/// The durable append-only event log: whatever waits while the last fsync runs becomes the next commit.
///
/// `@unchecked Sendable`: `pool` and `writer` are touched on `queue` only; what callers share is in the mutexes.
package final class Journal: @unchecked Sendable {
    private struct Mailbox {
        var waiting: [PendingDelivery] = []
        var entries = 0
        var turning = false
        var stopping = false
    }

    /// How many entries may wait before senders are told to slow down.
    package let limit: Int
    private let path: String
    private let clock: any WallClock
    package let seal: PersonalSeal?
    private let book: PersonalBook?
    private let queue = DispatchQueue(label: "patrold.journal", qos: .userInitiated)
    private let mailbox = Mutex(Mailbox())
    private let observers = Mutex<[@Sendable (Position) -> Void]>([])
    private let counters = Mutex(Counters())
    private var pool: DatabasePool
    private var writer: BatchWriter
    /// Reads beside the writer.
    package let reader: JournalReader

    /// Running numbers for status and metrics.
    package struct Counters: Sendable {
        package var accepted = 0
        package var duplicate = 0
        package var quarantined = 0
        package var commits = 0
        package var failures = 0
        package var position: Position = 0
        /// Time spent in commits, fsync included.
        package var commitMicroseconds: Int64 = 0
        /// Why the last commit failed, while the journal cannot be written.
        package var trouble: String?
    }

    /// Opens or creates the journal.
    ///
    /// - Parameter seal: under which personal data and what goes to quarantine are stored; nothing stores them as they are.
    /// - Throws: `JournalError` when the file cannot be opened, is newer than the program, or is not durable.
    package init(
        path: String, clock: any WallClock, limit: Int = 65_536, seal: PersonalSeal? = nil
    ) throws(JournalError) {
        self.path = path
        self.seal = seal
        self.clock = clock
        self.limit = limit
        pool = try JournalStore.open(path)
        writer = try Self.makeWriter(pool)
        let reader = JournalReader(pool, seal)
        self.reader = reader
        book = seal.map { PersonalBook($0, reader) }
        let position = writer.position
        counters.withLock { $0.position = position }
    }

    private static func makeWriter(_ pool: DatabasePool) throws(JournalError) -> BatchWriter {
        do {
            return try pool.unsafeWriter { try BatchWriter($0) }
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(.cannotOpen, "cannot prepare the journal: \(error)")
        }
    }

    /// Calls back after each commit that stored events, on the journal's queue, with the last position.
    package func onCommit(_ observer: @escaping @Sendable (Position) -> Void) {
        observers.withLock { $0.append(observer) }
    }

    /// Whether personal data is sealed at rest.
    package var isSealing: Bool { seal != nil }

    package var status: Counters { counters.withLock { $0 } }

    /// How many entries wait for a commit.
    package var depth: Int { mailbox.withLock { $0.entries } }

    /// Takes a delivery; answers on the journal's queue once it is durable, or refuses it as a whole.
    package func append(
        _ arrivals: [Arrival], settling: (number: Int64, state: QuarantineState)? = nil,
        answer: @escaping @Sendable (Result<Receipt, DeliveryRefused>) -> Void
    ) {
        let entries: [PendingDelivery.Entry]
        do {
            // Sealing and hashing here keep both on the sender's thread and off the one that writes.
            entries = try arrivals.map { try PendingDelivery.Entry($0, book, seal) }
        } catch {
            return answer(.failure(DeliveryRefused(code: .unwritable, detail: "personal data cannot be sealed: \(error)")))
        }
        let delivery = PendingDelivery(entries: entries, settles: settling, answer: answer)
        let (refusal, turn) = mailbox.withLock { box -> (DeliveryRefused?, Bool) in
            if box.stopping { return (DeliveryRefused(code: .stopping, detail: "the daemon is stopping"), false) }
            if box.entries > 0, box.entries + entries.count > limit {
                return (DeliveryRefused(code: .full, detail: "\(box.entries) events already wait for the disk"), false)
            }
            box.waiting.append(delivery)
            box.entries += entries.count
            defer { box.turning = true }
            return (nil, !box.turning)
        }
        if let refusal { return answer(.failure(refusal)) }
        if turn { queue.async { self.turn() } }
    }

    /// The same for async callers at the edge.
    package func append(
        _ arrivals: [Arrival], settling: (number: Int64, state: QuarantineState)? = nil
    ) async throws(DeliveryRefused) -> Receipt {
        let result = await withCheckedContinuation { continuation in
            append(arrivals, settling: settling) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Commits what waits until nothing does.
    private func turn() {
        dispatchPrecondition(condition: .onQueue(queue))
        while true {
            let batch = mailbox.withLock { box -> [PendingDelivery] in
                defer {
                    box.waiting.removeAll(keepingCapacity: true)
                    if box.waiting.isEmpty { box.entries = 0 }
                }
                if box.waiting.isEmpty { box.turning = false }
                return box.waiting
            }
            if batch.isEmpty { return }
            commit(batch)
        }
    }

    private func commit(_ batch: [PendingDelivery]) {
        let started = clock.uptime()
        do {
            let time = clock.now()
            let receipts = try pool.unsafeWriter { _ in try writer.write(batch, at: time) }
            let position = writer.position
            let stored = count(receipts, took: Span(microseconds: clock.uptime().microseconds - started.microseconds))
            for (delivery, receipt) in zip(batch, receipts) { delivery.answer(.success(receipt)) }
            if stored {
                for observer in observers.withLock({ $0 }) { observer(position) }
            }
        } catch {
            fail(batch, error)
        }
    }

    /// Whether anything new was stored.
    private func count(_ receipts: [Receipt], took: Span) -> Bool {
        let position = writer.position
        return counters.withLock { counters in
            let before = counters.position
            for receipt in receipts {
                counters.accepted += receipt.accepted
                counters.duplicate += receipt.duplicate
                counters.quarantined += receipt.quarantined.count
            }
            counters.commits += 1
            counters.commitMicroseconds += took.microseconds
            counters.position = position
            counters.trouble = nil
            return position > before
        }
    }

    private func fail(_ batch: [PendingDelivery], _ error: any Error) {
        let detail = "the journal cannot be written: \(error)"
        counters.withLock {
            $0.failures += 1
            $0.trouble = detail
        }
        // After an I/O error the page cache may hold what the disk does not: nothing is acknowledged any more until the
        // file was opened anew and its tree was found to fit.
        if (error as? SQLiteFailure)?.isInputOutput ?? (error as? DatabaseError).map({ $0.resultCode == .SQLITE_IOERR }) ?? false
        {
            reopen()
        }
        let refusal = DeliveryRefused(code: .unwritable, detail: detail)
        for delivery in batch { delivery.answer(.failure(refusal)) }
    }

    private func reopen() {
        do {
            let fresh = try JournalStore.open(path)
            writer = try Self.makeWriter(fresh)
            pool = fresh
        } catch {
            counters.withLock { $0.trouble = "the journal cannot be opened again: \(error.detail)" }
        }
    }

    /// Runs a block on the journal's queue after everything that waits; the watchdog's token passes here.
    package func turnToken(_ body: @escaping @Sendable () -> Void) {
        queue.async(execute: body)
    }

    /// Takes nothing more, commits what waits, and closes the file.
    package func close() {
        mailbox.withLock { $0.stopping = true }
        queue.sync {
            turn()
            pool.writeWithoutTransaction { db in _ = try? db.checkpoint(.truncate) }
        }
    }
}

extension DatabasePool {
    /// The writer connection without a transaction of GRDB's; ours begins and ends in `BatchWriter`.
    fileprivate func unsafeWriter<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try writeWithoutTransaction(body)
    }
}

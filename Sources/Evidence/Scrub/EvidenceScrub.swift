import Dispatch
import Glibc
import Model
import Platform
import Synchronization

/// Re-hashes a share of the evidence store a night, slowly and behind everything else.
///
/// `@unchecked Sendable`: `work` is touched on `queue` only.
package final class EvidenceScrub: @unchecked Sendable {
    /// A file that the journal's events name, with its length where one says it.
    package typealias Expected = (sha256: String, bytes: Int64?)

    private let store: EvidenceStore
    private let plan: ScrubPlan
    private let markPath: String
    private let bytesPerSecond: Int64
    private let queue = DispatchQueue(label: "patrold.evidence.scrub", qos: .background)
    private let stopping = Mutex(false)
    private let looked = Mutex(0)
    private var work: Work?

    /// A night under way.
    private struct Work {
        var shares: [ScrubPlan.Share]
        var mark: ScrubPlan.Mark
        var files: ArraySlice<FileCheck> = []
        var reading: (check: FileCheck, file: FileHashing)?
        var outcome = ScrubOutcome()
        let expected: @Sendable (ScrubPlan.Share) throws -> [Expected]
        let done: @Sendable (ScrubOutcome) -> Void
    }

    /// - Parameters:
    ///   - markPath: where the turn's progress is kept; it is made with the first night.
    ///   - nights: in so many nights every file is looked at once.
    ///   - bytesPerSecond: at most so much is read.
    package init(store: EvidenceStore, markPath: String, nights: Int = 30, bytesPerSecond: Int64 = 8 << 20) {
        self.store = store
        self.markPath = markPath
        plan = ScrubPlan(nights: nights)
        self.bytesPerSecond = max(1, bytesPerSecond)
    }

    /// Works one night; while one is under way another call is answered at once with its trouble.
    ///
    /// - Parameters:
    ///   - expected: the files that the events name within a share; called on the scrub's queue.
    ///   - done: called once on the scrub's queue, also after `stop`.
    package func night(
        expected: @escaping @Sendable (ScrubPlan.Share) throws -> [Expected],
        done: @escaping @Sendable (ScrubOutcome) -> Void
    ) {
        queue.async { [self] in
            guard work == nil else {
                var outcome = ScrubOutcome()
                outcome.trouble = "the scrub of the night before is still at work; give it more bytes a second or more nights"
                return done(outcome)
            }
            let mark = readMark()
            looked.withLock { $0 = 0 }
            work = Work(shares: plan.shares(after: mark), mark: mark, expected: expected, done: done)
            nextShare()
        }
    }

    /// Ends the night under way after the piece being read; what was done is kept.
    package func stop() {
        stopping.withLock { $0 = true }
    }

    /// How many files the night under way, or the last one, has looked at.
    package var filesDone: Int { looked.withLock { $0 } }

    /// How far the turn has come.
    package var mark: ScrubPlan.Mark { queue.sync { readMark() } }

    private func nextShare() {
        dispatchPrecondition(condition: .onQueue(queue))
        guard let share = work?.shares.first else { return finish(nil) }
        do {
            let files = try files(in: share)
            work?.files = files[...]
        } catch {
            return finish("what the journal names cannot be read: \(error)")
        }
        work?.outcome.reports.append(ScrubReport(turn: share.turn, share: share.number, shares: plan.nights))
        nextFile()
    }

    /// What stands in the store and what should, by hash, each once.
    private func files(in share: ScrubPlan.Share) throws -> [FileCheck] {
        var lengths: [String: Int64?] = [:]
        for pair in share.pairs {
            for name in store.names(beginning: pair) where share.contains(name) { lengths.updateValue(nil, forKey: name) }
        }
        for file in try work?.expected(share) ?? [] where share.contains(file.sha256) {
            lengths.updateValue(file.bytes, forKey: file.sha256)
        }
        return lengths.sorted { $0.key < $1.key }.map {
            FileCheck(sha256: $0.key, bytes: $0.value, path: store.path(of: $0.key))
        }
    }

    private func nextFile() {
        dispatchPrecondition(condition: .onQueue(queue))
        while true {
            if stopping.withLock({ $0 }) { return finish("stopped") }
            guard let check = work?.files.popFirst() else { return endShare() }
            do throws(SystemError) {
                work?.reading = (check, try FileHashing(check.path))
                return nextPiece()
            } catch {
                note(check, check.verdict(error), bytes: 0)
            }
        }
    }

    /// Reads one piece and goes on when its time has passed, so that no second reads more than it may.
    private func nextPiece() {
        dispatchPrecondition(condition: .onQueue(queue))
        guard let reading = work?.reading else { return }
        if stopping.withLock({ $0 }) { return finish("stopped") }
        do throws(SystemError) {
            if let piece = try reading.file.next(Int(min(bytesPerSecond, 1 << 18))) {
                let pause = Int64(piece.count) * 1_000_000 / bytesPerSecond
                return queue.asyncAfter(deadline: .now() + .microseconds(Int(pause))) { self.nextPiece() }
            }
            note(reading.check, reading.check.verdict(reading.file), bytes: reading.file.bytes)
        } catch {
            note(reading.check, reading.check.verdict(error), bytes: reading.file.bytes)
        }
        work?.reading = nil
        // By the queue and not by a call: a share of many empty files must not grow the stack.
        queue.async { self.nextFile() }
    }

    private func note(_ check: FileCheck, _ defect: EvidenceDefect?, bytes: Int64) {
        work?.mark.after = check.sha256
        looked.withLock { $0 += 1 }
        guard var report = work?.outcome.reports.popLast() else { return }
        report.files += 1
        report.bytes += bytes
        if let defect {
            if defect.kind == .missing { report.missing += 1 } else { report.damaged += 1 }
            work?.outcome.defects.append(defect)
        }
        work?.outcome.reports.append(report)
    }

    private func endShare() {
        guard let current = work, let last = current.outcome.reports.indices.last else { return }
        work?.outcome.reports[last].finished = true
        work?.mark = plan.finished(current.mark)
        work?.shares.removeFirst()
        writeMark()
        nextShare()
    }

    private func finish(_ trouble: String?) {
        if trouble != nil { writeMark() }
        guard let finished = work else { return }
        work = nil
        var outcome = finished.outcome
        outcome.trouble = trouble ?? outcome.trouble
        finished.done(outcome)
    }

    private func readMark() -> ScrubPlan.Mark {
        let text = try? Files.read(markPath, limit: 4096)
        return text.flatMap { try? JSON(parsing: $0) }.flatMap { ScrubPlan.Mark($0) } ?? ScrubPlan.Mark()
    }

    private func writeMark() {
        guard let mark = work?.mark else { return }
        do {
            try Files.writeDurably(mark.json.bytes, to: markPath)
        } catch {
            work?.outcome.trouble = "the mark of the scrub cannot be written: \(error)"
        }
    }
}

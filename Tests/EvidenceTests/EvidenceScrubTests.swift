import Crypto
import Evidence
import Foundation
import Model
import Platform
import Synchronization
import TestKit
import Testing

@Suite("Verifying and scrubbing the store") struct EvidenceScrubTests {
    let bench: EvidenceBench

    init() throws {
        bench = try EvidenceBench()
    }

    private var markPath: String { bench.folder.file("scrub.json") }

    private func scrub(nights: Int = 1, bytesPerSecond: Int64 = 1 << 40) -> EvidenceScrub {
        EvidenceScrub(store: bench.store, markPath: markPath, nights: nights, bytesPerSecond: bytesPerSecond)
    }

    private func night(_ scrub: EvidenceScrub, expected: [(String, Int64?)] = []) async -> ScrubOutcome {
        await withCheckedContinuation { continuation in
            scrub.night(expected: { share in expected.filter { share.contains($0.0) } }) { continuation.resume(returning: $0) }
        }
    }

    private func fill(_ count: Int) throws -> [String] {
        try (0..<count).map { try bench.store.store(Array("file \($0)".utf8)) }.sorted()
    }

    @Test("a whole file has no defect; missing, shorter, changed and longer ones have their own sentences")
    func verify() throws {
        let verify = EvidenceVerify(bench.store)
        let item = try bench.recording()
        #expect(verify.defect(of: item.sha256, bytes: item.bytes) == nil)
        try bench.flip(item.sha256)
        let changed = try #require(verify.defect(of: item.sha256, bytes: item.bytes))
        #expect(changed.kind == .changed && changed.found != nil)
        #expect(changed.en.contains("no longer what was stored") && changed.zh.contains("已不是当初存入的内容"))
        #expect(changed.custodyEvent(by: "wang").found == changed.found)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: bench.store.path(of: item.sha256))
        try Data("RIFF".utf8).write(to: URL(fileURLWithPath: bench.store.path(of: item.sha256)))
        #expect(verify.defect(of: item.sha256, bytes: 10)?.kind == .shorter(found: 4, expected: 10))
        try Files.remove(bench.store.path(of: item.sha256))
        let missing = try #require(verify.defect(of: item.sha256, bytes: 10))
        #expect(missing.kind == .missing && missing.custodyEvent(by: "wang").found == "missing")
    }

    @Test("one turned bit of a stored recording is found by verify and by the scrub")
    func flipped() async throws {
        let hashes = try fill(20)
        let item = try bench.recording(Array(repeating: 7, count: 700_001))
        let clean = await night(scrub())
        #expect(clean.defects.isEmpty && clean.trouble == nil)
        #expect(clean.reports.map(\.files) == [21] && clean.reports.map(\.finished) == [true])
        try bench.flip(item.sha256, at: 699_999)
        #expect(EvidenceVerify(bench.store).defect(of: item.sha256) != nil)
        let found = await night(scrub())
        #expect(found.defects.map(\.sha256) == [item.sha256] && found.reports.map(\.damaged) == [1])
        #expect(found.reports.map(\.turn) == [2])
        let events = found.events(received: EvidenceBench.start)
        #expect(events.map(\.type) == ["cn.patrold.evidence.damaged", "cn.patrold.evidence.scrubbed"])
        #expect(Set(events.map(\.id)).count == 2 && events.first?.subject == item.sha256)
        #expect(hashes.count == 20)
    }

    @Test("a file that events name and the store has not is missing; one that no event names is hashed all the same")
    func missing() async throws {
        let hashes = try fill(3)
        try Files.remove(bench.store.path(of: hashes[1]))
        let outcome = await night(scrub(), expected: [(hashes[1], 6), (hashes[2], 6)])
        #expect(outcome.defects.map(\.sha256) == [hashes[1]] && outcome.defects.map(\.kind) == [.missing])
        #expect(outcome.reports.map(\.missing) == [1] && outcome.reports.map(\.files) == [3])
    }

    @Test("in so many nights every file is hashed once, also when the daemon is new each night", arguments: [3, 8])
    func turn(nights: Int) async throws {
        _ = try fill(60)
        var files = 0
        for number in 1...nights {
            let outcome = await night(scrub(nights: nights))
            #expect(outcome.reports.map(\.share) == [number] && outcome.reports.map(\.turn) == [1])
            files += outcome.reports.map(\.files).reduce(0, +)
        }
        #expect(files == 60)
        #expect(scrub(nights: nights).mark.turn == 2)
    }

    /// Small files of low hashes and then large ones of higher hashes, so that a slow scrub stands at the first large one.
    private func smallThenLarge() throws -> (small: Int, all: Int) {
        var (small, large) = (0, 0)
        for number in 0..<400 {
            let content = Array(
                repeating: UInt8(truncatingIfNeeded: number), count: number % 2 == 0 ? 1 + number : 100_000 + number)
            let isLow = (Array(SHA256.hash(data: content)).first ?? 0) < 64
            guard isLow == (number % 2 == 0), number % 2 == 0 ? small < 3 : large < 3 else { continue }
            try bench.store.store(content)
            if number % 2 == 0 { small += 1 } else { large += 1 }
        }
        return (small, small + large)
    }

    @Test("a night that is stopped keeps what it did, and the next one makes it up")
    func stopped() async throws {
        let (small, all) = try smallThenLarge()
        #expect(small == 3 && all == 6)
        // At this rate a large file takes five minutes, and the test ends the night at the first.
        let slow = scrub(bytesPerSecond: 300)
        let stopped = Mutex<ScrubOutcome?>(nil)
        slow.night(expected: { _ in [] }) { outcome in stopped.withLock { $0 = outcome } }
        #expect(await eventually { slow.filesDone == small })
        slow.stop()
        #expect(await eventually { stopped.withLock { $0 != nil } })
        let first = try #require(stopped.withLock { $0 })
        #expect(first.trouble == "stopped" && first.reports.allSatisfy { !$0.finished })
        #expect(first.reports.map(\.files) == [small])
        let second = await night(scrub())
        // What was left of the first share, and then the share of this night, which is a turn of its own.
        #expect(second.reports.map(\.files) == [all - small, all] && second.trouble == nil)
        #expect(second.reports.map(\.turn) == [1, 2])
    }

    @Test("two nights at a time are refused, and the files are read no faster than told")
    func bounded() async throws {
        try bench.store.store(Array(repeating: 1, count: 3 << 18))
        let scrub = scrub(bytesPerSecond: 3 << 20)
        let clock = ContinuousClock()
        let begun = clock.now
        let outcomes = Mutex<[ScrubOutcome]>([])
        let keep = { @Sendable (outcome: ScrubOutcome) in outcomes.withLock { $0.append(outcome) } }
        // The second night is asked for from within the first, which so is under way for certain.
        let again = { @Sendable (_: ScrubPlan.Share) in
            scrub.night(expected: { _ in [] }, done: keep)
            return [EvidenceScrub.Expected]()
        }
        scrub.night(expected: again, done: keep)
        #expect(await eventually { outcomes.withLock { $0.count == 2 } })
        #expect(outcomes.withLock { $0.first?.trouble?.contains("still at work") == true && $0.last?.reports.first?.files == 1 })
        // Three pieces of 256 KiB at 3 MiB a second: a quarter of a second at least.
        #expect(clock.now - begun >= .milliseconds(250))
    }
}

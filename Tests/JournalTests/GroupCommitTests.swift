import Model
import TestKit
import Testing

@testable import Journal

@Suite("Group commit")
struct GroupCommitTests {
    let bench: JournalBench

    init() throws {
        bench = try JournalBench()
    }

    @Test("what waits while the disk is busy becomes one commit, each sender with a receipt of its own")
    func waitingBecomesOneCommit() async throws {
        try await bench.withJournal { journal async throws in
            let blockade = await Blockade(journal)
            let answers = Answers()
            for index in 0..<200 { journal.append(bench.arrivals(["\(index)", "shared"]), answer: answers.take) }
            #expect(journal.depth == 400)
            blockade.release()
            #expect(await answers.arrived(200))
            #expect(journal.status.commits == 1)
            #expect(answers.receipts.map(\.accepted).reduce(0, +) == 201)
            #expect(answers.receipts.map(\.duplicate).reduce(0, +) == 199)
            #expect(answers.receipts.allSatisfy { $0.position == 201 })
            #expect(journal.depth == 0)
        }
    }

    @Test("a thousand concurrent senders: every acknowledged event is there exactly once")
    func manySenders() async throws {
        try await bench.withJournal { journal async throws in
            let sent = 1000
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for index in 0..<sent {
                    // Every event is sent by two senders.
                    group.addTask { try await journal.append(bench.arrivals(["\(index / 2)", "own-\(index)"])) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(receipts.map(\.accepted).reduce(0, +) == sent + sent / 2)
            #expect(receipts.map(\.duplicate).reduce(0, +) == sent / 2)
            let events = try journal.reader.events(after: 0, limit: .max)
            #expect(events.map(\.position) == Array(1...Position(sent + sent / 2)))
            #expect(Set(events.map(\.event.id)).count == sent + sent / 2)
            #expect(try JournalVerification(journal.reader).run().difference == nil)
        }
    }

    @Test("a full mailbox pushes back, and takes again once it is empty")
    func mailboxFull() async throws {
        let journal = try bench.open(limit: 4)
        defer { journal.close() }
        let blockade = await Blockade(journal)
        let answers = Answers()
        journal.append(bench.arrivals(["1", "2", "3"]), answer: answers.take)
        journal.append(bench.arrivals(["4", "5"]), answer: answers.take)
        #expect(answers.refusals.map(\.code) == [.full])
        // One still fits.
        journal.append(bench.arrivals(["4"]), answer: answers.take)
        blockade.release()
        #expect(await answers.arrived(3))
        #expect(answers.receipts.count == 2)
        #expect(try await journal.append(bench.arrivals(["4", "5"])) == Receipt(accepted: 1, duplicate: 1, position: 5))
    }

    @Test("readers of another connection never see a hole or half a delivery while senders write")
    func readersSeeWholeCommits() async throws {
        try await bench.withJournal { journal async throws in
            let reader = try JournalReader(path: bench.path)
            let writing = Task {
                for index in 0..<100 { _ = try await journal.append(bench.arrivals((0..<7).map { "\(index)-\($0)" })) }
            }
            var last = 0
            let complete = try await eventually(within: 300, every: 0.001) {
                let positions = try reader.events(after: 0, limit: .max).map(\.position)
                #expect(positions == (0..<positions.count).map { Position($0 + 1) })
                #expect(positions.count % 7 == 0)
                #expect(positions.count >= last)
                last = positions.count
                return last == 700
            }
            #expect(complete)
            try await writing.value
        }
    }
}

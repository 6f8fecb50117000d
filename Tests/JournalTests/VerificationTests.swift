import Model
import TestKit
import Testing

@testable import Journal

@Suite("Recounting the journal")
struct VerificationTests {
    let bench: JournalBench

    init() throws {
        bench = try JournalBench()
    }

    /// Twelve events in four commits, positions 3, 6, 9 and 12 ending one each.
    private func fill() async throws {
        try await bench.withJournal { journal async throws in
            for commit in 0..<4 {
                let events = (0..<3).map { bench.event("\(commit)-\($0)", data: Array("{\"n\":1}".utf8)) }
                _ = try await journal.append(events.map { .event($0) })
            }
        }
    }

    private func verify(from: Position = 1) throws -> JournalVerification.Outcome {
        try JournalVerification(JournalReader(path: bench.path)).run(from: from)
    }

    @Test("an untouched journal is found in order")
    func untouched() async throws {
        try await fill()
        let outcome = try verify()
        #expect(outcome.difference == nil)
        #expect(outcome.events == 12)
        #expect(outcome.commits == 4)
        #expect(try outcome.root == JournalReader(path: bench.path).root(size: 12))
    }

    @Test("an empty journal is in order")
    func empty() async throws {
        try await bench.withJournal { _ in }
        let outcome = try verify()
        #expect(outcome.difference == nil)
        #expect(outcome.events == 0)
    }

    @Test(
        "whatever is changed in the file is found and named",
        arguments: [
            ("UPDATE event SET data = CAST('{\"n\":2}' AS BLOB) WHERE position = 5", "position 5"),
            ("UPDATE event SET type = 'other' WHERE position = 12", "position 12"),
            ("UPDATE event SET received = received + 1 WHERE position = 1", "position 1"),
            ("UPDATE source SET name = 'urn:other'", "position 1"),
            ("UPDATE event SET leaf = zeroblob(32) WHERE position = 7", "position 7"),
            ("DELETE FROM event WHERE position = 1", "position 1"),
            ("DELETE FROM event WHERE position = 6", "position 6"),
            ("DELETE FROM event WHERE position = 12", "ends at position 11"),
            ("DELETE FROM event WHERE position > 9", "ends at position 9"),
            ("UPDATE tree SET root = zeroblob(32) WHERE last = 6", "position 6"),
            ("UPDATE tree SET root = (SELECT root FROM tree WHERE last = 3) WHERE last = 12", "position 12"),
            ("UPDATE tree SET frontier = zeroblob(length(frontier)) WHERE last = 6", "position 6"),
            ("UPDATE tree SET last = 5 WHERE last = 6", "position 5"),
            ("DELETE FROM tree WHERE last = 12", "the tree ends at position 9, the journal at 12"),
            ("DELETE FROM tree", "the tree ends at position 0, the journal at 12"),
            ("INSERT INTO tree SELECT 0, committed, root, frontier FROM tree WHERE last = 3", "position 0"),
        ])
    func tampered(sql: String, named: String) async throws {
        try await fill()
        try bench.sql(sql)
        let difference = try verify().difference
        #expect(difference?.contains(named) == true, "\(difference ?? "nothing found")")
    }

    @Test("two events that changed places are found")
    func swapped() async throws {
        try await fill()
        try bench.sql("UPDATE event SET position = 100 WHERE position = 4")
        try bench.sql("UPDATE event SET position = 4 WHERE position = 5")
        try bench.sql("UPDATE event SET position = 5 WHERE position = 100")
        // Each leaf still fits its event: only the tree knows the order.
        #expect(try verify().difference?.contains("position 6") == true)
    }

    @Test("every flipped byte of any event's data is found", arguments: [1, 6, 12])
    func flippedByte(position: Int) async throws {
        try await fill()
        for index in 1...7 {
            try bench.sql(
                """
                UPDATE event SET data = CAST(substr(data, 1, \(index - 1)) || '~' || substr(data, \(index + 1)) AS BLOB)
                WHERE position = \(position)
                """)
            #expect(try verify().difference?.contains("position \(position)") == true)
            try bench.sql("UPDATE event SET data = CAST('{\"n\":1}' AS BLOB) WHERE position = \(position)")
        }
        #expect(try verify().difference == nil)
    }

    @Test("from a later position, earlier payloads are taken as stored but their leaves still count")
    func partially() async throws {
        try await fill()
        try bench.sql("UPDATE event SET data = x'00' WHERE position = 2")
        #expect(try verify(from: 3).difference == nil)
        #expect(try verify(from: 2).difference != nil)
        try bench.sql("UPDATE event SET leaf = zeroblob(32) WHERE position = 2")
        #expect(try verify(from: 3).difference?.contains("position 3") == true)
    }

    @Test("verifying beside a writer finds nothing wrong")
    func besideWriter() async throws {
        try await bench.withJournal { journal async throws in
            let writing = Task {
                for index in 0..<200 { _ = try await journal.append(bench.arrivals(["\(index)"])) }
            }
            let complete = try await eventually(within: 300, every: 0.001) {
                #expect(try verify().difference == nil)
                return try journal.reader.lastPosition() == 200
            }
            #expect(complete)
            try await writing.value
        }
    }
}

import Model
import TestKit
import Testing

@testable import Journal

@Suite("Appending to the journal")
struct AppendTests {
    let bench: JournalBench

    init() throws {
        bench = try JournalBench()
    }

    @Test("positions run from 1 without holes, repeats take none")
    func positionsWithoutHoles() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append(bench.arrivals(["a", "b"]))
            let second = try await journal.append(bench.arrivals(["b", "c", "a", "d"]))
            #expect(second.accepted == 2)
            #expect(second.duplicate == 2)
            #expect(second.position == 4)
            let events = try journal.reader.events(after: 0, limit: 100)
            #expect(events.map(\.position) == [1, 2, 3, 4])
            #expect(events.map(\.event.id) == ["a", "b", "c", "d"])
        }
    }

    @Test("an id counts once within a delivery")
    func onceWithinDelivery() async throws {
        try await bench.withJournal { journal async throws in
            let receipt = try await journal.append(bench.arrivals(["x", "x", "y", "x"]))
            #expect(receipt.accepted == 2)
            #expect(receipt.duplicate == 2)
            #expect(try journal.reader.lastPosition() == 2)
        }
    }

    @Test("the same id of two sources is two facts")
    func identityIsSourceAndID() async throws {
        try await bench.withJournal { journal async throws in
            let receipt = try await journal.append(
                bench.arrivals(["1"], source: "urn:a") + bench.arrivals(["1"], source: "urn:b"))
            #expect(receipt.accepted == 2)
        }
    }

    @Test("sources are told apart by their bytes: by what follows a NUL, and by the spelling of an accent")
    func sourcesAreBytes() async throws {
        let names = ["urn:a\u{0}b", "urn:a\u{0}c", "urn:a", "urn:caf\u{E9}", "urn:cafe\u{301}"]
        for _ in 1...2 {
            try await bench.withJournal { journal async throws in
                for name in names { _ = try await journal.append(bench.arrivals(["1"], source: name)) }
            }
        }
        let reader = try JournalReader(path: bench.path)
        let stored = try reader.events(after: 0, limit: .max).map { Array($0.event.source.utf8) }
        #expect(stored == names.map { Array($0.utf8) })
        #expect(try JournalVerification(reader).run().difference == nil)
    }

    @Test("an id counts once for ever, also after the journal was closed and opened again")
    func onceAcrossReopen() async throws {
        try await bench.withJournal { _ = try await $0.append(bench.arrivals(["a", "b"])) }
        try await bench.withJournal { journal async throws in
            #expect(journal.status.position == 2)
            let receipt = try await journal.append(bench.arrivals(["a", "c"]))
            #expect(receipt.accepted == 1)
            #expect(receipt.duplicate == 1)
            #expect(receipt.position == 3)
        }
    }

    @Test("of a repeat the first version stays")
    func firstVersionStays() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append([.event(bench.event("a", data: Array("1".utf8)))])
            _ = try await journal.append([.event(bench.event("a", data: Array("2".utf8)))])
            #expect(try journal.reader.event(at: 1)?.event.data == Array("1".utf8))
        }
    }

    @Test("a delivery of nothing is answered and stores nothing")
    func emptyDelivery() async throws {
        try await bench.withJournal { journal async throws in
            #expect(try await journal.append([]) == Receipt())
            #expect(try journal.reader.lastPosition() == 0)
        }
    }

    @Test("every attribute comes back as it went in", arguments: Self.unusual)
    func roundTrip(event: Event) async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append([.event(event)])
            #expect(try journal.reader.event(at: 1)?.event == event)
        }
        // And from the file, in another process's way.
        #expect(try JournalReader(path: bench.path).event(at: 1)?.event == event)
    }

    static let unusual: [Event] = {
        let received = Timestamp(seconds: 1_622_505_600)
        let plain = Event(source: "s", id: "i", type: "t", received: received, data: [])
        var full = plain
        full.source = "urn:昆都仑区/巡查 \u{1F4F7}"
        full.id = "\u{0}\u{FEFF}é\u{301}\"\\'; DROP TABLE event; --"
        full.subject = ""
        full.time = "not a time 24:61"
        full.extensions = Array(#"{"region":"150203"}"#.utf8)
        full.data = Array((0...255).map { UInt8($0) })
        full.contentType = "application/octet-stream"
        var early = plain
        early.received = Timestamp(microseconds: -1)
        early.data = [0]
        var long = plain
        long.id = String(repeating: "长", count: 1000)
        long.data = [UInt8](repeating: 0x20, count: 1 << 20)
        return [plain, full, early, long]
    }()

    @Test("2,000 events in one delivery are one commit")
    func largeDelivery() async throws {
        try await bench.withJournal { journal async throws in
            let receipt = try await journal.append(bench.arrivals((0..<2000).map { "e\($0)" }))
            #expect(receipt.accepted == 2000)
            #expect(journal.status.commits == 1)
            #expect(try JournalVerification(journal.reader).run().difference == nil)
        }
    }

    @Test("a delivery larger than the mailbox is taken when nothing waits")
    func largerThanMailbox() async throws {
        let journal = try bench.open(limit: 3)
        defer { journal.close() }
        #expect(try await journal.append(bench.arrivals((0..<50).map { "\($0)" })).accepted == 50)
    }

    @Test("paging by position gives every event once, in order")
    func paging() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append(bench.arrivals((1...25).map { "\($0)" }))
            var seen: [Position] = []
            while case let page = try journal.reader.events(after: seen.last ?? 0, limit: 4), !page.isEmpty {
                seen += page.map(\.position)
            }
            #expect(seen == Array(1...25))
            #expect(try journal.reader.event(at: 26) == nil)
        }
    }

    @Test("the first position received since a moment")
    func positionByTime() async throws {
        try await bench.withJournal { journal async throws in
            let start = bench.clock.now()
            for id in ["a", "b", "c"] {
                _ = try await journal.append(bench.arrivals([id]))
                bench.clock.advance(.minutes(1))
            }
            let reader = journal.reader
            #expect(try reader.position(receivedSince: start - .days(1)) == 1)
            #expect(try reader.position(receivedSince: start + .minutes(1)) == 2)
            #expect(try reader.position(receivedSince: start + .seconds(61)) == 3)
            #expect(try reader.position(receivedSince: start + .days(1)) == 4)
        }
    }

    @Test("counters and observers tell what was stored")
    func countersAndObservers() async throws {
        let answers = Answers()
        try await bench.withJournal { journal async throws in
            journal.onCommit { answers.take(.success(Receipt(position: $0))) }
            _ = try await journal.append(bench.arrivals(["a", "b"]))
            _ = try await journal.append(bench.arrivals(["a"]))
            _ = try await journal.append([bench.unreadable("?")])
            let status = journal.status
            #expect(status.accepted == 2)
            #expect(status.duplicate == 1)
            #expect(status.quarantined == 1)
            #expect(status.commits == 3)
            #expect(status.position == 3)
            #expect(status.trouble == nil)
        }
        // A repeat stores nothing, so nobody is called for it.
        #expect(answers.receipts.map(\.position) == [2, 3])
    }
}

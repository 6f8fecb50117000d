import Crypto
import Model
import TestKit
import Testing

@testable import Journal

@Suite("The journal's quarantine")
struct QuarantineTests {
    let bench: JournalBench

    init() throws {
        bench = try JournalBench()
    }

    @Test("unreadable bytes are kept raw with reason, source and time")
    func keptRaw() async throws {
        try await bench.withJournal { journal async throws in
            let bytes: [UInt8] = [0, 0xFF, 0x0A] + Array("<EventNotificationAlert>".utf8)
            let raw = Unreadable(
                source: "urn:cam-1", adapter: "isapi", reason: "元素 never closed", contentType: "application/xml",
                bytes: bytes, received: bench.clock.now())
            let receipt = try await journal.append([.unreadable(raw)])
            #expect(receipt.accepted == 0)
            #expect(receipt.quarantined == [.init(index: 0, reason: "元素 never closed", quarantine: 1)])
            let row = try #require(try journal.reader.quarantined(1))
            #expect(row.unreadable == raw)
            #expect(row.digest == Array(SHA256.hash(data: bytes)))
            #expect(row.count == 1)
            #expect(row.state == .waiting)
        }
    }

    @Test("the journal says so itself: one notice, naming number, source and hash, never the bytes")
    func notice() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append([bench.unreadable("secret 13800000000", source: "urn:cam-1")])
            let notice = try #require(try journal.reader.event(at: 1))
            #expect(notice.event.type == EventType.feedQuarantined)
            #expect(notice.event.source == "patrold:/quarantine")
            #expect(notice.event.subject == "urn:cam-1")
            let payload = try #require(notice.event.payload)
            #expect(payload["number"]?.int == 1)
            #expect(payload["bytes"]?.int == 18)
            #expect(payload["sha256"]?.string == hexadecimal(SHA256.hash(data: Array("secret 13800000000".utf8))))
            #expect(!String(decoding: notice.event.data, as: UTF8.self).contains("13800000000"))
        }
    }

    @Test("equal bytes of one source are one row with a count; of another source they are another row")
    func equalBytesCounted() async throws {
        try await bench.withJournal { journal async throws in
            let first = try await journal.append([bench.unreadable("x"), bench.unreadable("x")])
            bench.clock.advance(.minutes(5))
            let again = try await journal.append([bench.unreadable("x"), bench.unreadable("x", source: "urn:other")])
            #expect(first.quarantined.map(\.quarantine) == [1, 1])
            #expect(again.quarantined.map(\.quarantine) == [1, 2])
            let row = try #require(try journal.reader.quarantined(1))
            #expect(row.count == 3)
            #expect(row.last - row.unreadable.received == .minutes(5))
            // One notice a row.
            #expect(try journal.reader.lastPosition() == 2)
            #expect(try journal.reader.waitingInQuarantine() == 2)
        }
    }

    @Test("one bad element among good ones keeps its index, and the good ones are stored")
    func amongGoodOnes() async throws {
        try await bench.withJournal { journal async throws in
            let receipt = try await journal.append(
                bench.arrivals(["a", "b"]) + [bench.unreadable("?")] + bench.arrivals(["c"]))
            #expect(receipt.accepted == 3)
            #expect(receipt.quarantined.map(\.index) == [2])
            #expect(receipt.position == 4)
        }
    }

    @Test("a replay stores the events and settles the row in the same commit")
    func replaySettles() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append([bench.unreadable("now readable")])
            let commits = journal.status.commits
            _ = try await journal.append(bench.arrivals(["replayed"]), settling: (1, .replayed))
            #expect(journal.status.commits == commits + 1)
            #expect(try journal.reader.quarantined(1)?.state == .replayed)
            #expect(try journal.reader.waitingInQuarantine() == 0)
            #expect(try journal.reader.quarantine().isEmpty)
            #expect(try journal.reader.quarantine(state: .replayed).map(\.number) == [1])
        }
    }

    @Test("a replay that cannot be stored leaves the row waiting")
    func failedReplayLeavesRow() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append([bench.unreadable("x")])
            try bench.sql("CREATE TRIGGER broken BEFORE UPDATE ON quarantine BEGIN SELECT RAISE(ABORT, 'no'); END")
            await #expect(throws: DeliveryRefused.self) {
                try await journal.append(bench.arrivals(["replayed"]), settling: (1, .replayed))
            }
            #expect(try journal.reader.quarantined(1)?.state == .waiting)
            #expect(try journal.reader.lastPosition() == 1)
        }
    }

    @Test("a dismissal without events settles the row and takes no position")
    func dismissal() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append([bench.unreadable("x")])
            let receipt = try await journal.append([], settling: (1, .dismissed))
            #expect(receipt.position == 1)
            #expect(try journal.reader.quarantined(1)?.state == .dismissed)
        }
        // Also after a restart.
        let dismissed = try await bench.withJournal { try $0.reader.quarantine(state: .dismissed).count }
        #expect(dismissed == 1)
    }

    @Test("empty bytes are kept too")
    func emptyBytes() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append([bench.unreadable("")])
            #expect(try journal.reader.quarantined(1)?.unreadable.bytes == [])
        }
    }

    @Test("the newest row comes first, up to a limit")
    func newestFirst() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append((1...5).map { bench.unreadable("\($0)") })
            #expect(try journal.reader.quarantine(limit: 2).map(\.number) == [5, 4])
            #expect(try journal.reader.quarantined(6) == nil)
        }
    }
}

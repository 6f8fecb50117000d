import Foundation
import Model
import TestKit
import Testing

@testable import Journal

@Suite("Planted names")
struct PlantedNamesTests {
    let bench: JournalBench
    private let seal: PersonalSeal

    init() throws {
        bench = try JournalBench()
        seal = try PersonalSeal(text: String(repeating: "5e", count: 32))
    }

    private static let planted = ["欧阳植名", "13955550001", "13955550002", "planted@example.com"]

    private func hits(_ bytes: [UInt8]) -> [String] {
        let data = Data(bytes)
        return Self.planted.filter { data.range(of: Data($0.utf8)) != nil }
    }

    private func arrivals() -> [Arrival] {
        var complaint = Complaint(channel: "citizen", number: "7", accepted: bench.clock.now(), text: "占道经营")
        complaint.reporter = "欧阳植名"
        complaint.phone = "13955550001"
        complaint.email = "planted@example.com"
        var file = RecordingFile(device: "phone-1", fileName: "7.wav", sha256: "ab", bytes: 44, format: "pcm")
        file.caller = "13955550002"
        file.callee = "13955550001"
        func event(_ type: String, _ id: String, _ data: [UInt8]) -> Arrival {
            .event(Event(source: "urn:test", id: id, type: type, received: bench.clock.now(), data: data))
        }
        return [
            event(EventType.complaintReceived, "7", complaint.json.bytes),
            event(EventType.complaintUpdated, "7/2", complaint.json.bytes),
            event(EventType.recordingFile, "8", file.json.bytes),
            event(EventType.complaintReceived, "9", Array("欧阳植名".utf8)),
            bench.unreadable(
                "7,欧阳植名,13955550001", source: "patrold:/feeds/channels", reason: "第 3 行 电话13955550001 多出一列"),
        ]
    }

    @Test("no file of the journal, no event shown, no row listed and no receipt holds one")
    func nowhere() async throws {
        let journal = try Journal(path: bench.path, clock: bench.clock, seal: seal)
        let receipt = try await journal.append(arrivals())
        #expect(hits(Array("\(receipt)".utf8)).isEmpty)
        // Beside the open file lies its log, which has everything too.
        for name in try FileManager.default.contentsOfDirectory(atPath: bench.folder.path) {
            #expect(hits([UInt8](try Data(contentsOf: URL(fileURLWithPath: bench.folder.file(name))))).isEmpty, "\(name)")
        }
        journal.close()
        #expect(hits([UInt8](try Data(contentsOf: URL(fileURLWithPath: bench.path)))).isEmpty)
        let reader = try JournalReader(path: bench.path)
        for stored in try reader.events(after: 0, limit: 100) {
            #expect(hits(stored.cloudEvent().bytes).isEmpty)
            #expect(hits(PersonalSeal.open(stored, with: seal).cloudEvent().bytes).isEmpty)
            #expect(hits(PersonalSeal.open(stored, with: nil).cloudEvent(masking: []).bytes).isEmpty)
        }
        #expect(hits(Array("\(try reader.quarantine())".utf8)).isEmpty)
        #expect(try JournalVerification(reader).run().difference == nil)
    }

    @Test("who has the key reads all of it again, the quarantine too")
    func withTheKey() async throws {
        let journal = try Journal(path: bench.path, clock: bench.clock, seal: seal)
        _ = try await journal.append(arrivals())
        let row = try #require(try journal.reader.quarantined(1))
        #expect(row.unreadable.bytes == Array("7,欧阳植名,13955550001".utf8))
        #expect(!row.isSealed)
        journal.close()
        let reader = try JournalReader(path: bench.path, seal: seal)
        let opened = PersonalSeal.open(try #require(try reader.event(at: 1)), with: seal)
        #expect(opened.event.payload.flatMap(Complaint.init)?.reporter == "欧阳植名")
        #expect(hits(opened.cloudEvent(masking: []).bytes).count == 3)
        let keyless = try #require(try JournalReader(path: bench.path).quarantined(1))
        #expect(keyless.isSealed)
        #expect(keyless.digest == row.digest)
    }

    @Test("the same fact again is a duplicate, though it was sealed anew; equal bytes are one row of the quarantine")
    func duplicates() async throws {
        let journal = try Journal(path: bench.path, clock: bench.clock, seal: seal)
        defer { journal.close() }
        _ = try await journal.append(arrivals())
        let again = try await journal.append(arrivals())
        #expect(again.accepted == 0)
        #expect(again.duplicate == 4)
        #expect(again.quarantined.map(\.quarantine) == [1])
        #expect(try journal.reader.quarantined(1)?.count == 2)
    }

    @Test("without a key everything is stored as it came")
    func withoutKey() async throws {
        try await bench.withJournal { journal async throws in
            #expect(!journal.isSealing)
            _ = try await journal.append(arrivals())
            let stored = try #require(try journal.reader.event(at: 1))
            #expect(stored.event.payload.flatMap(Complaint.init)?.reporter == "欧阳植名")
            #expect(PersonalSeal.open(stored, with: seal).event.data == stored.event.data)
        }
    }

    @Test("any bytes as a payload are stored and read again, sealed or not")
    func anyBytes() throws {
        var inputs = FuzzInputs()
        let base = #"{"reporter":"欧阳植名","x":[{"phone":13955550001},"\u0041"],"caller":{"n":1}}"#
        while let seed = inputs.next() {
            var numbers = SeededNumbers(UInt64(seed))
            var bytes = Array(base.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &numbers) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &numbers)
                case 1: bytes.remove(at: at)
                default: bytes.insert(contentsOf: bytes[at..<min(at + 9, bytes.count)], at: at)
                }
            }
            let event = Event(
                source: "s", id: "1", type: EventType.complaintReceived, received: Timestamp(seconds: 0), data: bytes)
            let sealed = try seal.seal(event)
            let opened = PersonalSeal.open(StoredEvent(position: 1, event: sealed, leaf: []), with: seal).event
            if let payload = event.payload {
                #expect(opened.payload == payload, "seed \(seed)")
            } else {
                #expect(opened.data == bytes, "seed \(seed)")
            }
        }
    }
}

import Foundation
import Model
import TestKit
import Testing

@testable import Journal

@Suite("Free text at rest")
struct PersonalFreeTextTests {
    let bench: JournalBench
    private let seal: PersonalSeal
    private static let words = "我是王翠花，电话13900139000，\"隔壁\"占道\n邮箱cuihua@example.com"
    private static let shown = "我是***，电话***，\"隔壁\"占道\n邮箱***"

    init() throws {
        bench = try JournalBench()
        seal = try PersonalSeal(text: String(repeating: "0a", count: 32))
    }

    private func complaint(_ number: String = "7", text: String = words) -> Complaint {
        var complaint = Complaint(channel: "petition", number: number, accepted: bench.clock.now(), text: text)
        complaint.reporter = "王翠花"
        return complaint
    }

    private func event(_ type: String, _ id: String, _ data: JSON, source: String = "urn:test") -> Event {
        Event(source: source, id: id, type: type, received: bench.clock.now(), data: data.bytes)
    }

    @Test("the text keeps what harms nobody, and the original opens again, byte for byte in every other member")
    func roundTrip() throws {
        let data = complaint().json
        let sealed = try seal.seal(event(EventType.complaintReceived, "7", data))
        let payload = try #require(sealed.payload)
        #expect(payload["text"]?.string == Self.shown)
        #expect(payload["sealed.text"]?.string.map(PersonalSeal.isSealed) == true)
        #expect(seal.open(payload) == data)
        #expect(PersonalSeal.open(payload, with: nil)["text"]?.string == Self.shown)
        #expect(PersonalSeal.open(payload, with: nil)["sealed.text"] == nil)
        #expect(StoredEvent(position: 1, event: sealed, leaf: []).cloudEvent()["data"]?["sealed.text"] == nil)
        // What is sealed already is not sealed again.
        #expect(try seal.seal(sealed).data == sealed.data)
    }

    @Test("escapes, lists and numbers hide nothing from the seal")
    func spellings() throws {
        let data =
            #"{"text":"\u0031390013\u0039000","note":["x",{"y":"13900139000"}],"place":13900139000,"title":{"text":"13700137000"}}"#
        let original = Event(
            source: "s", id: "1", type: EventType.complaintUpdated, received: bench.clock.now(), data: Array(data.utf8))
        let sealed = try seal.seal(original)
        let text = String(decoding: sealed.data, as: UTF8.self)
        #expect(!text.contains("13900139000") && !text.contains("13700137000") && !text.contains("90013"))
        #expect(sealed.payload.map(seal.open) == original.payload)
    }

    @Test("what comes later of a complaint hides the name that its beginning told, also after a restart and in an incident")
    func later() async throws {
        let source = Complaint.source(channel: "petition")
        let closing = ComplaintClosing(channel: "petition", number: "7", closed: bench.clock.now(), outcome: "已答复王翠花")
        let closed = event(EventType.complaintClosed, "7/closed", closing.json, source: source)
        let move = IncidentEvent(incident: "2021-1", action: .close, by: "li", reason: "王翠花满意")
        let first = try Journal(path: bench.path, clock: bench.clock, seal: seal)
        _ = try await first.append([.event(event(EventType.complaintReceived, "7", complaint().json, source: source))])
        _ = try await first.append([.event(closed)])
        first.close()
        let second = try Journal(path: bench.path, clock: bench.clock, seal: seal)
        let again = try await second.append([.event(closed)])
        #expect(again.duplicate == 1)
        let update = ComplaintUpdate(complaint().name, note: "王翠花催办")
        _ = try await second.append([
            .event(event(EventType.incident("close"), "m", move.json)),
            .event(event(EventType.complaintUpdated, "7/2", update.json)),
        ])
        let stored = try second.reader.events(after: 0, limit: 10)
        #expect(stored.map { $0.event.payload?["outcome"]?.string } == [nil, "已答复***", nil, nil])
        #expect(stored.map { $0.event.payload?["reason"]?.string } == [nil, nil, "***满意", nil])
        #expect(stored.map { $0.event.payload?["note"]?.string } == [nil, nil, nil, "***催办"])
        #expect(PersonalSeal.open(stored[2], with: seal).event.payload == move.json)
        second.close()
        for name in try FileManager.default.contentsOfDirectory(atPath: bench.folder.path) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: bench.folder.file(name)))
            #expect(bytes.range(of: Data("王翠花".utf8)) == nil, "\(name)")
        }
    }

    @Test(
        "a recording's name keeps its place and loses its number: record and file agree, a repeat is one, a new key changes nothing"
    )
    func recordings() async throws {
        let name = "20210305_102030_IN_13800138000_8001.wav"
        let file = RecordingFile(device: "r", fileName: name, sha256: String(repeating: "0a", count: 32), bytes: 4, format: "pcm")
        var call = RecordingCall(device: "r", callID: "c-13800138000")
        call.fileName = name
        let came = event(EventType.recordingFile, file.sha256 + "/" + name, file.json)
        let newer = try PersonalSeal(text: String(repeating: "0c", count: 32) + "\n" + String(repeating: "0a", count: 32))
        let stored = try seal.seal(came)
        let other = try newer.seal(event(EventType.recordingCall, "call/c-13800138000/1", call.json))
        let shown = try #require(stored.payload?["fileName"]?.string)
        #expect(shown.hasPrefix("20210305_102030_IN_~") && shown.hasSuffix("_8001.wav") && !shown.contains("138"))
        #expect(other.payload?["fileName"]?.string == shown)
        #expect(stored.id == file.sha256 + "/" + shown && !other.id.contains("138"))
        #expect(try newer.seal(came).id == stored.id)
        #expect(PersonalText.masked(shown) == shown)
        #expect(seal.open(try #require(stored.payload)) == file.json)
        #expect(newer.open(try #require(other.payload)) == call.json)
        let journal = try Journal(path: bench.path, clock: bench.clock, seal: seal)
        defer { journal.close() }
        _ = try await journal.append([.event(came)])
        #expect(try await journal.append([.event(came)]).duplicate == 1)
    }

    @Test("a legal hold keeps the name by which it is released")
    func holds() throws {
        for act in ["held", "released"] {
            let data: JSON = ["sha256": "x", "by": "li", "reason": "案件13800138000"]
            #expect(try seal.seal(event(EventType.evidence(act), "1", data)).payload == data)
        }
    }

    @Test("without a key nothing is lost and everything shown is harmless")
    func withoutKey() async throws {
        try await bench.withJournal { journal async throws in
            _ = try await journal.append([.event(event(EventType.complaintReceived, "7", complaint().json))])
            let stored = try #require(try journal.reader.event(at: 1))
            #expect(stored.event.payload == complaint().json)
            #expect(stored.cloudEvent()["data"]?["text"]?.string == Self.shown)
        }
    }

    @Test("a text without numbers, names and addresses passes untouched")
    func untouched() throws {
        let data = Array(#"{ "text" : "占道经营 12345", "place":"钢铁大街12号" ,"reporter":""}"#.utf8)
        let plain = Event(source: "s", id: "1", type: EventType.complaintReceived, received: bench.clock.now(), data: data)
        #expect(try seal.seal(plain).data == data)
    }
}

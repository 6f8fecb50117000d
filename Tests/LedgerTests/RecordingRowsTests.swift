import Incidents
import Journal
import Model
import TestKit
import Testing

@testable import Ledger

@Suite("Recordings and call records in the ledger") struct RecordingRowsTests {
    let bench: LedgerBench
    private let start = LedgerBench.start

    init() throws {
        bench = try LedgerBench()
    }

    private func event(_ type: String, _ data: JSON, _ clock: String?, _ received: Timestamp?) -> Event {
        Event(
            source: "urn:test", id: "x", type: type, time: clock, received: received ?? start, data: data.bytes)
    }

    private func file(
        _ name: String, call: String? = nil, sha256: String = "a", seconds: Double? = 21, device: String = "r-1",
        clock: String? = nil, received: Timestamp? = nil
    ) -> Event {
        var file = RecordingFile(
            device: device, fileName: name, sha256: String(repeating: sha256, count: 64), bytes: 100, format: "pcm")
        file.callID = call
        file.seconds = seconds
        return event(EventType.recordingFile, file.json, clock, received)
    }

    private func call(
        _ id: String, name: String? = nil, answered: Bool = true, talk: Double? = 20, start: String? = nil,
        device: String = "r-1", received: Timestamp? = nil
    ) -> Event {
        var call = RecordingCall(device: device, callID: id, answered: answered)
        call.fileName = name
        call.talkSeconds = talk
        call.start = start
        call.caller = "13800138000"
        return event(EventType.recordingCall, call.json, start, received)
    }

    private func rows(_ filter: RecordingFilter = RecordingFilter()) throws -> [RecordingRow] {
        try bench.ledger.reader.recordings(filter)
    }

    private func states() throws -> [String] {
        try rows().map { "\($0.callID ?? "-") \($0.state.rawValue) \($0.files)" }.sorted()
    }

    @Test("recordings count by month and device, by the recorder's clock where it is readable")
    func counted() throws {
        try bench.apply(
            Facts.recording("phone-1"), Facts.recording("phone-1", clock: "2021-05-31T23:59:59", sha256: "cd"),
            Facts.recording("phone-2", clock: "nonsense"))
        #expect(
            try bench.tallies("recording.received") == [
                Tally(keys: ["2021-05", "phone-1", ""], count: 1), Tally(keys: ["2021-06", "phone-1", ""], count: 1),
                Tally(keys: ["2021-06", "phone-2", ""], count: 1),
            ])
    }

    @Test("record and file become one by call id, in either order", arguments: [true, false])
    func byCall(recordFirst: Bool) throws {
        let events = [call("191"), file("x.wav", call: "191")]
        for event in recordFirst ? events : events.reversed() { try bench.apply(event) }
        let row = try #require(try rows().first)
        #expect(try rows().count == 1 && row.state == .complete && row.callID == "191")
        #expect(row.talkSeconds == 20 && row.seconds == 21 && row.difference == nil)
        #expect(try bench.difference(batch: 1) == nil)
    }

    @Test("record and file become one by the file's name without folders, ending and case", arguments: [true, false])
    func byName(recordFirst: Bool) throws {
        let events = [call("191", name: "/var/spool/2021/A-4000.WAV"), file("a-4000.mp3")]
        for event in recordFirst ? events : events.reversed() { try bench.apply(event) }
        #expect(try states() == ["191 complete 1"])
        #expect(try bench.difference(batch: 1) == nil)
    }

    @Test("a half of another device is not this one's")
    func otherDevice() throws {
        try bench.apply(call("191", name: "x"), file("x.wav", call: "191", device: "r-2"))
        #expect(try states() == ["191 waiting-for-file 0", "191 waiting-for-record 1"])
    }

    @Test("a recorder that begins its names anew each day is not joined with the call of another day")
    func namesAnew() throws {
        try bench.apply(
            call("1", name: "1.wav", start: "2021-06-01T08:00:00+08:00"),
            file("1.wav", sha256: "b", clock: "2021-06-03T08:00:00+08:00"))
        #expect(try states() == ["- waiting-for-record 1", "1 waiting-for-file 0"])
        try bench.apply(
            call("3", name: "1.wav", start: "2021-06-03T07:59:30+08:00"),
            file("1.wav", sha256: "a", clock: "2021-06-01T08:00:10+08:00"))
        #expect(try states() == ["1 complete 1", "3 complete 1"])
        #expect(try rows().first { $0.callID == "1" }?.sha256?.hasPrefix("a") == true)
    }

    @Test("a record that comes a day late finds its file, and the other way round")
    func dayLate() throws {
        try bench.apply(
            file("x.wav", call: "1"), call("1", received: start + .days(1)), call("2"),
            file("y.wav", call: "2", sha256: "b", received: start + .days(1)))
        #expect(try states() == ["1 complete 1", "2 complete 1"])
    }

    @Test("the same call twice, under two names and by two records, is one recording, counted once")
    func twice() throws {
        try bench.apply(
            file("x.wav.tmp", call: "1"), file("x.wav", call: "1"), call("1"), call("1", talk: 21), file("copy.wav"))
        #expect(try states() == ["1 complete 1"])
        #expect(try rows().first?.talkSeconds == 21 && rows().first?.callPosition == 3 && rows().first?.callLatest == 4)
        #expect(try bench.tallies("recording.received").map(\.count) == [1])
        #expect(try bench.ledger.reader.unpaired(receivedBefore: start + .days(9), limit: 9).isEmpty)
    }

    @Test("copies without a call id are one too, and the record finds whichever name it says", arguments: ["a.wav", "b.wav"])
    func copies(name: String) throws {
        try bench.apply(file("a.wav"), file("b.wav"), call("1", name: name))
        #expect(try states() == ["1 complete 1"])
        #expect(try bench.tallies("recording.received").map(\.count) == [1])
        #expect(try bench.ledger.reader.waitingRecordings() == (0, 0))
    }

    @Test("the same silent content in two calls is two recordings")
    func sameContent() throws {
        try bench.apply(file("x.wav", call: "1"), file("y.wav", call: "2"), call("1"), call("2"))
        #expect(try states() == ["1 complete 1", "2 complete 1"])
        #expect(try bench.tallies("recording.received").map(\.count) == [2])
    }

    @Test("a file cut off by a crash and then uploaded whole is one recording of the right length", arguments: [true, false])
    func crash(byCallID: Bool) throws {
        let clock = "2021-06-01T08:00:00+08:00"
        let id = byCallID ? "1" : nil
        try bench.apply(
            file("x.wav", call: id, sha256: "b", seconds: 5, clock: clock), call("1", name: "x"),
            file("x.wav", call: id, sha256: "a", seconds: 21, clock: clock))
        #expect(try states() == ["1 complete 2"])
        #expect(try rows().first?.seconds == 21 && rows().first?.difference == nil)
        #expect(try bench.tallies("recording.received").map(\.count) == [1])
    }

    @Test("a length that differs by more than two seconds is flagged, with how much")
    func duration() throws {
        try bench.apply(call("1", talk: 30), file("x.wav", call: "1"), call("2", talk: 19), file("y.wav", call: "2", sha256: "b"))
        #expect(try rows().first { $0.callID == "1" }?.difference == -9)
        #expect(try rows().first { $0.callID == "2" }?.difference == nil)
    }

    @Test("a call that nobody answered needs no file, until a later record says otherwise")
    func notAnswered() throws {
        try bench.apply(call("1", answered: false, talk: nil))
        #expect(try states() == ["1 not-answered 0"])
        #expect(try bench.ledger.reader.unpaired(receivedBefore: start + .days(9), limit: 9).isEmpty)
        try bench.apply(call("1"))
        #expect(try states() == ["1 waiting-for-file 0"])
        #expect(try rows(.waiting).count == 1)
    }

    @Test("what waits is listed by age, gives one incident each, and the incident closes when the other half comes")
    func incidents() throws {
        let reader = bench.ledger.reader
        try bench.apply(
            call("1"), file("x.wav", sha256: "b", received: start + .hours(1)), call("2", received: start + .hours(5)))
        let late = start + .hours(6)
        let waiting = try reader.unpaired(receivedBefore: late - .hours(4), limit: 9)
        #expect(waiting.map(\.missing) == [.file, .record] && waiting.map(\.position) == [1, 2])
        #expect(waiting.map(\.key) == ["unpaired/r-1/1", "unpaired/r-1/" + String(repeating: "b", count: 64)])
        let decisions = waiting.compactMap { UnpairedRecording.opening($0, now: late, limit: .hours(4)) }
        for decision in decisions { try bench.apply(UnpairedRecording.event(decision, received: late)) }
        #expect(decisions.count == 2)
        #expect(try reader.unpaired(receivedBefore: late, limit: 9).map(\.reference) == ["2"])
        #expect(try rows(.waiting).count { $0.told } == 2)
        #expect(try reader.incident("R2021-1")?.reference == "r-1")
        #expect(try reader.pairedAfterAll(limit: 9).isEmpty)
        try bench.apply(call("9", name: "x.wav"), file("y.wav", call: "1", sha256: "c"))
        #expect(try reader.pairedAfterAll(limit: 9) == ["R2021-1", "R2021-2"])
        for incident in try reader.pairedAfterAll(limit: 9) {
            try bench.apply(UnpairedRecording.event(UnpairedRecording.closing(incident), received: late))
        }
        #expect(try reader.pairedAfterAll(limit: 9).isEmpty)
        #expect(try reader.incident("R2021-2")?.state == .closed)
        #expect(try bench.difference(batch: 1) == nil)
    }

    @Test("filters pick by device, state and time, newest first")
    func filters() throws {
        try bench.apply(
            call("1"), call("2", answered: false, received: start + .hours(1)),
            file("x.wav", sha256: "b", device: "r-2", received: start + .hours(2)))
        #expect(try rows().map { $0.callPosition ?? $0.filePosition } == [3, 2, 1])
        var filter = RecordingFilter()
        filter.device = "r-1"
        #expect(try rows(filter).count == 2)
        filter.states = [.notAnswered]
        #expect(try rows(filter).map(\.callID) == ["2"])
        filter = RecordingFilter()
        filter.receivedSince = start + .hours(1)
        filter.receivedBefore = start + .hours(2)
        #expect(try rows(filter).map(\.callID) == ["2"])
        filter = RecordingFilter()
        filter.limit = 1
        #expect(try rows(filter).map(\.filePosition) == [3])
        #expect(try bench.ledger.reader.recording(sha256: String(repeating: "b", count: 64))?.device == "r-2")
        #expect(try bench.ledger.reader.waitingRecordings() == (1, 1))
    }

    @Test("no caller's number stands in what is listed")
    func personal() throws {
        try bench.apply(call("1"), file("IN_13800138000_8001.wav", call: "1"), file("13900139000.wav", sha256: "b"))
        for row in try rows() { #expect(!row.json.text.contains("13800138000") && !row.json.text.contains("13900139000")) }
    }

    @Test("halves in any order and any batches give the same joined rows", arguments: 1...5 as ClosedRange<UInt64>)
    func anyOrder(seed: UInt64) throws {
        var numbers = SeededNumbers(seed)
        var events: [Event] = []
        for index in 0..<60 {
            let named = index % 3 == 0
            events.append(call("\(index)", name: named ? "n\(index).wav" : nil, answered: index % 7 != 0))
            if index % 5 != 0 {
                let hash = String(index, radix: 16)
                var data = RecordingFile(
                    device: "r-1", fileName: "n\(index).mp3", sha256: String(repeating: "0", count: 64 - hash.count) + hash,
                    bytes: 1, format: "pcm")
                data.callID = named ? nil : "\(index)"
                events.append(event(EventType.recordingFile, data.json, nil, nil))
            }
        }
        for event in events.shuffled(using: &numbers) { try bench.apply(event) }
        let expected = (0..<60).map { index -> String in
            let state = index % 5 != 0 ? "complete 1" : index % 7 == 0 ? "not-answered 0" : "waiting-for-file 0"
            return "\(index) \(state)"
        }.sorted()
        var filter = RecordingFilter()
        filter.limit = 1000
        #expect(try rows(filter).map { "\($0.callID ?? "-") \($0.state.rawValue) \($0.files)" }.sorted() == expected)
        #expect(try bench.difference(batch: 7) == nil)
    }
}

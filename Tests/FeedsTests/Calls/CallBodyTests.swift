import Feeds
import Model
import PatrolSim
import TestKit
import Testing

@Suite struct CallBodyTests {
    private let received = Timestamp(seconds: 1_763_900_000)

    private func arrivals(_ fixture: String, type: String = "application/json") throws -> [Arrival] {
        CallEvents(device: "rec-1").arrivals(
            try Fixtures.bytes("calls/" + fixture), contentType: type, received: received)
    }

    private func calls(_ arrivals: [Arrival]) -> [RecordingCall] {
        arrivals.compactMap { arrival in
            guard case .event(let event) = arrival else { return nil }
            return event.payload.flatMap { RecordingCall($0) }
        }
    }

    private func calls(_ text: String) -> [RecordingCall] {
        calls(CallEvents(device: "rec-1").arrivals(Array(text.utf8), contentType: "", received: received))
    }

    @Test("an exchange's record with misspelt durations as text")
    func newCdr() throws {
        let arrivals = try arrivals("yeastar-newcdr.json")
        let call = try #require(calls(arrivals).first)
        #expect(call.callID == "1571909237.191" && call.caller == "00012345678" && call.callee == "4001")
        #expect(call.start == "2019-10-24T01:27:17+08:00" && call.talkSeconds == 18 && call.ringSeconds == 3)
        #expect(call.answered && call.status == "ANSWERED" && call.direction == .inbound && call.trunk == "line-1")
        #expect(call.fileName == "20191024012719-1571909237.191-00012345678-4001-Inbound.wav")
        guard case .event(let event)? = arrivals.first else { return }
        #expect(event.type == EventType.recordingCall && event.source == "patrold:/feeds/rec-1")
        #expect(event.subject == "rec-1/1571909237.191" && event.time == call.start && event.received == received)
        #expect(event.id.hasPrefix("call/1571909237.191/") && event.id.utf8.count == "call/1571909237.191/".utf8.count + 16)
    }

    @Test("the same record in an envelope, as a text within it")
    func enveloped() throws {
        let call = try #require(calls(try arrivals("yeastar-enveloped.json")).first)
        #expect(call.callID == "1615889.12" && call.caller == "1001" && call.callee == "00087654321")
        #expect(call.direction == .outbound && call.talkSeconds == 9 && call.ringSeconds == 6 && call.fileName == "a.wav")
    }

    @Test("a cloud's list: seconds and milliseconds since 1970, ib and ob, and an element that is no call")
    func workPhones() throws {
        let arrivals = try arrivals("work-phones.json")
        let calls = calls(arrivals)
        #expect(calls.map(\.callID) == ["w-1", "w-2"] && calls.map(\.direction) == [.inbound, .outbound])
        #expect(calls.map(\.start) == ["2025-11-23T10:20:30+08:00", "2025-11-23T10:20:30+08:00"])
        try #require(calls.count == 2)
        #expect(calls[0].talkSeconds == 83 && calls[0].fileName == "w-1.mp3" && calls[0].note != nil)
        #expect(calls[0].answered && !calls[1].answered && calls[1].talkSeconds == 0)
        guard case .unreadable(let bad)? = arrivals.last else {
            Issue.record("it was taken for a call")
            return
        }
        #expect(bad.adapter == "calls" && bad.bytes == Array(#"{"heartbeat":true}"#.utf8) && arrivals.count == 3)
    }

    @Test("a call centre's Chinese names within data.list")
    func callCentre() throws {
        let call = try #require(calls(try arrivals("call-centre.json")).first)
        #expect(call.callID == "c-9" && call.caller == "00055556666" && call.start == "2026-01-03T09:05:00+08:00")
        #expect(call.talkSeconds == 65 && call.direction == .inbound && call.answered && call.fileName == "c-9.wav")
    }

    @Test("FreeSWITCH's variables as JSON, as a form's cdr, and as XML")
    func freeSWITCH() throws {
        let call = try #require(calls(try arrivals("freeswitch.json")).first)
        #expect(call.callID == "6f1c2a90-0d3b-4f0e-9f57-1d5a3c1b2e4f" && call.caller == "00012345678" && call.callee == "12345")
        #expect(call.start == "2026-11-23T10:20:30+08:00" && call.ringSeconds == 5 && call.talkSeconds == 60 && call.answered)
        #expect(call.fileName == "6f1c.wav")
        let xml = try #require(calls(try arrivals("freeswitch.xml", type: "text/xml")).first)
        #expect(!xml.answered && xml.talkSeconds == 0 && xml.ringSeconds == 20 && xml.status == "NO_ANSWER")
        let body = try Fixtures.bytes("calls/freeswitch.json")
        let escaped = body.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(calls("uuid=x&cdr=" + escaped) == [call])
        #expect(calls(escaped) == [call])
    }

    @Test("a form with blanks as plus signs and a name in GBK")
    func form() throws {
        let call = try #require(calls(try arrivals("form.txt", type: "application/x-www-form-urlencoded")).first)
        #expect(call.callID == "f-1" && call.start == "2026-11-23T10:20:30+08:00" && call.talkSeconds == 12 && call.answered)
    }

    @Test("every dialect of the simulated exchange says the same call", arguments: CallDialect.allCases)
    func dialects(dialect: CallDialect) throws {
        let started = try #require(Timestamp("2026-11-23T10:20:30+08:00"))
        let sim = SimCall(id: "c-77", caller: "00012345678", callee: "8001", started: started, talk: 21, recording: "a.wav")
        let body = dialect.post(sim).body
        let found = calls(CallEvents(device: "rec-1").arrivals(body, contentType: "", received: received))
        let call = try #require(found.first)
        #expect(found.count == 1 && call.callID == "c-77" && call.caller == "00012345678" && call.callee == "8001")
        #expect(call.talkSeconds == 21 && call.answered && call.direction == .inbound && call.fileName == "a.wav")
        #expect(call.start.flatMap { Timestamp($0) } == started)
    }

    @Test("lengths in every way", arguments: ["\"21\"", "21", "\"0:00:21\"", "\"00:21\"", "\"21s\"", "\"21秒\"", "21.0"])
    func lengths(text: String) {
        #expect(calls(#"{"callid":"1","starttime":"20261123102030","talkduration":\#(text)}"#).first?.talkSeconds == 21)
    }

    @Test("moments in every way, and none where there is none")
    func moments() {
        func start(_ text: String) -> String? { calls(#"{"callid":"1","caller":"2","start":"\#(text)"}"#).first?.start }
        #expect(start("2026-11-23 10:20:30") == "2026-11-23T10:20:30+08:00")
        #expect(start("2026-11-23T02:20:30Z") == "2026-11-23T02:20:30Z")
        #expect(start("20261123102030") == "2026-11-23T10:20:30+08:00")
        #expect(start("2026/1/3 9:05:07") == "2026-01-03T09:05:07+08:00")
        #expect(start("1763864430") == "2025-11-23T10:20:30+08:00")
        for text in ["", "0", "yesterday", "2026-13-01 00:00:00", "99999999999999999999"] { #expect(start(text) == nil) }
    }

    @Test("the same record is the same event, another content of the same call is a further one")
    func identity() {
        func ids(_ text: String) -> [String] {
            CallEvents(device: "rec-1").arrivals(Array(text.utf8), contentType: "", received: received).compactMap {
                if case .event(let event) = $0 { event.id } else { nil }
            }
        }
        let first = ids(#"{"callid":"7","callfrom":"1","callto":"2","talkduration":"20"}"#)
        #expect(first == ids(#"{"talkduration":20, "callid":"7","callfrom":"1","callto":"2","sent":"again"}"#))
        let longer = ids(#"{"callid":"7","callfrom":"1","callto":"2","talkduration":"25"}"#)
        #expect(longer != first && longer.allSatisfy { $0.hasPrefix("call/7/") })
    }

    @Test("a record without identity gets one from its start and numbers, the same each time")
    func derived() {
        let text = #"{"caller":"1","callee":"2","start":"2026-11-23 10:20:30","billsec":5}"#
        let identity = calls(text).first?.callID
        #expect(identity?.hasPrefix("derived-") == true && calls(text).first?.callID == identity)
        #expect(calls(#"{"caller":"1","callee":"3","start":"2026-11-23 10:20:30"}"#).first?.callID != identity)
        #expect(calls(#"{"caller":"1","callee":"2"}"#).isEmpty)
    }

    @Test("the configuration's own names come first")
    func spellings() {
        let own = CallSpellings.standard.adding(["callID": ["my_number"], "caller": ["wer"], "nonsense": ["x"]])
        let body = Array(#"{"myNumber":"9","callid":"7","wer":"1","callee":"2"}"#.utf8)
        let found = calls(CallEvents(device: "d", spellings: own).arrivals(body, contentType: "", received: received))
        #expect(found.first?.callID == "9" && found.first?.caller == "1")
    }

    @Test("numbers that the line did not show are left out", arguments: ["", "0", "P", "anonymous", "Unknown"])
    func hidden(number: String) {
        let found = calls(#"{"callid":"7","callfrom":"\#(number)","callto":"2","start":"20261123102030"}"#)
        #expect(found.first?.caller == nil && found.first?.callee == "2")
    }

    @Test(
        "what is no record is kept with the reason", arguments: ["", "hello", "{\"a\":1}", "{\"callid\":", "<x/>", "a=b", "[1]"])
    func unreadable(text: String) {
        let found = CallEvents(device: "rec-1").arrivals(Array(text.utf8), contentType: "text/plain", received: received)
        guard case .unreadable(let bad)? = found.first else {
            Issue.record("taken: \(text)")
            return
        }
        #expect(found.count == 1 && !bad.reason.isEmpty && bad.source == "patrold:/feeds/rec-1")
    }

    @Test("more records than the journal takes at once are kept as a whole")
    func tooMany() {
        let one = #"{"callid":"7","caller":"1","callee":"2"}"#
        let body = Array(("[" + Array(repeating: one, count: 5001).joined(separator: ",") + "]").utf8)
        let found = CallEvents(device: "rec-1").arrivals(body, contentType: "", received: received)
        guard case .unreadable(let bad)? = found.first else {
            Issue.record("it was taken for a call")
            return
        }
        #expect(found.count == 1 && bad.bytes == body)
    }

    @Test("quarantined bytes are read again with the names that are known by then")
    func replay() throws {
        let body = try Fixtures.bytes("calls/yeastar-newcdr.json")
        let again = CallEvents.replay(body, contentType: "application/json", device: "rec-1", received: received)
        #expect(calls(again).map(\.callID) == ["1571909237.191"])
        let siprec = try Fixtures.bytes("calls/siprec.xml")
        #expect(calls(CallEvents.replay(siprec, contentType: "application/xml", device: "r", received: received)).count == 1)
    }
}

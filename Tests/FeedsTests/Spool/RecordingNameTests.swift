import Model
import Testing

@testable import Feeds

@Suite struct RecordingNameTests {
    private let reader = RecordingNameReader(RecordingNamePattern.builtIn)

    @Test("time-id-caller-callee-type")
    func hyphens() {
        let name = reader.read("20191024012719-1571909237.191-4000-4001-Internal.wav")
        #expect(name.time == "2019-10-24T01:27:19+08:00")
        #expect(name.callID == "1571909237.191" && name.caller == "4000" && name.callee == "4001")
        #expect(name.direction == .internal)
    }

    @Test("the number outside is the caller of an inbound and the callee of an outbound call")
    func remote() {
        let inbound = reader.read("20261123/CH01/20261123_102030_IN_13800138000_8001.wav")
        #expect(inbound.time == "2026-11-23T10:20:30+08:00")
        #expect(inbound.caller == "13800138000" && inbound.callee == "8001" && inbound.direction == .inbound)
        let outbound = reader.read("20261123_102030_OUT_13800138000_8001.WAV")
        #expect(outbound.caller == "8001" && outbound.callee == "13800138000" && outbound.direction == .outbound)
    }

    @Test("a number that the line did not show is left out", arguments: ["", "0", "P"])
    func hidden(number: String) {
        let name = reader.read("20261123_102030_IN_\(number)_8001.wav")
        #expect(name.caller == nil && name.callee == "8001")
    }

    @Test("a folder a day with the call's identity as the name")
    func identity() {
        let name = reader.read("20261123/6f1c2a90-0d3b-4f0e-9f57-1d5a3c1b2e4f.wav")
        #expect(name.callID == "6f1c2a90-0d3b-4f0e-9f57-1d5a3c1b2e4f" && name.time == nil)
    }

    @Test("a name that matches nothing has no fields", arguments: ["录音 1.wav", "x.wav", "20269923_102030_X.wav"])
    func none(text: String) {
        #expect(reader.read(text) == RecordingName())
    }

    @Test("a moment that the calendar does not have is left out, the rest stays")
    func impossible() {
        let name = reader.read("20261345_102030_IN_1_2.wav")
        #expect(name.time == nil && name.caller == "1")
    }

    @Test("configured patterns are tried in their order, and a malformed one is refused")
    func configured() throws {
        let own = RecordingNameReader([try RecordingNamePattern(#"call_(?<id>\d+)_(?<time>\d{14})\.wav"#)])
        #expect(own.read("call_77_20260101000000.wav").callID == "77")
        #expect(throws: (any Error).self) { try RecordingNamePattern("(?<id>") }
    }

    @Test("telephone numbers are hidden where a path is shown, dates and call numbers are not")
    func masked() {
        #expect(
            SpoolHealth.masked("20261123/CH01/20261123_102030_IN_13800138000_8001.wav")
                == "20261123/CH01/20261123_102030_IN_***_8001.wav")
        #expect(
            SpoolHealth.masked("20191024012719-1571909237.191-04725550000-4001-Inbound.wav")
                == "20191024012719-***.191-***-4001-Inbound.wav")
    }
}

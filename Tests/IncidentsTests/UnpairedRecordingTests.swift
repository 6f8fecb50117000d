import Incidents
import Model
import Testing

@Suite("Incidents over a missing half of a recording") struct UnpairedRecordingTests {
    private let came = MemoryDesk.start

    private func half(_ missing: UnpairedRecording.Half.Missing = .file) -> UnpairedRecording.Half {
        UnpairedRecording.Half(device: "recorder-1", reference: "191", missing: missing, received: came, position: 42)
    }

    @Test("nothing is decided within the limit, and an incident on the device after it")
    func limit() throws {
        #expect(UnpairedRecording.opening(half(), now: came + .hours(4), limit: .hours(4)) == nil)
        let decided = UnpairedRecording.opening(half(), now: came + .hours(4) + .seconds(1), limit: .hours(4))
        let decision = try #require(decided)
        #expect(decision.incident == "R2021-42" && decision.action == .opened && decision.by == "rule:recording")
        #expect(decision.reason?.contains("no recording came") == true)
        let opening = try #require(decision.opening)
        #expect(opening.origin == "recorder" && opening.reference == "recorder-1" && opening.alarmClass == "recording-incomplete")
        #expect(opening.key == "unpaired/recorder-1/191" && opening.state == .collected && opening.at == came)
        let other = UnpairedRecording.opening(half(.record), now: came + .days(1), limit: .hours(4))
        #expect(other?.reason?.contains("no call record came") == true)
    }

    @Test("deciding it again is the same fact, and no cause is named")
    func once() throws {
        let first = try #require(UnpairedRecording.opening(half(), now: came + .days(1), limit: .hours(1)))
        let second = try #require(UnpairedRecording.opening(half(), now: came + .days(2), limit: .hours(1)))
        let (one, two) = (
            UnpairedRecording.event(first, received: came + .days(1)), UnpairedRecording.event(second, received: came + .days(2))
        )
        #expect(one.source == two.source && one.id == two.id && one.source == Decision.source)
        #expect(one.payload?["cause"] == nil)
        #expect(one.payload.flatMap(IncidentEvent.init) == first)
        let closing = UnpairedRecording.event(UnpairedRecording.closing("R2021-42"), received: came)
        #expect(closing.id != one.id && closing.type == EventType.incident("close"))
        #expect(closing.payload?["forced"]?.bool == true)
    }
}

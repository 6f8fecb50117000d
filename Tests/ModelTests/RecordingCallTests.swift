import Model
import Testing

@Suite struct RecordingCallTests {
    private func call(_ talk: Double?) -> RecordingCall {
        var call = RecordingCall(device: "rec-1", callID: "7", answered: true)
        call.talkSeconds = talk
        return call
    }

    private func file(_ seconds: Double?, name: String = "7.wav") -> RecordingFile {
        var file = RecordingFile(device: "rec-1", fileName: name, sha256: "", bytes: 0, format: "pcm")
        file.seconds = seconds
        return file
    }

    @Test("everything that a record says survives the journal")
    func roundTrip() {
        var call = RecordingCall(device: "rec-1", callID: "1571909237.191", answered: true)
        call.direction = .inbound
        call.caller = "00012345678"
        call.callee = "8001"
        call.start = "2026-11-23T10:20:30+08:00"
        call.ringSeconds = 4
        call.talkSeconds = 21.5
        call.status = "ANSWERED"
        call.fileName = "a.wav"
        call.trunk = "line-1"
        call.note = "a note"
        #expect(RecordingCall(call.json) == call)
        #expect(RecordingCall(JSON.object([])) == nil)
        let least = RecordingCall(device: "d", callID: "c")
        #expect(RecordingCall(least.json) == least)
    }

    @Test("up to two seconds between record and file are no difference, more are one with its sign")
    func durations() {
        #expect(durationFits(call: call(20), file: file(22)) == nil)
        #expect(durationFits(call: call(20), file: file(18)) == nil)
        #expect(durationFits(call: call(20), file: file(22.5)) == 2.5)
        #expect(durationFits(call: call(20), file: file(9)) == -11)
        #expect(durationFits(call: call(20), file: file(25), tolerance: .seconds(5)) == nil)
        #expect(durationFits(call: call(20), file: file(20.001), tolerance: .zero) == 0.001)
    }

    @Test("what is not known is no difference")
    func unknown() {
        #expect(durationFits(call: call(nil), file: file(5)) == nil)
        #expect(durationFits(call: call(5), file: file(nil)) == nil)
    }

    @Test("file and record belong together by call, or by name whatever its ending")
    func belonging() {
        var call = call(1)
        var file = file(1, name: "Rec_1.MP3")
        #expect(!call.belongs(to: file))
        call.fileName = "rec_1.wav"
        #expect(call.belongs(to: file))
        file.device = "rec-2"
        #expect(!call.belongs(to: file))
        file.device = "rec-1"
        file.fileName = "other.wav"
        #expect(!call.belongs(to: file))
        file.callID = "7"
        #expect(call.belongs(to: file))
    }
}

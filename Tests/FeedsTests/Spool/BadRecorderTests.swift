import Feeds
import Foundation
import Model
import PatrolSim
import Platform
import TestKit
import Testing

/// A recorder that does everything that recorders do: in the end one recording, of the right length, none lost, none twice.
@Suite struct BadRecorderTests {
    private let name = "20261123102030-1763864430.1-00012345678-8001-Inbound.wav"
    private var sound: [UInt8] { WaveAudio(format: .aLaw, seconds: 3, pitch: 300).bytes() }

    private func started() async throws -> Bench {
        let bench = try Bench()
        bench.start(patience: .days(1))
        #expect(await eventually { bench.status?.state == .live })
        return bench
    }

    /// One recording of three seconds, and an empty folder.
    private func isWhole(_ bench: Bench) -> Bool {
        bench.journal.events.count == 1 && bench.recordings[name]?.seconds == 3 && bench.recordings[name]?.format == "a-law"
            && bench.spooled.isEmpty
    }

    /// Lets the feed look many times while its clock goes on.
    private func passes(_ bench: Bench, _ marker: String = "marker.wav") async throws {
        try bench.rename(WAV.pcm.bytes, to: marker)
        #expect(await bench.runs { bench.recordings[marker] != nil && !bench.spooled.contains(marker) })
    }

    @Test("it uploads while the call runs")
    func live() async throws {
        let bench = try await started()
        let upload = try RecorderUpload(sound, to: bench.folder.file("spool/" + name))
        try upload.write(upTo: 0.5, isLive: true)
        bench.clock.advance(.seconds(30))
        try await passes(bench)
        #expect(bench.recordings[name] == nil)
        try upload.write(upTo: 1)
        try upload.patchHeader()
        upload.end()
        #expect(await bench.runs { bench.recordings[name]?.seconds == 3 && bench.spooled.isEmpty })
        #expect(bench.recordings[name]?.format == "a-law" && bench.recordings[name]?.note == nil)
        #expect(bench.journal.events.count == 2)
        await bench.stop()
    }

    @Test("it renames late")
    func late() async throws {
        let bench = try await started()
        let temporary = bench.folder.file("spool/" + name + ".part")
        let upload = try RecorderUpload(sound, to: temporary)
        try upload.write(upTo: 1)
        upload.end()
        bench.clock.advance(.minutes(10))
        try await passes(bench)
        #expect(bench.recordings[name] == nil && Files.exists(temporary))
        try upload.rename(to: bench.folder.file("spool/" + name))
        #expect(await bench.runs { bench.recordings[name] != nil })
        #expect(bench.recordings[name]?.seconds == 3 && bench.journal.events.count == 2)
        await bench.stop()
    }

    @Test("it crashes in the middle of a file and uploads it anew")
    func crash() async throws {
        let bench = try await started()
        let broken = try RecorderUpload(sound, to: bench.folder.file("spool/" + name))
        try broken.write(upTo: 0.4)
        broken.end()
        try await passes(bench)
        bench.clock.advance(.seconds(20))
        try await passes(bench, "second.wav")
        #expect(bench.recordings[name] == nil)
        let whole = try RecorderUpload(sound, to: bench.folder.file("spool/" + name))
        try whole.write(upTo: 1)
        whole.end()
        #expect(await bench.runs { bench.recordings[name] != nil && bench.spooled.isEmpty })
        #expect(bench.recordings[name]?.seconds == 3 && bench.recordings[name]?.format == "a-law")
        #expect(bench.journal.events.count == 3)
        await bench.stop()
    }

    @Test("it uploads the same call twice")
    func twice() async throws {
        let bench = try await started()
        try bench.rename(sound, to: name)
        #expect(await eventually { isWhole(bench) })
        try bench.rename(sound, to: name)
        #expect(await eventually { bench.journal.duplicates == 1 && bench.spooled.isEmpty })
        #expect(isWhole(bench))
        await bench.stop()
    }

    @Test("the record of the call comes a day late, twice, through a journal that refuses at first")
    func lateRecord() async throws {
        let bench = try await started()
        try bench.rename(sound, to: name)
        #expect(await eventually { isWhole(bench) })
        bench.clock.advance(.days(1))
        var device = CallPushDevice(name: "recorder-1")
        device.allowedPeers = ["127.0.0.1"]
        let push = CallPush(device, clock: bench.clock, deliver: bench.journal.deliver, report: { _ in })
        bench.journal.refuse(2)
        let listener = try await PushListener.start { await push.receive($0) }
        let pbx = PBXSimulator(
            to: "127.0.0.1", port: listener.port, path: "/push/calls/recorder-1", retryEvery: .milliseconds(5))
        let started = try #require(Timestamp("2026-11-23T10:20:30+08:00"))
        let call = SimCall(
            id: "1763864430.1", caller: "00012345678", callee: "8001", started: started, talk: 3, recording: name)
        #expect(await pbx.post(call, in: .newCdr) == [503, 503, 200])
        #expect(await pbx.post(call, in: .newCdr) == [200])
        let record = try #require(bench.journal.calls.first)
        let file = try #require(bench.recordings[name])
        #expect(bench.journal.calls.count == 1 && bench.journal.events.count == 2)
        #expect(record.device == file.device && record.callID == file.callID && record.belongs(to: file))
        #expect(durationFits(call: record, file: file) == nil)
        await listener.stop()
        await bench.stop()
    }
}

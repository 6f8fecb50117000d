import Feeds
import Foundation
import Model
import TestKit
import Testing

@Suite struct SidecarTests {
    @Test("SIPREC's metadata beside the sound becomes a call with the sound's name, and is gone then")
    func siprec() async throws {
        let bench = try Bench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(try Fixtures.bytes("calls/siprec.xml"), to: "session-1.xml")
        try bench.rename(WAV.pcm.bytes, to: "session-1.wav")
        #expect(await eventually { bench.journal.events.count == 2 && bench.spooled.isEmpty })
        let call = try #require(bench.journal.calls.first)
        #expect(call.callID == "hVpd7YQgRW2nD22h7q60JQ==" && call.caller == "+8600012345678" && call.callee == "8001")
        #expect(call.start == "2026-11-23T02:20:30Z" && call.talkSeconds == 60 && call.answered && call.status == "complete")
        #expect(call.fileName == "session-1.wav" && call.note == "streams labelled 96, 97")
        let file = try #require(bench.recordings["session-1.wav"])
        #expect(call.belongs(to: file))
        #expect(durationFits(call: call, file: file) == -59)
        await bench.stop()
    }

    @Test("XML of another kind is kept in quarantine with a sentence, and the folder goes on")
    func otherXML() async throws {
        let bench = try Bench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(Array("<settings><a>1</a></settings>".utf8), to: "settings.xml")
        #expect(await eventually { bench.journal.unreadable.count == 1 && bench.spooled.isEmpty })
        #expect(bench.journal.unreadable[0].reason.contains("'settings'"))
        try bench.rename(WAV.pcm.bytes, to: "a.wav")
        #expect(await eventually { bench.recordings["a.wav"] != nil })
        await bench.stop()
    }

    @Test("metadata that is still being copied is waited for")
    func cut() async throws {
        let bench = try Bench()
        let bytes = try Fixtures.bytes("calls/siprec.xml")
        try bench.write(Array(bytes.prefix(300)), to: "s.xml")
        bench.start(patience: .minutes(60))
        for name in ["a.wav", "b.wav", "c.wav"] {
            try bench.rename(WAV.pcm.bytes, to: name)
            #expect(await bench.runs { bench.recordings[name] != nil && !bench.spooled.contains(name) })
            bench.clock.advance(.seconds(10))
        }
        #expect(bench.journal.unreadable.isEmpty && bench.journal.calls.isEmpty)
        try bench.write(bytes, to: "s.xml")
        #expect(await bench.runs { bench.journal.calls.count == 1 })
        #expect(bench.journal.unreadable.isEmpty)
        await bench.stop()
    }

    @Test("an index of many calls is taken line by line, a bad line for itself")
    func index() async throws {
        let bench = try Bench()
        bench.start(sidecars: [".xml", ".csv", ".json"])
        #expect(await eventually { bench.status?.state == .live })
        let text = String(decoding: try Fixtures.bytes("calls/aicc-index.csv"), as: UTF8.self)
        try bench.rename(Array((text + "d,a,1,103\n").utf8), to: "20261123102030123456_record_file.csv")
        try bench.rename(try Fixtures.bytes("calls/freeswitch.json"), to: "6f1c.cdr.json")
        #expect(await eventually { bench.journal.calls.count == 3 && bench.journal.unreadable.count == 1 })
        #expect(bench.journal.unreadable[0].reason.hasPrefix("line 4:"))
        #expect(await eventually { bench.spooled.isEmpty })
        await bench.stop()
    }

    @Test("a recording without header has the configured format, and says so")
    func headerless() async throws {
        let bench = try Bench()
        bench.start(suffixes: [".wav", ".v3"])
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename([UInt8](repeating: 0xD5, count: 24000), to: "20261123_102030_IN_00012345678_8001.V3")
        #expect(await eventually { bench.recordings.count == 1 })
        let file = try #require(bench.recordings.values.first)
        #expect(file.format == "a-law" && file.seconds == 3 && file.sampleRate == 8000 && file.channels == 1)
        #expect(file.note?.contains("no header") == true)
        await bench.stop()
    }
}

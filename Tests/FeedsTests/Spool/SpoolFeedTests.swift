import Feeds
import Foundation
import Model
import Platform
import TestKit
import Testing

@Suite struct SpoolFeedTests {
    private let name = "20261123_102030_IN_13800138000_8001.wav"

    @Test("a file that is renamed in becomes evidence, then an event, and then it is gone")
    func renamedIn() async throws {
        let bench = try Bench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(WAV.aLaw.bytes, to: name)
        // The clock stands still: a rename needs no waiting.
        #expect(await eventually { bench.journal.events.count == 1 && bench.spooled.isEmpty })
        let event = try #require(bench.journal.events.first)
        let file = try #require(bench.recordings[name])
        #expect(event.type == EventType.recordingFile && event.source == "patrold:/feeds/recorder-1")
        #expect(event.subject == "recorder-1" && event.time == "2026-11-23T10:20:30+08:00")
        #expect(event.id == file.sha256 + "/" + name && event.received == bench.clock.now())
        #expect(file.format == "a-law" && file.seconds == 2 && file.caller == "13800138000" && file.direction == .inbound)
        #expect(try Files.read(bench.evidence.path(of: file.sha256)) == WAV.aLaw.bytes)
        #expect(await eventually { bench.status?.events == 1 })
        await bench.stop()
    }

    @Test("files that were there before the start are taken, those in folders too")
    func present() async throws {
        let bench = try Bench()
        try FileManager.default.createDirectory(atPath: bench.folder.file("spool/CH01"), withIntermediateDirectories: true)
        try bench.write(WAV.pcm.bytes, to: "a.wav")
        try bench.write(WAV.aLaw.bytes, to: "CH01/b.WAV")
        bench.start()
        #expect(await bench.runs { bench.recordings.count == 2 && bench.spooled.isEmpty })
        #expect(try Files.list(bench.folder.file("spool/CH01")).isEmpty)
        await bench.stop()
    }

    @Test("a folder that appears later is watched as well")
    func laterFolder() async throws {
        let bench = try Bench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try FileManager.default.createDirectory(atPath: bench.folder.file("spool/CH02"), withIntermediateDirectories: true)
        try bench.write(WAV.pcm.bytes, to: "CH02/c.wav")
        #expect(await bench.runs { bench.recordings["c.wav"] != nil })
        await bench.stop()
    }

    @Test("a recording that is still being written is not taken before it is closed and still")
    func halfWritten() async throws {
        let bench = try Bench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        let path = bench.folder.file("spool/live.wav")
        let bytes = WAV.pcm.bytes
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let writer = try #require(FileHandle(forWritingAtPath: path))
        try writer.write(contentsOf: bytes.prefix(5000))
        // A long pause with the file open, far beyond the stable time.
        bench.clock.advance(.seconds(20))
        try bench.rename(WAV.aLaw.bytes, to: "other.wav")
        #expect(await eventually { bench.recordings["other.wav"] != nil })
        #expect(bench.recordings["live.wav"] == nil)
        try writer.write(contentsOf: bytes.dropFirst(5000))
        try writer.close()
        #expect(await bench.runs { bench.recordings["live.wav"] != nil })
        #expect(bench.recordings["live.wav"]?.bytes == Int64(bytes.count))
        #expect(bench.recordings["live.wav"]?.format == "pcm")
        await bench.stop()
    }

    @Test("a file that was there at the start and is open for writing is waited for")
    func openAtStart() async throws {
        let bench = try Bench()
        let path = bench.folder.file("spool/live.wav")
        // The header does not tell the length, so only the open descriptor shows that more is to come.
        var wav = WAV.pcm
        wav.dataSize = 0
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let writer = try #require(FileHandle(forWritingAtPath: path))
        try writer.write(contentsOf: wav.bytes.prefix(5000))
        try bench.write(WAV.aLaw.bytes, to: "other.wav")
        bench.start()
        #expect(await bench.runs { bench.recordings["other.wav"] != nil })
        bench.clock.advance(.hours(1))
        try bench.rename(WAV.muLaw.bytes, to: "later.wav")
        #expect(await bench.runs { bench.recordings["later.wav"] != nil })
        #expect(bench.recordings["live.wav"] == nil)
        #expect(await bench.runs { bench.status?.detail.contains("live.wav is still open for writing") == true })
        try writer.write(contentsOf: wav.bytes.dropFirst(5000))
        try writer.close()
        #expect(await bench.runs { bench.recordings["live.wav"]?.bytes == Int64(wav.bytes.count) })
        await bench.stop()
    }

    @Test("an upload that was cut off waits for its rest and is taken whole")
    func resumed() async throws {
        let bench = try Bench()
        bench.start(patience: .days(1))
        #expect(await eventually { bench.status?.state == .live })
        try bench.write(Array(WAV.pcm.bytes.prefix(5000)), to: "cut.wav")
        try bench.write(WAV.aLaw.bytes, to: "later.wav")
        // The older file is judged no later than the younger.
        #expect(await bench.runs { bench.recordings["later.wav"] != nil })
        #expect(bench.recordings["cut.wav"] == nil)
        let writer = try #require(FileHandle(forWritingAtPath: bench.folder.file("spool/cut.wav")))
        try writer.seekToEnd()
        try writer.write(contentsOf: WAV.pcm.bytes.dropFirst(5000))
        try writer.close()
        #expect(await bench.runs { bench.recordings["cut.wav"]?.format == "pcm" && bench.spooled.isEmpty })
        await bench.stop()
    }

    @Test("a rename into a folder below is told of as well, with the clock standing still")
    func renamedBelow() async throws {
        let bench = try Bench()
        try FileManager.default.createDirectory(
            atPath: bench.folder.file("spool/20261123/CH01"), withIntermediateDirectories: true)
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(WAV.pcm.bytes, to: "20261123/CH01/" + name)
        #expect(await eventually { bench.recordings[name] != nil })
        await bench.stop()
    }

    @Test("temporary names and other endings are left alone until they are renamed")
    func temporary() async throws {
        let bench = try Bench()
        for name in ["x.wav.part", "y.tmp", ".z.wav", "notes.txt"] { try bench.write(WAV.pcm.bytes, to: name) }
        try bench.write(WAV.aLaw.bytes, to: "good.wav")
        bench.start()
        #expect(await bench.runs { bench.recordings["good.wav"] != nil })
        #expect(bench.spooled == [".z.wav", "notes.txt", "x.wav.part", "y.tmp"])
        #expect(bench.recordings.count == 1)
        try FileManager.default.moveItem(
            atPath: bench.folder.file("spool/x.wav.part"), toPath: bench.folder.file("spool/x.wav"))
        #expect(await bench.runs { bench.recordings["x.wav"] != nil })
        #expect(bench.status?.detail.contains("files with another ending are left where they are: 1") == true)
        await bench.stop()
    }

    @Test("a private header and a broken file are kept as evidence and told as such")
    func kept() async throws {
        let bench = try Bench()
        let odd = Array("PCMU".utf8) + [UInt8](repeating: 0, count: 200)
        try bench.write(odd, to: "phone.wav")
        try bench.write(Array(WAV.pcm.bytes.prefix(1000)), to: "cut.wav")
        bench.start()
        #expect(await bench.runs { bench.recordings.count == 2 && bench.spooled.isEmpty })
        #expect(bench.recordings["phone.wav"]?.format == "private")
        #expect(bench.recordings["cut.wav"]?.format == "broken")
        #expect(bench.recordings["cut.wav"]?.note?.contains("promises") == true)
        let stored = try #require(bench.recordings["phone.wav"])
        #expect(try Files.read(bench.evidence.path(of: stored.sha256)) == odd)
        await bench.stop()
    }

    @Test("a refused delivery leaves the file where it is and is tried again")
    func refused() async throws {
        let bench = try Bench()
        bench.journal.refuse(3)
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(WAV.pcm.bytes, to: name)
        #expect(await eventually { bench.journal.deliveries == 1 && bench.status?.detail.contains("(full)") == true })
        #expect(bench.spooled == [name])
        #expect(await bench.runs { bench.journal.events.count == 1 && bench.spooled.isEmpty })
        #expect(bench.journal.deliveries == 4)
        #expect(await bench.runs { bench.status?.detail == "" })
        await bench.stop()
    }

    @Test("the file stays until the journal has answered, and a restart in between gives the same event once")
    func restart() async throws {
        let bench = try Bench()
        bench.journal.holdAnswers()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(WAV.pcm.bytes, to: name)
        #expect(await eventually { bench.journal.events.count == 1 })
        #expect(bench.spooled == [name])
        // The first feed never hears the answer, as if the daemon had died; a second one starts over the same folder.
        let second = RestartedBench(bench)
        #expect(await second.runs { bench.journal.deliveries == 2 && bench.spooled.isEmpty })
        #expect(bench.journal.events.count == 1)
        await second.stop()
        bench.journal.releaseAnswers()
        await bench.stop()
    }

    @Test("a crash after the evidence and before the event loses nothing")
    func evidenceOnly() async throws {
        let bench = try Bench()
        let sha256 = try bench.evidence.store(WAV.pcm.bytes)
        try bench.write(WAV.pcm.bytes, to: name)
        bench.start()
        #expect(await bench.runs { bench.journal.events.map(\.id) == [sha256 + "/" + name] && bench.spooled.isEmpty })
        await bench.stop()
    }

    @Test("the same file dropped twice is one event, and gone both times")
    func twice() async throws {
        let bench = try Bench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        for round in 1...2 {
            try bench.rename(WAV.pcm.bytes, to: name)
            #expect(await eventually { bench.journal.deliveries == round && bench.spooled.isEmpty })
        }
        #expect(bench.journal.events.count == 1)
        await bench.stop()
    }

    @Test("content that takes the name while the first is under way is delivered too")
    func replaced() async throws {
        let bench = try Bench()
        bench.journal.holdAnswers()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(WAV.pcm.bytes, to: "same.wav")
        #expect(await eventually { bench.journal.events.count == 1 })
        try FileManager.default.removeItem(atPath: bench.folder.file("spool/same.wav"))
        try bench.rename(WAV.aLaw.bytes, to: "same.wav")
        bench.journal.releaseAnswers()
        #expect(await bench.runs { bench.journal.events.count == 2 && bench.spooled.isEmpty })
        await bench.stop()
    }

    @Test("a name in GBK, as FTP clients write it, is read and removed")
    func gbkName() async throws {
        let bench = try Bench()
        let path = Array(bench.folder.file("spool/").utf8) + [0xC2, 0xBC, 0xD2, 0xF4] + Array("1.wav".utf8) + [0]
        let descriptor = open(path.map { CChar(bitPattern: $0) }, O_WRONLY | O_CREAT, 0o644)
        try #require(descriptor >= 0)
        try Files.write(WAV.pcm.bytes, to: descriptor, path: "gbk")
        close(descriptor)
        bench.start()
        #expect(await bench.runs { bench.recordings["录音1.wav"] != nil && bench.spooled.isEmpty })
        await bench.stop()
    }

    @Test("an evidence store that cannot be written keeps the file in the spool until it can")
    func evidenceFails() async throws {
        let bench = try Bench()
        try bench.folder.write("in the way", to: "evidence")
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(WAV.pcm.bytes, to: name)
        #expect(await eventually { bench.status?.detail.contains("is not taken yet: mkdir failed") == true })
        // The caller's number is not for the status.
        #expect(bench.status?.detail.contains("13800138000") == false)
        #expect(bench.spooled == [name] && bench.journal.deliveries == 0)
        try FileManager.default.removeItem(atPath: bench.folder.file("evidence"))
        #expect(await bench.runs { bench.journal.events.count == 1 && bench.spooled.isEmpty })
        #expect(await bench.runs { bench.status?.detail == "" })
        await bench.stop()
    }

    @Test("a backlog is worked off without waiting for the timer, each file once")
    func backlog() async throws {
        let bench = try Bench()
        for index in 0..<60 { try bench.write(WAV.pcm.bytes + [UInt8(index), 0], to: "\(index).wav") }
        bench.start()
        #expect(await bench.runs { bench.recordings.count == 60 && bench.spooled.isEmpty })
        #expect(bench.journal.deliveries == 60)
        await bench.stop()
    }

    @Test("a folder that is not there makes the feed unreachable; it is taken up when it appears")
    func missingFolder() async throws {
        let bench = try Bench()
        try FileManager.default.removeItem(atPath: bench.folder.file("spool"))
        bench.start()
        #expect(await eventually { bench.status?.state == .unreachable })
        #expect(bench.status?.detail.contains("does not exist; create it") == true)
        try FileManager.default.createDirectory(atPath: bench.folder.file("spool"), withIntermediateDirectories: false)
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(WAV.pcm.bytes, to: name)
        #expect(await eventually { bench.journal.events.count == 1 })
        try FileManager.default.removeItem(atPath: bench.folder.file("spool"))
        #expect(await eventually { bench.status?.state == .unreachable })
        #expect(bench.status?.reconnects == 1)
        await bench.stop()
    }

    @Test("no recording for longer than the limit is silence, and the next one ends it")
    func silence() async throws {
        let bench = try Bench()
        bench.start(idleLimit: .hours(8))
        #expect(await eventually { bench.status?.state == .live })
        bench.clock.advance(.hours(9))
        #expect(await eventually { bench.status?.state == .silent })
        try bench.rename(WAV.pcm.bytes, to: name)
        #expect(await eventually { bench.status?.state == .live })
        await bench.stop()
        #expect(bench.status?.state == .stopped)
    }
}

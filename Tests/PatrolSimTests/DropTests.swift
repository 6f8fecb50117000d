import Foundation
import Model
import PatrolSim
import Platform
import TestKit
import Testing

@Suite("Recorder and channels")
struct DropTests {
    private let clock: @Sendable () -> Timestamp = { Timestamp(seconds: 1_622_505_600) }

    @Test("a renamed file is complete and leaves no temporary name; a slow one grows in place to the same bytes")
    func drops() async throws {
        let folder = try TemporaryFolder()
        let recorder = try RecorderSimulator(folder: folder.path, seed: 1, clock: clock)
        let first = recorder.next(), second = recorder.next()
        try recorder.drop(first)
        #expect(try Files.list(folder.path) == [first.name])
        try recorder.drop(second, .slowly(pieces: 4, pause: .milliseconds(5)))
        #expect(try Files.list(folder.path).contains(second.name))
        #expect(await eventually { recorder.dropped.count == 2 })
        #expect(try Files.read(folder.file(first.name)) == first.bytes)
        #expect(try Files.read(folder.file(second.name)) == second.bytes)
    }

    @Test("names carry the time in one of two patterns")
    func names() throws {
        var maker = RecordingMaker(seed: 3)
        let first = maker.next(at: clock()).name, second = maker.next(at: clock()).name
        #expect(first.wholeMatch(of: /20210601080000-1622505600\.1-\d+-\d+-(Inbound|Outbound)\.wav/) != nil)
        #expect(second.wholeMatch(of: /20210601_080000_(IN|OUT)_(000\d{8}|P)_80\d\d\.wav/) != nil)
    }

    @Test(
        "each format says in its header what it is, and how long it lasts",
        arguments: [
            (WaveFormat.pcm, 1, 16000), (.aLaw, 6, 8000), (.muLaw, 7, 8000), (.gsm, 0x31, 1625),
        ])
    func formats(format: WaveFormat, tag: Int, perSecond: Int) throws {
        let bytes = WaveAudio(format: format, seconds: 4, pitch: 300).bytes()
        #expect(Array(bytes[0..<4]) == Array("RIFF".utf8) && Array(bytes[8..<16]) == Array("WAVEfmt ".utf8))
        #expect(little(bytes, 4, 4) == bytes.count - 8)
        #expect(little(bytes, 20, 2) == tag && little(bytes, 28, 4) == perSecond)
        let data = try #require(bytes.indices.dropLast(4).first { Array(bytes[$0..<($0 + 4)]) == Array("data".utf8) })
        #expect(little(bytes, data + 4, 4) == perSecond * 4)
        #expect(data + 8 + little(bytes, data + 4, 4) == bytes.count)
    }

    @Test("python's wave module plays the PCM recording: four seconds at 8000 a second")
    func foreignPlayer() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.wav")
        try Files.writeDurably(WaveAudio(format: .pcm, seconds: 4, pitch: 300).bytes(), to: path)
        let script = "import wave,sys; w=wave.open(sys.argv[1]); print(w.getnframes(), w.getframerate(), w.getnchannels())"
        let (_, output) = try await run("python3", ["-c", script, path])
        #expect(String(decoding: output, as: UTF8.self) == "32000 8000 1\n")
    }

    @Test("the private header is no RIFF, and the broken file ends within its header")
    func foreignHeaders() {
        let privately = WaveAudio(format: .private, seconds: 1, pitch: 300).bytes()
        #expect(Array(privately.prefix(5)) == Array("PCMA".utf8) + [0] && privately.count == 76 + 50 * 172)
        #expect(WaveAudio(format: .broken, seconds: 1, pitch: 300).bytes().count == 27)
    }

    /// ITU-T G.711: 4000 and -4000 in A-law (after inversion of even bits) and µ-law.
    @Test(
        "G.711 codes are those of the recommendation",
        arguments: [
            (WaveFormat.aLaw, [0x9A, 0x1A] as Set<UInt8>), (.muLaw, [0xAF, 0x2F] as Set<UInt8>),
        ])
    func companding(format: WaveFormat, codes: Set<UInt8>) {
        let bytes = WaveAudio(format: format, seconds: 1, pitch: 300).bytes()
        #expect(Set(bytes.suffix(8000)) == codes)
    }

    @Test("channels take turns, one of them writes GB18030, and later rows close earlier complaints")
    func channelFiles() async throws {
        let folder = try TemporaryFolder()
        let channels = try ChannelSimulator(folder: folder.path, seed: 4, clock: clock)
        var paths: [String] = []
        for _ in 0..<21 { paths.append(try #require(try channels.tellNext())) }
        #expect(Set(paths).count == 21)
        let raw = try paths.map { try Files.read($0) }
        #expect(raw.filter { Array($0.prefix(3)) == [0xEF, 0xBB, 0xBF] }.count == 18)
        #expect(raw.contains { Array($0.prefix(4)) == [0xC7, 0xFE, 0xB5, 0xC0] })
        #expect(channels.closed > 10 && channels.accepted.count >= 21)
        let again = try ChannelSimulator(folder: folder.file("again"), seed: 4, clock: clock)
        #expect(try Files.read(#require(try again.tellNext())) == raw[0])
    }
}

private func little(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
    bytes[offset..<(offset + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
}

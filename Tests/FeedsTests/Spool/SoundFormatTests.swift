import Feeds
import PatrolSim
import Testing

/// Sound that is not plain RIFF, and what else a header may hold.
@Suite struct SoundFormatTests {
    /// MPEG 1 layer III, 128 kbit/s, 44.1 kHz, stereo: 417 bytes and 1152 samples a frame.
    private func frames(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { _ in [0xFF, 0xFB, 0x90, 0x00] + [UInt8](repeating: 0, count: 413) }
    }

    @Test("MPEG audio lasts as long as its frames, whatever stands before and between them")
    func mp3() {
        let plain = WAVHeader(frames(100))
        #expect(plain.format == "mp3" && plain.seconds == 2.612 && plain.sampleRate == 44100 && plain.channels == 2)
        let tag = Array("ID3".utf8) + [4, 0, 0, 0, 0, 1, 0] + [UInt8](repeating: 0xFF, count: 128)
        #expect(WAVHeader(tag + frames(50) + [1, 2, 3] + frames(50)).seconds == 2.612)
        // The last frame is cut.
        #expect(WAVHeader(Array(frames(100).dropLast())).seconds == 2.586)
    }

    @Test("MPEG audio at 8000 samples a second, as telephones have it")
    func slowMP3() {
        // MPEG 2.5 layer III, 8 kbit/s, 8 kHz, one channel: 72 bytes, 576 samples.
        let frame: [UInt8] = [0xFF, 0xE3, 0x18, 0xC0] + [UInt8](repeating: 0, count: 68)
        let header = WAVHeader((0..<125).flatMap { _ in frame })
        #expect(header.seconds == 9 && header.sampleRate == 8000 && header.channels == 1)
    }

    @Test("within WAVE the frames count too, not the mean rate")
    func mp3InWave() {
        var wav = WAV(tag: 0x55, bits: 0, block: 1, bytesPerSecond: 1)
        wav.data = frames(100)
        #expect(WAVHeader(wav.bytes).format == "mp3" && WAVHeader(wav.bytes).seconds == 2.612)
    }

    @Test("RIFX has its numbers the other way round")
    func bigEndian() {
        func big(_ value: Int, _ width: Int) -> [UInt8] { WAV.pcm.number(value, width).reversed() }
        let format = big(1, 2) + big(2, 2) + big(8000, 4) + big(32000, 4) + big(4, 2) + big(16, 2)
        let body = Array("WAVEfmt ".utf8) + big(16, 4) + format + Array("data".utf8) + big(32000, 4)
        let file = Array("RIFX".utf8) + big(body.count + 32000, 4) + body + [UInt8](repeating: 0, count: 32000)
        let header = WAVHeader(file)
        #expect(header.format == "pcm" && header.seconds == 1 && header.channels == 2 && header.note == nil)
    }

    @Test("RF64 keeps the length of the sound in ds64")
    func wide() {
        let ds64 = WAV.pcm.number(0, 8) + WAV.pcm.number(16000, 8) + WAV.pcm.number(8000, 8) + WAV.pcm.number(0, 4)
        var wav = WAV.pcm
        wav.before = [wav.chunk("ds64", ds64)]
        wav.dataSize = 0xFFFF_FFFF
        wav.after = [wav.chunk("LIST", [1, 2, 3, 4])]
        let file = Array("RF64".utf8) + wav.bytes.dropFirst(4)
        let header = WAVHeader(Array(file))
        #expect(header.format == "pcm" && header.seconds == 1 && header.note == nil)
        // Without ds64 the file's own length has to do, and that is said.
        wav.before = []
        wav.after = []
        #expect(WAVHeader(Array(Array("RF64".utf8) + wav.bytes.dropFirst(4))).note != nil)
    }

    @Test("Wave64 is read by its own chunks")
    func wave64() {
        let tail: [UInt8] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]
        let riff: [UInt8] = [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00]
        func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
            let padding = (8 - content.count % 8) % 8
            return Array(name.utf8) + tail + WAV.pcm.number(content.count + 24, 8) + content
                + [UInt8](repeating: 0, count: padding)
        }
        let body = chunk("junk", [1, 2, 3]) + chunk("fmt ", WAV.pcm.format) + chunk("data", WAV.pcm.data)
        let file = Array("riff".utf8) + riff + WAV.pcm.number(body.count + 40, 8) + Array("wave".utf8) + tail + body
        let header = WAVHeader(file)
        #expect(header.format == "pcm" && header.seconds == 1 && !header.isTruncated)
        #expect(WAVHeader(Array(file.dropLast(8000))).isTruncated)
    }

    @Test("packets of an IP phone last as long as their clock says")
    func phone() {
        func file(_ codec: String, packet: Int, increment: Int, count: Int, told: Int? = nil) -> [UInt8] {
            Array(codec.utf8) + [UInt8](repeating: 0, count: 64 - codec.utf8.count) + WAV.pcm.number(packet, 4)
                + WAV.pcm.number(increment, 4) + WAV.pcm.number(told ?? packet * count, 4)
                + [UInt8](repeating: 0xD5, count: packet * count)
        }
        let header = WAVHeader(file("PCMA", packet: 172, increment: 160, count: 100))
        #expect(header.format == "private" && header.seconds == 2 && header.note?.contains("PCMA") == true)
        #expect(WAVHeader(file("G729", packet: 32, increment: 160, count: 50)).seconds == 1)
        #expect(WAVHeader(file("PCMU", packet: 172, increment: 160, count: 100, told: 0)).seconds == 2)
        #expect(WAVHeader(file("PCMU", packet: 172, increment: 160, count: 100, told: 34400)).isTruncated)
        #expect(WAVHeader(file("PCMU", packet: 0, increment: 160, count: 100)).seconds == nil)
    }

    @Test("an unknown tag at G.729's rate is taken for it, and that is said")
    func vendorG729() {
        var wav = WAV(tag: 0x1501, bits: 0, block: 10, bytesPerSecond: 1000)
        wav.data = [UInt8](repeating: 1, count: 2000)
        let header = WAVHeader(wav.bytes)
        #expect(header.format == "g729" && header.seconds == 2 && header.note?.contains("5377") == true)
    }

    @Test("the simulated recorder's files last as long as it says", arguments: WaveFormat.allCases)
    func simulated(format: WaveFormat) {
        let header = WAVHeader(WaveAudio(format: format, seconds: 3, pitch: 300).bytes())
        #expect(format == .broken ? header.format == "broken" : header.seconds == 3)
    }
}

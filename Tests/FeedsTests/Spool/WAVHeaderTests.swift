import Feeds
import Testing

@Suite struct WAVHeaderTests {
    @Test("PCM, one second")
    func pcm() {
        let header = WAVHeader(WAV.pcm.bytes)
        #expect(header.format == "pcm" && header.seconds == 1 && header.channels == 1 && header.sampleRate == 8000)
        #expect(header.note == nil && !header.isTruncated)
    }

    @Test("A-law, and µ-law on two channels")
    func law() {
        #expect(WAVHeader(WAV.aLaw.bytes).format == "a-law")
        #expect(WAVHeader(WAV.aLaw.bytes).seconds == 2)
        let stereo = WAVHeader(WAV.muLaw.bytes)
        #expect(stereo.format == "mu-law" && stereo.channels == 2 && stereo.seconds == 1)
    }

    @Test("GSM 6.10 counts by blocks of 65 bytes, or by its fact chunk")
    func gsm() {
        var wav = WAV(tag: 0x31, bits: 0, block: 65, bytesPerSecond: 1625, formatTail: [2, 0, 0x40, 0x01])
        wav.data = [UInt8](repeating: 1, count: 1625)
        #expect(WAVHeader(wav.bytes).format == "gsm" && WAVHeader(wav.bytes).seconds == 1)
        wav.before = [wav.chunk("fact", wav.number(4000, 4))]
        #expect(WAVHeader(wav.bytes).seconds == 0.5)
    }

    @Test("IMA ADPCM counts by blocks, told or computed")
    func ima() {
        var wav = WAV(tag: 0x11, bits: 4, block: 256, bytesPerSecond: 4055, formatTail: [2, 0, 0xF9, 0x01])
        wav.data = [UInt8](repeating: 1, count: 256 * 16)
        #expect(WAVHeader(wav.bytes).seconds == 1.01)
        wav.formatTail = []
        #expect(WAVHeader(wav.bytes).format == "ima-adpcm" && WAVHeader(wav.bytes).seconds == 1.01)
    }

    @Test("G.729 counts 80 samples for ten bytes, whichever tag the vendor chose", arguments: [0x83, 0x133, 0x134])
    func g729(tag: Int) {
        var wav = WAV(tag: tag, bits: 0, block: 10, bytesPerSecond: 1000)
        wav.data = [UInt8](repeating: 1, count: 3000)
        #expect(WAVHeader(wav.bytes).format == "g729" && WAVHeader(wav.bytes).seconds == 3)
    }

    @Test("MP3 counts by its bytes a second")
    func mp3() {
        let wav = WAV(tag: 0x55, bits: 0, block: 1, bytesPerSecond: 4000)
        #expect(WAVHeader(wav.bytes).format == "mp3" && WAVHeader(wav.bytes).seconds == 4)
    }

    @Test("the extensible format is what its sub-format says")
    func extensible() {
        let tail: [UInt8] = [22, 0, 8, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
        let wav = WAV(tag: 0xFFFE, bits: 8, block: 1, bytesPerSecond: 8000, formatTail: tail)
        #expect(WAVHeader(wav.bytes).format == "a-law" && WAVHeader(wav.bytes).seconds == 2)
    }

    @Test("chunks may come in any order, with odd lengths, and after the sound")
    func order() {
        var wav = WAV.pcm
        wav.before = [wav.chunk("bext", [1, 2, 3]), wav.chunk("LIST", [9])]
        wav.after = [wav.chunk("LIST", [1, 2, 3, 4, 5])]
        #expect(WAVHeader(wav.bytes).seconds == 1)
        let reversed = WAVHeader(wav.riff([wav.dataChunk, wav.chunk("fmt ", wav.format)]))
        #expect(reversed.format == "pcm" && reversed.seconds == 1)
    }

    @Test("sizes that were never written are taken from the file's length", arguments: [0, 0xFFFF_FFFF])
    func unset(size: Int) {
        var wav = WAV.pcm
        wav.dataSize = size
        wav.riffSize = size
        let header = WAVHeader(wav.bytes)
        #expect(header.format == "pcm" && header.seconds == 1 && header.note != nil && !header.isTruncated)
    }

    @Test("a file that ends before the promised sound is broken, with the length of what is there")
    func truncated() {
        let header = WAVHeader(Array(WAV.pcm.bytes.dropLast(8000)))
        #expect(header.format == "broken" && header.isTruncated && header.seconds == 0.5)
        #expect(header.note == "the header promises 16000 bytes of sound, the file holds 8000")
    }

    @Test("a header that is not RIFF is kept as private, naming the codec where it is known")
    func foreign() {
        var phone = Array("PCMA".utf8) + [UInt8](repeating: 0, count: 60)
        phone += WAV.pcm.number(172, 4) + WAV.pcm.number(160, 4) + WAV.pcm.number(1720, 4) + [UInt8](repeating: 0xD5, count: 1720)
        #expect(WAVHeader(phone).format == "private")
        #expect(WAVHeader(phone).note?.contains("PCMA") == true)
        #expect(WAVHeader([UInt8](repeating: 0x42, count: 500)).format == "private")
        #expect(WAVHeader(Array("RIFF".utf8) + WAV.pcm.number(100, 4) + Array("AVI ".utf8) + [0, 0]).format == "private")
        var unknown = WAV.pcm
        unknown.tag = 0x1234
        #expect(WAVHeader(unknown.bytes).format == "private" && WAVHeader(unknown.bytes).seconds != nil)
    }

    @Test("nonsense is broken and says why")
    func nonsense() {
        #expect(WAVHeader([]).format == "broken")
        #expect(WAVHeader(Array("RIFF".utf8)).format == "broken")
        #expect(WAVHeader(WAV.pcm.riff([WAV.pcm.dataChunk])).format == "broken")
        #expect(WAVHeader(WAV.pcm.riff([WAV.pcm.chunk("fmt ", WAV.pcm.format)])).format == "broken")
        var silly = WAV.pcm
        silly.rate = 0
        #expect(WAVHeader(silly.bytes).format == "broken" && WAVHeader(silly.bytes).note != nil)
    }

    @Test("no bytes whatever crash the reader")
    func anything() {
        var generator = SystemRandomNumberGenerator()
        let good = WAV.muLaw.bytes.prefix(200)
        for _ in 0..<3000 {
            var bytes = Array(good.prefix(Int.random(in: 0...200, using: &generator)))
            for _ in 0..<6 where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
            }
            #expect(!WAVHeader(bytes).format.isEmpty)
        }
    }
}

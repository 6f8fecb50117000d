// Files that do not begin with RIFF.
extension WAVHeader {
    /// Wave64's GUIDs of the file and of its kind (Sony Pictures Digital); chunk names are their first four bytes.
    private static let wave64: [UInt8] = [
        0x72, 0x69, 0x66, 0x66, 0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00,
    ]

    static func foreign(
        length: Int64, at read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) rethrows -> WAVHeader {
        let start = try read(0, 76)
        if start.starts(with: wave64) { return judge(try WAVChunks(wave64: length, at: read), length: length) }
        if let phone = PhonePackets(start) { return phone.header(length: length) }
        if start.starts(with: Array("RIFF".utf8)) {
            return WAVHeader(format: "broken", note: "the file ends within its header")
        }
        if MP3Frames.begin(start) { return try mp3(length: length, at: read) }
        return WAVHeader(format: "private", note: "no RIFF header")
    }

    private static func mp3(
        length: Int64, at read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) rethrows -> WAVHeader {
        let frames = try MP3Frames(from: 0, to: length, at: read)
        var header = WAVHeader(format: "mp3")
        header.seconds = frames.seconds
        if frames.count > 0 {
            header.channels = frames.channels
            header.sampleRate = frames.rate
        }
        if frames.count < 2 {
            header.note = "the file begins like MPEG audio, and has no frames that follow one another"
        }
        return header
    }
}

/// What IP phones of one family keep under the name `.wav`: `char codec[64]; int32 packet length; int32 time increment;
/// uint32 bytes of packets`, then RTP packets, all of one length.
struct PhonePackets {
    private static let codecs = ["PCMA", "PCMU", "G722", "G729", "G723", "iLBC", "opus"]

    private let codec: String
    private let packet: Int
    /// Ticks of the RTP clock from packet to packet.
    private let increment: Int
    private let bytes: Int64

    /// Nothing where the first 76 bytes are no such header.
    init?(_ start: [UInt8]) {
        let name = start.prefix(64).prefix { $0 != 0 }
        let found = Self.codecs.first { codec in
            Array(codec.utf8).elementsEqual(name.prefix(codec.utf8.count)) && name.count <= codec.utf8.count + 8
        }
        guard start.count == 76, let found else { return nil }
        codec = found
        packet = little(start, 64, 4)
        increment = little(start, 68, 4)
        bytes = Int64(little(start, 72, 4))
    }

    /// The RTP clock (RFC 3551): 8000 also for G.722, 48,000 for Opus.
    private var clock: Int { codec == "opus" ? 48000 : 8000 }

    func header(length: Int64) -> WAVHeader {
        var header = WAVHeader(format: "private", note: "packets as an IP phone keeps them, codec \(codec)")
        let held = max(0, length - 76)
        let isUnset = bytes == 0 || bytes == 0xFFFF_FFFF
        if !isUnset, bytes > held {
            header.isTruncated = true
            header.note = (header.note ?? "") + "; the header promises \(bytes) bytes of them, the file holds \(held)"
        }
        guard (1...65536).contains(packet), (1...480_000).contains(increment) else { return header }
        let packets = (isUnset ? held : min(bytes, held)) / Int64(packet)
        header.channels = 1
        header.sampleRate = codec == "G722" ? 16000 : clock
        header.seconds = (Double(packets) * Double(increment) / Double(clock) * 1000).rounded() / 1000
        return header
    }
}

extension WAVChunks {
    /// Walks the chunks of Wave64: 16 bytes of name, eight of length with those 24, and padding to eight.
    init(wave64 length: Int64, at read: (_ offset: Int64, _ count: Int) throws -> [UInt8]) rethrows {
        self.init()
        var offset: Int64 = 40
        for _ in 0..<1000 where offset + 24 <= length {
            let head = try read(offset, 24)
            guard head.count == 24 else { return }
            let told = Int64(little(Array(head[16..<24]), 0, 8))
            let isUnset = told < 24
            try take(word(head, 0), isUnset ? nil : told - 24, at: offset + 24, read)
            guard !isUnset, told <= length else { return }
            offset += (told + 7) / 8 * 8
        }
    }
}

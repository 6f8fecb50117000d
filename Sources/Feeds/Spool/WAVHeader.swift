/// What a recording's header tells of it, read leniently: every file gets an answer and none is thrown away.
///
/// RIFF/WAVE with the chunks in any order, padded to even lengths; sizes of 0 or 0xFFFFFFFF, as recorders leave them
/// that write while the call runs or that lost power, are taken from the file's length (Microsoft RIFF, RFC 2361).
package struct WAVHeader: Hashable, Sendable {
    /// `pcm`, `a-law`, `mu-law`, `gsm`, `ima-adpcm`, `g729`, `mp3` …; `private` for a header that is not RIFF or a codec
    /// without a name here; `broken` for a RIFF file that cannot be played as it stands.
    package var format: String
    /// One sentence for `private` and `broken`, and wherever a figure was not taken from the header.
    package var note: String?
    package var seconds: Double?
    package var channels: Int?
    /// Samples a second of one channel.
    package var sampleRate: Int?
    /// Whether the header promises more sound than the file holds: perhaps it is still being copied.
    package var isTruncated = false

    init(format: String, note: String? = nil) {
        self.format = format
        self.note = note
    }

    /// Reads the header of a whole recording.
    package init(_ bytes: [UInt8]) {
        self.init(length: Int64(bytes.count)) { offset, count in
            let start = min(Int(offset), bytes.count)
            return Array(bytes[start..<min(start + count, bytes.count)])
        }
    }

    /// Reads a header through a function that gives `count` bytes at an offset, fewer only at the file's end.
    package init(length: Int64, at read: (_ offset: Int64, _ count: Int) throws -> [UInt8]) rethrows {
        let start = try read(0, 12)
        guard length > 0 else {
            self.init(format: "broken", note: "the file is empty")
            return
        }
        guard start.count == 12, ["RIFF", "RF64", "RIFX"].contains(word(start, 0)) else {
            self = try Self.foreign(length: length, at: read)
            return
        }
        guard word(start, 8) == "WAVE" else {
            self.init(format: "private", note: "RIFF of another kind than WAVE")
            return
        }
        let isBig = word(start, 0) == "RIFX"
        let chunks = try WAVChunks(length: length, isBig: isBig, at: read)
        self = Self.judge(chunks, length: length, isBig: isBig)
        try measureMP3(chunks, length: length, at: read)
    }

    /// MPEG audio tells its length by its frames only; the header's bytes a second are a mean, if not a guess.
    private mutating func measureMP3(
        _ chunks: WAVChunks, length: Int64, at read: (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) rethrows {
        guard format == "mp3", let data = chunks.data else { return }
        let frames = try MP3Frames(from: data.offset, to: min(length, data.offset + (data.size ?? length)), at: read)
        if let counted = frames.seconds { seconds = counted }
    }

    static func judge(_ chunks: WAVChunks, length: Int64, isBig: Bool = false) -> WAVHeader {
        guard let raw = chunks.format, let format = WAVFormat(raw, isBig: isBig) else {
            return WAVHeader(format: "broken", note: "the header does not say how the sound is coded (no usable fmt chunk)")
        }
        guard let data = chunks.data else {
            return WAVHeader(format: "broken", note: "the file ends before the sound begins (no data chunk)")
        }
        var header = WAVHeader(format: format.name ?? "private")
        header.channels = format.channels
        header.sampleRate = format.rate
        let held = max(0, length - data.offset)
        let bytes = data.size.map { min($0, held) } ?? held
        // A fact chunk written before the sound was is as unset as the data chunk's size.
        header.seconds = format.seconds(bytes: bytes, samples: data.size == nil ? nil : chunks.samples)
        if let size = data.size, size > held {
            header.format = "broken"
            header.isTruncated = true
            header.note = "the header promises \(size) bytes of sound, the file holds \(held)"
        } else if format.isLikeG729 {
            header.note = "codec \(format.tag) is taken for G.729, because it has its 1000 bytes a second"
        } else if format.name == nil {
            header.note = "codec \(format.tag) has no name here"
        } else if data.size == nil {
            header.note = "the recorder never wrote the length of the sound; it is taken from the file's length"
        }
        return header
    }
}

func word(_ bytes: [UInt8], _ offset: Int) -> String {
    String(decoding: bytes.dropFirst(offset).prefix(4), as: UTF8.self)
}

/// An unsigned little-endian number, 0 where the bytes end before.
func little(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> Int {
    guard offset + width <= bytes.count else { return 0 }
    // Eight bytes may have the sign bit set: no file is that long.
    return (0..<width).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) } & Int.max
}

/// An unsigned number of either byte order, 0 where the bytes end before.
func number(_ bytes: [UInt8], _ offset: Int, _ width: Int, isBig: Bool) -> Int {
    guard isBig else { return little(bytes, offset, width) }
    guard offset + width <= bytes.count else { return 0 }
    return (0..<width).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
}

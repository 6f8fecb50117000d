/// The chunks of a WAVE file that matter, found in any order.
struct WAVChunks {
    /// Content of `fmt `.
    var format: [UInt8]?
    /// `fact`: samples of one channel.
    var samples: Int?
    /// Where the sound begins, and its length where the header tells.
    var data: (offset: Int64, size: Int64?)?
    /// RF64 (EBU Tech 3306): `ds64`'s sizes of the sound in bytes and samples, which four bytes cannot hold.
    private var wide: (bytes: Int64, samples: Int)?
    private let isBig: Bool

    /// Walks the chunks; damaged sizes end the walk, not the program.
    ///
    /// - Parameter isBig: whether numbers have their first byte first (RIFX).
    init(length: Int64, isBig: Bool = false, at read: (_ offset: Int64, _ count: Int) throws -> [UInt8]) rethrows {
        self.isBig = isBig
        var offset: Int64 = 12
        // Far more chunks than any recorder writes; a file of empty chunks must not hold us up.
        for _ in 0..<1000 where offset + 8 <= length {
            let head = try read(offset, 8)
            guard head.count == 8 else { return }
            let told = Int64(number(head, 4, 4, isBig: isBig))
            let unset = told == 0xFFFF_FFFF || (told == 0 && word(head, 0) == "data")
            let size = unset ? (word(head, 0) == "data" ? wide?.bytes : nil) : told
            try take(word(head, 0), size, at: offset + 8, read)
            guard let size, size <= length else { return }
            offset += 8 + size + size % 2
        }
    }

    init() { isBig = false }

    mutating func take(
        _ name: String, _ size: Int64?, at offset: Int64, _ read: (Int64, Int) throws -> [UInt8]
    ) rethrows {
        switch name {
        case "fmt " where format == nil:
            format = try read(offset, Int(min(size ?? 64, 64)))
        case "fact" where samples == nil:
            let count = number(try read(offset, 4), 0, 4, isBig: isBig)
            samples = count == 0 ? nil : count == 0xFFFF_FFFF ? wide?.samples : count
        case "ds64" where wide == nil:
            let sizes = try read(offset, 24)
            let (bytes, count) = (little(sizes, 8, 8), little(sizes, 16, 8))
            if bytes > 0 { wide = (Int64(bytes), max(0, count)) }
        case "data" where data == nil:
            data = (offset, size)
        default: break
        }
    }
}

/// The `fmt ` chunk: how the sound is coded.
struct WAVFormat {
    let tag: Int
    let channels: Int
    /// Samples a second of one channel.
    let rate: Int
    private let bytesPerSecond: Int
    private let blockBytes: Int
    private let bitsPerSample: Int
    private let blockSamples: Int

    /// Reads the chunk, or nothing where it is too short or its numbers are nonsense.
    ///
    /// - Parameter isBig: whether numbers have their first byte first (RIFX).
    init?(_ bytes: [UInt8], isBig: Bool = false) {
        guard bytes.count >= 14 else { return nil }
        func field(_ offset: Int, _ width: Int) -> Int { number(bytes, offset, width, isBig: isBig) }
        let first = field(0, 2)
        // WAVE_FORMAT_EXTENSIBLE: the real tag is the first two bytes of the sub-format's GUID.
        tag = first == 0xFFFE && bytes.count >= 26 ? field(24, 2) : first
        channels = field(2, 2)
        rate = field(4, 4)
        bytesPerSecond = field(8, 4)
        blockBytes = field(12, 2)
        bitsPerSample = field(14, 2)
        blockSamples = first == 0xFFFE ? 0 : field(18, 2)
        guard (1...64).contains(channels), (1000...768_000).contains(rate) else { return nil }
    }

    var name: String? {
        switch tag {
        case 1: "pcm"
        case 2: "ms-adpcm"
        case 3: "float"
        case 6: "a-law"
        case 7: "mu-law"
        case 0x11: "ima-adpcm"
        case 0x31: "gsm"
        case 0x55: "mp3"
        case 0x14, 0x42: "g723"
        case 0x40, 0x45, 0x64: "g726"
        case 0x50: "mp2"
        // G.729: the tag differs from vendor to vendor.
        case 0x72, 0x83, 0x133, 0x134, 0xA123: "g729"
        default: isLikeG729 ? "g729" : nil
        }
    }

    /// A tag without a name here at the rate of G.729: ten bytes for 80 samples.
    var isLikeG729: Bool { !Self.named.contains(tag) && rate == 8000 && bytesPerSecond == 1000 * channels }

    private static let named: Set<Int> = [
        1, 2, 3, 6, 7, 0x11, 0x14, 0x31, 0x40, 0x42, 0x45, 0x50, 0x55, 0x64, 0x72, 0x83, 0x133, 0x134, 0xA123,
    ]

    /// How long the sound lasts.
    ///
    /// - Parameters:
    ///   - bytes: length of the sound as coded.
    ///   - samples: samples of one channel from `fact`, which only the coded formats need.
    func seconds(bytes: Int64, samples: Int?) -> Double? {
        switch tag {
        case 1, 3: return divide(bytes, rate * channels * max(1, (bitsPerSample + 7) / 8))
        case 6, 7: return divide(bytes, rate * channels)
        default: break
        }
        if let samples { return divide(Int64(samples), rate) }
        switch tag {
        case 0x11: return blocks(bytes, blockBytes, samples: blockSamples > 0 ? blockSamples : imaSamples)
        case 0x31: return blocks(bytes, blockBytes > 0 ? blockBytes : 65, samples: blockSamples > 0 ? blockSamples : 320)
        default: return name == "g729" ? blocks(bytes, 10 * channels, samples: 80) : divide(bytes, bytesPerSecond)
        }
    }

    /// Each channel's block begins with a four-byte header that holds the first sample; then two samples a byte.
    private var imaSamples: Int { max(0, blockBytes - 4 * channels) * 2 / channels + 1 }

    private func blocks(_ bytes: Int64, _ size: Int, samples: Int) -> Double? {
        guard size > 0 else { return nil }
        return divide(bytes * Int64(samples), size * rate)
    }

    private func divide(_ bytes: Int64, _ perSecond: Int) -> Double? {
        guard perSecond > 0 else { return nil }
        // Whole milliseconds: more would be noise in the event.
        return (Double(bytes) / Double(perSecond) * 1000).rounded() / 1000
    }
}

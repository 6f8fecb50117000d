/// The frames of MPEG audio (ISO/IEC 11172-3, 13818-3), counted: the only way to know how long it lasts.
struct MP3Frames {
    /// Whole frames.
    private(set) var count = 0
    private(set) var rate = 0
    private(set) var channels = 0
    private var samples: Int64 = 0

    /// Whole milliseconds.
    var seconds: Double? {
        guard rate > 0, count > 0 else { return nil }
        return (Double(samples) / Double(rate) * 1000).rounded() / 1000
    }

    private struct Frame {
        let length: Int
        let samples: Int
        let rate: Int
        let channels: Int
    }

    /// Nobody records longer than a day; a file of rubbish must not hold us up.
    private static let limit = 4_000_000
    private static let window = 1 << 16

    /// Walks the frames from an offset up to `end`; rubbish between frames is passed over.
    init(from start: Int64, to end: Int64, at read: (_ offset: Int64, _ count: Int) throws -> [UInt8]) rethrows {
        var offset = start + (try Self.tag(at: start, read))
        var bytes: [UInt8] = []
        var base = offset
        var strays = 0
        while offset + 4 <= end, count < Self.limit, strays < 1 << 20 {
            if offset < base || offset + 4 > base + Int64(bytes.count) {
                base = offset
                bytes = try read(offset, Int(min(Int64(Self.window), end - offset)))
                guard bytes.count >= 4 else { return }
            }
            let at = Int(offset - base)
            guard let frame = Self.frame(bytes[at...].prefix(4)), rate == 0 || frame.rate == rate,
                offset + Int64(frame.length) <= end
            else {
                offset += 1
                strays += 1
                continue
            }
            take(frame)
            offset += Int64(frame.length)
        }
    }

    private mutating func take(_ frame: Frame) {
        count += 1
        rate = frame.rate
        channels = frame.channels
        samples += Int64(frame.samples)
    }

    /// Length of an ID3v2 tag; its size is written seven bits a byte.
    private static func tag(at start: Int64, _ read: (Int64, Int) throws -> [UInt8]) rethrows -> Int64 {
        let head = try read(start, 10)
        guard head.count == 10, head.starts(with: Array("ID3".utf8)) else { return 0 }
        return head[6..<10].reduce(Int64(0)) { $0 << 7 | Int64($1 & 0x7F) } + 10
    }

    /// Whether bytes begin with a frame or a tag before frames.
    static func begin(_ bytes: [UInt8]) -> Bool {
        if bytes.starts(with: Array("ID3".utf8)) { return true }
        return frame(bytes.prefix(4)) != nil
    }

    /// Reads the four bytes of a frame's header.
    private static func frame(_ head: ArraySlice<UInt8>) -> Frame? {
        let bytes = Array(head)
        guard bytes.count == 4, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 else { return nil }
        let (second, third) = (bytes[1], bytes[2])
        let version = Int(second >> 3 & 3)
        let layer = 4 - Int(second >> 1 & 3)
        let index = Int(third >> 4)
        let rateIndex = Int(third >> 2 & 3)
        guard version != 1, layer != 4, (1...14).contains(index), rateIndex != 3 else { return nil }
        let isFirst = version == 3
        let rate = [44100, 48000, 32000][rateIndex] >> (isFirst ? 0 : version == 2 ? 1 : 2)
        let bits = kilobits(isFirst: isFirst, layer: layer)[index - 1] * 1000
        let padding = Int(third >> 1 & 1)
        let samples = layer == 1 ? 384 : layer == 3 && !isFirst ? 576 : 1152
        let length = layer == 1 ? (12 * bits / rate + padding) * 4 : samples / 8 * bits / rate + padding
        return length < 8 ? nil : Frame(length: length, samples: samples, rate: rate, channels: bytes[3] >> 6 == 3 ? 1 : 2)
    }

    private static func kilobits(isFirst: Bool, layer: Int) -> [Int] {
        switch (isFirst, layer) {
        case (true, 1): [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448]
        case (true, 2): [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384]
        case (true, _): [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
        case (false, 1): [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256]
        case (false, _): [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
        }
    }
}

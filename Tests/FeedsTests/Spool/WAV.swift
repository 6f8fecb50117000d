/// Builds recordings for tests, one quirk at a time.
struct WAV {
    var tag = 1
    var channels = 1
    var rate = 8000
    var bits = 16
    var block = 2
    var bytesPerSecond = 16000
    var formatTail: [UInt8] = []
    var data = [UInt8](repeating: 0, count: 16000)
    var before: [[UInt8]] = []
    var after: [[UInt8]] = []
    var dataSize: Int?
    var riffSize: Int?

    var format: [UInt8] {
        number(tag, 2) + number(channels, 2) + number(rate, 4) + number(bytesPerSecond, 4) + number(block, 2) + number(bits, 2)
            + formatTail
    }

    var bytes: [UInt8] { riff(before + [chunk("fmt ", format), dataChunk] + after) }

    var dataChunk: [UInt8] {
        Array("data".utf8) + number(dataSize ?? data.count, 4) + data + (data.count % 2 == 1 && dataSize == nil ? [0] : [])
    }

    func riff(_ chunks: [[UInt8]]) -> [UInt8] {
        let body = chunks.flatMap { $0 }
        return Array("RIFF".utf8) + number(riffSize ?? body.count + 4, 4) + Array("WAVE".utf8) + body
    }

    func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array(name.utf8) + number(content.count, 4) + content + (content.count % 2 == 1 ? [0] : [])
    }

    func number(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    static let pcm = WAV()
    static let aLaw = WAV(tag: 6, bits: 8, block: 1, bytesPerSecond: 8000)
    static let muLaw = WAV(tag: 7, channels: 2, bits: 8, block: 2, bytesPerSecond: 16000)
}

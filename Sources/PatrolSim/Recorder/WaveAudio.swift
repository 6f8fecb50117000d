/// What a simulated recorder writes under the name `.wav`.
package enum WaveFormat: String, Hashable, Sendable, CaseIterable {
    /// 16 bits linear, fmt tag 1.
    case pcm
    /// G.711, fmt tags 6 and 7.
    case aLaw = "a-law"
    case muLaw = "mu-law"
    /// GSM 6.10 in blocks of 65 bytes for 320 samples, fmt tag 0x31.
    case gsm
    /// No RIFF: 64 bytes of codec name, three 32-bit numbers, then RTP packets of G.711.
    case `private`
    /// Ends in the middle of its header.
    case broken

    var tag: UInt16 {
        switch self {
        case .aLaw: 6
        case .muLaw: 7
        case .gsm: 0x31
        default: 1
        }
    }
}

/// Makes the bytes of a recording: mono, 8000 samples a second, two voices of tones taking turns.
package struct WaveAudio: Sendable {
    /// What the bytes are.
    package let format: WaveFormat
    /// How long it lasts.
    package let seconds: Int
    private let pitch: Int

    /// - Parameter pitch: of the first voice in hertz; makes recordings differ.
    package init(format: WaveFormat, seconds: Int, pitch: Int) {
        self.format = format
        self.seconds = seconds
        self.pitch = pitch
    }

    /// The whole file.
    package func bytes() -> [UInt8] {
        switch format {
        case .private: privateHeader() + packets(samples().map(G711.aLaw))
        case .broken: Array(riff(data: [0, 0]).prefix(27))
        case .pcm: riff(data: samples().flatMap { little(UInt16(bitPattern: $0)) })
        case .aLaw: riff(data: samples().map(G711.aLaw))
        case .muLaw: riff(data: samples().map(G711.muLaw))
        case .gsm: riff(data: gsmBlocks())
        }
    }

    /// A square tone that changes its pitch every half second: cheap, and no two are the same.
    private func samples() -> [Int16] {
        (0..<(seconds * 8000)).map { index in
            let hertz = (index / 4000) % 2 == 0 ? pitch : pitch * 3 / 2
            let period = max(2, 8000 / hertz)
            return index % period < period / 2 ? 4000 : -4000
        }
    }

    /// Blocks of the right size and count; what they hold is not speech.
    private func gsmBlocks() -> [UInt8] {
        let blocks = (seconds * 8000 + 319) / 320
        return (0..<(blocks * 65)).map { UInt8(truncatingIfNeeded: $0 &* pitch &+ $0 / 65) }
    }

    private func privateHeader() -> [UInt8] {
        let name = Array("PCMA".utf8)
        let data = UInt32(seconds * 50 * 172)
        return name + [UInt8](repeating: 0, count: 64 - name.count) + little(UInt32(172)) + little(UInt32(160)) + little(data)
    }

    /// RTP (RFC 3550, payload type 8) of 20 ms each.
    private func packets(_ sound: [UInt8]) -> [UInt8] {
        stride(from: 0, to: sound.count, by: 160).flatMap { start in
            let number = UInt16(truncatingIfNeeded: start / 160)
            let head: [UInt8] = [0x80, 8, UInt8(number >> 8), UInt8(number & 0xFF)]
            let clock = UInt32(start)
            return head + little(clock.byteSwapped) + little(UInt32(pitch)) + sound[start..<min(start + 160, sound.count)]
        }
    }

    /// RIFF with chunks in order fmt, fact (not for PCM), data; odd data is padded.
    private func riff(data: [UInt8]) -> [UInt8] {
        let samples = UInt32(seconds * 8000)
        let fact = format == .pcm ? [] : chunk("fact", little(samples))
        let content = Array("WAVE".utf8) + chunk("fmt ", fmt()) + fact + chunk("data", data)
        return Array("RIFF".utf8) + little(UInt32(content.count)) + content
    }

    private func fmt() -> [UInt8] {
        let (perSecond, align, bits): (UInt32, UInt16, UInt16) =
            switch format {
            case .aLaw, .muLaw: (8000, 1, 8)
            case .gsm: (1625, 65, 0)
            default: (16000, 2, 16)
            }
        var bytes = little(format.tag) + little(UInt16(1)) + little(UInt32(8000)) + little(perSecond)
        bytes += little(align) + little(bits)
        if format == .gsm { bytes += little(UInt16(2)) + little(UInt16(320)) }
        if format == .aLaw || format == .muLaw { bytes += little(UInt16(0)) }
        return bytes
    }

    private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array(name.utf8) + little(UInt32(content.count)) + content + (content.count % 2 == 1 ? [0] : [])
    }
}

private func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

/// ITU-T G.711 compression of 16-bit samples.
enum G711 {
    static func aLaw(_ sample: Int16) -> UInt8 {
        let sign: UInt8 = sample >= 0 ? 0x80 : 0
        let magnitude = min(32767, sample >= 0 ? Int(sample) : -Int(sample) - 1) >> 3
        let code: Int
        if magnitude < 32 {
            code = magnitude >> 1
        } else {
            let exponent = Int.bitWidth - magnitude.leadingZeroBitCount - 5
            code = (exponent << 4) | ((magnitude >> exponent) & 0x0F)
        }
        return (sign | UInt8(code)) ^ 0x55
    }

    static func muLaw(_ sample: Int16) -> UInt8 {
        let sign: UInt8 = sample < 0 ? 0x80 : 0
        let magnitude = min(32635, abs(Int(sample))) + 132
        let exponent = max(0, Int.bitWidth - magnitude.leadingZeroBitCount - 8)
        let mantissa = (magnitude >> (exponent + 3)) & 0x0F
        return ~(sign | UInt8(exponent << 4) | UInt8(mantissa))
    }
}

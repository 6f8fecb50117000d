import Model

/// A recording as a simulated recorder drops it: its name tells what the WAV does not.
package struct SimRecording: Hashable, Sendable {
    /// File name: the only place of time and numbers.
    package let name: String
    /// What the bytes are.
    package let format: WaveFormat
    /// How long it lasts.
    package let seconds: Int
    /// When the call began, as the name says it.
    package let started: Timestamp
    /// The whole file.
    package let bytes: [UInt8]
}

/// Makes recordings, one after the other; one seed gives one row of them.
package struct RecordingMaker: Sendable {
    private var random: SplitMix64
    private var count = 0

    package init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    /// The next recording of a call that began at that moment.
    ///
    /// - Parameter format: nothing picks one; every twelfth is then broken and every sixth has a private header.
    package mutating func next(at started: Timestamp, format: WaveFormat? = nil) -> SimRecording {
        count += 1
        let format = format ?? usualFormat()
        let seconds = random.number(1..<5)
        let audio = WaveAudio(format: format, seconds: seconds, pitch: 200 + count % 50 * 7)
        return SimRecording(
            name: name(at: started), format: format, seconds: seconds, started: started, bytes: audio.bytes())
    }

    private mutating func usualFormat() -> WaveFormat {
        if count % 12 == 0 { return .broken }
        if count % 6 == 0 { return .private }
        return random.pick([.pcm, .aLaw, .muLaw, .gsm], or: .pcm)
    }

    /// Two patterns: time-id-caller-callee-type of exchanges, and day_time_direction_number_extension of recorder boxes.
    ///
    /// Numbers begin with 000, which no subscriber has; now and then the box knows none.
    private mutating func name(at started: Timestamp) -> String {
        let digits = started.text().prefix(19).filter(\.isNumber)
        let outside = "000" + padded(random.number(0..<100_000_000), 8)
        let desk = String(8001 + random.number(0..<6))
        let isInbound = random.chance(perMille: 700)
        if count % 2 == 0 {
            let number = random.chance(perMille: 80) ? "P" : outside
            return "\(digits.prefix(8))_\(digits.suffix(6))_\(isInbound ? "IN" : "OUT")_\(number)_\(desk).wav"
        }
        let call = "\(started.microseconds / 1_000_000).\(count)"
        let (from, to) = isInbound ? (outside, desk) : (desk, outside)
        return "\(digits)-\(call)-\(from)-\(to)-\(isInbound ? "Inbound" : "Outbound").wav"
    }
}

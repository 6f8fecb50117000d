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
    /// The call, as the exchange knows it.
    package let call: SimCall
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
        var call = call(at: started, seconds)
        let name = name(of: call)
        call.recording = name
        return SimRecording(
            name: name, format: format, seconds: seconds, started: started, call: call, bytes: audio.bytes())
    }

    private mutating func usualFormat() -> WaveFormat {
        if count % 12 == 0 { return .broken }
        if count % 6 == 0 { return .private }
        return random.pick([.pcm, .aLaw, .muLaw, .gsm], or: .pcm)
    }

    /// Between a subscriber's number, which begins with 000 as none does, and a desk.
    private mutating func call(at started: Timestamp, _ seconds: Int) -> SimCall {
        let outside = "000" + padded(random.number(0..<100_000_000), 8)
        let desk = String(8001 + random.number(0..<6))
        let isInbound = random.chance(perMille: 700)
        let (from, to) = isInbound ? (outside, desk) : (desk, outside)
        return SimCall(
            id: "\(started.microseconds / 1_000_000).\(count)", caller: from, callee: to, isInbound: isInbound, started: started,
            talk: seconds)
    }

    /// Two patterns: time-id-caller-callee-type of exchanges, and day_time_direction_number_extension of recorder boxes.
    ///
    /// Now and then the box knows no number.
    private mutating func name(of call: SimCall) -> String {
        let digits = call.started.text().prefix(19).filter(\.isNumber)
        let (outside, desk) = call.isInbound ? (call.caller, call.callee) : (call.callee, call.caller)
        if count % 2 == 0 {
            let number = random.chance(perMille: 80) ? "P" : outside
            return "\(digits.prefix(8))_\(digits.suffix(6))_\(call.isInbound ? "IN" : "OUT")_\(number)_\(desk).wav"
        }
        return "\(digits)-\(call.id)-\(call.caller)-\(call.callee)-\(call.isInbound ? "Inbound" : "Outbound").wav"
    }
}

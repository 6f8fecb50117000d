import Model
import Platform

/// The clock of the machine, as stages see it.
struct MachineClock: WallClock {
    func now() -> Timestamp { Timestamp(microseconds: SystemClock.realtimeMicroseconds()) }
    func uptime() -> Span { Span(microseconds: SystemClock.uptimeMicroseconds()) }
}

/// Civil time that began elsewhere and runs faster, for a demonstration year; intervals stay real.
struct DemonstrationClock: WallClock {
    private let start: Timestamp
    private let began: Int64
    private let rate: Int64

    /// - Parameters:
    ///   - start: the civil time of now.
    ///   - rate: civil seconds in a real second.
    init(start: Timestamp, rate: Int64) {
        self.start = start
        self.rate = rate
        began = SystemClock.uptimeMicroseconds()
    }

    func now() -> Timestamp {
        start + Span(microseconds: (SystemClock.uptimeMicroseconds() - began) * rate)
    }

    func uptime() -> Span { Span(microseconds: SystemClock.uptimeMicroseconds()) }
}

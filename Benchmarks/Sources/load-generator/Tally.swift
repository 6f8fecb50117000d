import NIOCore

/// What was answered, and how long each answer took.
struct Tally: Sendable {
    var events = 0
    /// Answers that told to slow down; what they refused is not sent again.
    var refused = 0
    /// Microseconds from request to answer.
    var waits: [UInt32] = []

    mutating func add(_ other: Tally) {
        events += other.events
        refused += other.refused
        waits += other.waits
    }

    /// One line for whoever started the program.
    func json(took: TimeAmount) -> String {
        let sorted = waits.sorted()
        let at = { (part: Double) in sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))] }
        let seconds = Double(took.nanoseconds) / 1e9
        return """
            {"events":\(events),"requests":\(waits.count),"refused":\(refused),"seconds":\(seconds),\
            "rate":\(Double(events) / seconds),"p50":\(at(0.5)),"p99":\(at(0.99)),"max":\(sorted.last ?? 0)}
            """
    }
}

import Model

/// Follows how far a device's clock is off and tells when that crosses a limit, with hysteresis.
///
/// One late message must not look like a wrong clock, so two readings in a row decide.
package struct ClockSkew: Sendable {
    package enum Crossing: Hashable, Sendable {
        case wrong(Span)
        case right(Span)
    }

    /// The limit; a clock counts as right again a fifth below it.
    package let limit: Span
    /// Device clock minus ours at the last reading.
    package private(set) var offset: Span?
    private var isWrong = false
    private var against = 0

    package init(limit: Span = .seconds(5)) {
        self.limit = limit
    }

    package mutating func read(_ offset: Span) -> Crossing? {
        self.offset = offset
        let distance = abs(offset.microseconds)
        let says = isWrong ? distance > limit.microseconds / 5 * 4 : distance > limit.microseconds
        guard says != isWrong else {
            against = 0
            return nil
        }
        against += 1
        guard against >= 2 else { return nil }
        against = 0
        isWrong = says
        return says ? .wrong(offset) : .right(offset)
    }
}

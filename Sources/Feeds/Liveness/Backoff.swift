import Model

/// Delays that double from a first to a longest one, spread by a random number so that devices are not called in step.
package struct Backoff: Hashable, Sendable {
    package var first: Span
    package var longest: Span
    private var failures = 0

    package init(first: Span, longest: Span) {
        self.first = first
        self.longest = longest
    }

    /// The next delay, never under `first` nor over `longest`.
    ///
    /// - Parameter random: from 0 to 1; adds up to a quarter.
    package mutating func next(random: Double) -> Span {
        let doubled = first.microseconds << min(failures, 20)
        failures += 1
        let base = min(doubled, longest.microseconds)
        let spread = Int64(Double(base) * 0.25 * min(max(random, 0), 1))
        return Span(microseconds: min(base + spread, longest.microseconds))
    }

    package mutating func reset() { failures = 0 }
}

/// A point on the UTC time line in whole microseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The nearest moment that there is; a device may tell any number.
    package init(seconds: Int64) {
        self.microseconds = Span.seconds(seconds).microseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    package static func + (time: Timestamp, span: Span) -> Timestamp {
        Timestamp(microseconds: time.microseconds &+ span.microseconds)
    }

    package static func - (time: Timestamp, span: Span) -> Timestamp {
        Timestamp(microseconds: time.microseconds &- span.microseconds)
    }

    package static func - (later: Timestamp, earlier: Timestamp) -> Span {
        Span(microseconds: later.microseconds &- earlier.microseconds)
    }
}

/// A signed length of time in whole microseconds.
package struct Span: Hashable, Comparable, Sendable {
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func milliseconds(_ count: Int64) -> Span { times(count, 1000) }
    package static func seconds(_ count: Int64) -> Span { times(count, 1_000_000) }
    package static func minutes(_ count: Int64) -> Span { times(count, 60_000_000) }
    package static func hours(_ count: Int64) -> Span { times(count, 3_600_000_000) }
    package static func days(_ count: Int64) -> Span { times(count, 86_400_000_000) }

    /// 36,000 years: sums and differences of such spans still have a number.
    private static let longest: Int64 = 1 << 60

    /// The product, or the longest span of its sign.
    private static func times(_ count: Int64, _ unit: Int64) -> Span {
        let (product, overflows) = count.multipliedReportingOverflow(by: unit)
        guard overflows else { return Span(microseconds: min(max(product, -longest), longest)) }
        return Span(microseconds: count < 0 ? -longest : longest)
    }

    package static let zero = Span(microseconds: 0)

    /// Whole seconds, rounded towards zero.
    package var seconds: Int64 { microseconds / 1_000_000 }

    package static func < (left: Span, right: Span) -> Bool {
        left.microseconds < right.microseconds
    }
}

/// A fixed distance from UTC; civil time in China has been UTC+08:00 without summer time since 1991.
package struct Zone: Hashable, Sendable {
    /// Seconds east of UTC.
    package var seconds: Int64

    package init(seconds: Int64) {
        self.seconds = seconds
    }

    package static let utc = Zone(seconds: 0)
    package static let shanghai = Zone(seconds: 8 * 3600)
}

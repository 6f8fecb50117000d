import Model

extension Span {
    private static let units: [(suffix: String, length: Span)] = [
        ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .minutes(1)), ("h", .hours(1)), ("d", .days(1)),
    ]

    /// Reads `500ms`, `5s`, `10m`, `2h` or `1d`: a whole number and one unit.
    package init?(duration text: String) {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let count = Int64(digits), count <= 1_000_000_000,
            let unit = Span.units.first(where: { $0.suffix == text[digits.endIndex...] })
        else { return nil }
        self.init(microseconds: count * unit.length.microseconds)
    }

    /// The same in the longest unit that divides it.
    package var durationText: String {
        guard microseconds != 0 else { return "0s" }
        let unit = Span.units.last { microseconds % $0.length.microseconds == 0 } ?? Span.units[0]
        return String(microseconds / unit.length.microseconds) + unit.suffix
    }
}

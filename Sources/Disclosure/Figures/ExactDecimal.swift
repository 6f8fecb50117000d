/// A decimal number kept as an integer and its number of decimal places; sums of money never pass through
/// binary floating point.
package struct ExactDecimal: Hashable, Sendable, CustomStringConvertible {
    /// The value times ten to the power of `places`.
    let units: Int128
    let places: Int

    init(units: Int128, places: Int) {
        self.units = units
        self.places = places
    }

    package static let zero = ExactDecimal(units: 0, places: 0)

    /// Reads ASCII digits with at most one point (`14722.49`); a sign, grouping or blanks make it nothing.
    ///
    /// At most 24 digits, of which at most 12 after the point.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
            parts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } })
        else { return nil }
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard fraction.utf8.count <= 12, parts[0].utf8.count <= 12, let units = Int128(String(parts[0]) + fraction) else {
            return nil
        }
        self.init(units: units, places: fraction.utf8.count)
    }

    static func + (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
        let places = max(left.places, right.places)
        return ExactDecimal(units: left.units(at: places) + right.units(at: places), places: places)
    }

    /// The value divided by ten to that power.
    func shifted(_ count: Int) -> ExactDecimal {
        ExactDecimal(units: units, places: places + count)
    }

    private func units(at places: Int) -> Int128 {
        (self.places..<places).reduce(units) { value, _ in value * 10 }
    }

    /// Plain notation without trailing zeros after the point: `0`, `1.5`, `14722.49`.
    package var description: String {
        var digits = String(units)
        if digits.count <= places { digits = String(repeating: "0", count: places - digits.count + 1) + digits }
        let whole = digits.dropLast(places)
        var fraction = digits.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? String(whole) : whole + "." + fraction
    }
}

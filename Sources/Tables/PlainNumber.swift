/// A decimal number taken apart without binary floating point: `-1.50E+3`.
package struct PlainNumber: Hashable, Sendable {
    package let isNegative: Bool
    /// Significant digits without zeros at either end, empty for 0.
    package let digits: [UInt8]
    /// The value is `0.digits` times ten to this power.
    package let exponent: Int
    /// Whether the spelling has an exponent.
    package let isScientific: Bool

    /// How many significant digits a spreadsheet keeps and shows (IEEE 754 binary64).
    package static let kept = 15

    /// Reads what XML Schema's `double` and JSON write, but for infinities; at most 400 bytes, exponents up to 400.
    package init?(_ spelling: some StringProtocol) {
        guard spelling.utf8.count <= 400 else { return nil }
        var rest = Substring(spelling).utf8[...]
        var negative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        let whole = Array(rest.prefix { Self.isDigit($0) })
        rest = rest.dropFirst(whole.count)
        var fraction: [UInt8] = []
        if rest.first == UInt8(ascii: ".") {
            fraction = Array(rest.dropFirst().prefix { Self.isDigit($0) })
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
        var power = 0
        let scientific = rest.first.map { $0 | 0x20 == UInt8(ascii: "e") } ?? false
        if scientific {
            guard let number = Int(String(Substring(rest.dropFirst()))), abs(number) <= 400 else { return nil }
            power = number
        } else if !rest.isEmpty {
            return nil
        }
        self.init(negative, whole, fraction, power, scientific)
    }

    private init(_ negative: Bool, _ whole: [UInt8], _ fraction: [UInt8], _ power: Int, _ scientific: Bool) {
        let all = whole + fraction
        let leading = all.prefix { $0 == UInt8(ascii: "0") }.count
        var digits = Array(all.dropFirst(leading))
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        self.init(
            isNegative: negative && !digits.isEmpty, digits: digits,
            exponent: digits.isEmpty ? 0 : whole.count - leading + power, isScientific: scientific)
    }

    private init(isNegative: Bool, digits: [UInt8], exponent: Int, isScientific: Bool) {
        self.isNegative = isNegative
        self.digits = digits
        self.exponent = exponent
        self.isScientific = isScientific
    }

    package var isWhole: Bool { digits.count <= exponent || digits.isEmpty }

    /// Digits before the point.
    package var wholeDigits: Int { max(0, exponent) }

    /// Whether it is a whole number of which a spreadsheet has lost digits.
    package var isRounded: Bool { exponent > Self.kept }

    /// Without an exponent, such as `1234.5`.
    package var plain: String {
        let text = String(decoding: digits, as: UTF8.self)
        let sign = isNegative ? "-" : ""
        if digits.isEmpty { return "0" }
        if exponent <= 0 { return sign + "0." + String(repeating: "0", count: -exponent) + text }
        if digits.count <= exponent { return sign + text + String(repeating: "0", count: exponent - digits.count) }
        return sign + text.prefix(exponent) + "." + text.dropFirst(exponent)
    }

    /// As a spreadsheet shows it in a wide cell: 15 significant digits, an exponent where digits are lost.
    package var shown: String {
        let rounded = kept
        guard rounded.isRounded else { return rounded.plain }
        let text = String(decoding: rounded.digits, as: UTF8.self)
        let fraction = text.dropFirst()
        return (rounded.isNegative ? "-" : "") + text.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
            + "E+\(rounded.exponent - 1)"
    }

    /// Rounded half up to the digits that a spreadsheet keeps: `14722.490000000002` is 14722.49.
    package var kept: PlainNumber {
        guard digits.count > Self.kept else { return self }
        var head = Array(digits.prefix(Self.kept))
        var exponent = exponent
        if digits[Self.kept] >= UInt8(ascii: "5") {
            var at = head.count - 1
            while at >= 0, head[at] == UInt8(ascii: "9") {
                head[at] = UInt8(ascii: "0")
                at -= 1
            }
            if at >= 0 {
                head[at] += 1
            } else {
                head.insert(UInt8(ascii: "1"), at: 0)
                exponent += 1
            }
        }
        while head.last == UInt8(ascii: "0") { head.removeLast() }
        return PlainNumber(isNegative: isNegative, digits: head, exponent: exponent, isScientific: isScientific)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}

import Model

/// What a figure says.
package enum FigureValue: Hashable, Sendable {
    case count(Int)
    /// A number taken from one record as it stands, such as the followers of a day.
    case reading(Int)
    /// A sum of money, already in the unit that is printed.
    case amount(ExactDecimal)
    case rate(Rate)
    /// Nothing is on record, which is not the same as zero.
    case unknown

    /// The figure as printed in a table cell.
    package var text: String {
        switch self {
        case .count(let value), .reading(let value): String(value)
        case .amount(let value): value.description
        case .rate(let rate): rate.percent
        case .unknown: ""
        }
    }

    package var json: JSON {
        switch self {
        case .count(let value), .reading(let value): .int(value)
        case .amount(let value): .string(value.description)
        case .rate(let rate): rate.json
        case .unknown: .null
        }
    }
}

/// A rate, always with what it was derived from.
package struct Rate: Hashable, Sendable {
    package let numerator: Int
    package let denominator: Int
    /// The last day whose closings count.
    package let cutoff: Day
    package let definition: String

    /// Whole percent, rounded half up by integer arithmetic; `—` where there is no denominator.
    package var percent: String { Self.percent(numerator, of: denominator) }

    static func percent(_ numerator: Int, of denominator: Int) -> String {
        guard denominator > 0 else { return "—" }
        return String((numerator * 200 + denominator) / (denominator * 2)) + "%"
    }

    var json: JSON {
        .object(present: [
            ("percent", .string(percent)), ("numerator", .int(numerator)), ("denominator", .int(denominator)),
            ("cutoff", .string(cutoff.description)), ("definition", .string(definition)),
        ])
    }
}

import Model

/// How a workbook counts days (ECMA-376 18.17.4).
package enum DateSerials: String, Hashable, Sendable {
    case from1900, from1904

    /// The moment that a serial number means, to the second.
    ///
    /// - Returns: nothing below 1, beyond 9999-12-31, and for 60 counted from 1900, the 29th of a February that had 28 days.
    package func moment(_ spelling: String) -> CivilMoment? {
        guard let serial = Double(spelling), serial.isFinite, serial >= (self == .from1900 ? 1 : 0), serial < 2_958_466 else {
            return nil
        }
        var days = Int64(serial.rounded(.down))
        var second = Int(((serial - serial.rounded(.down)) * 86_400).rounded())
        if second == 86_400 {
            second = 0
            days += 1
        }
        switch self {
        case .from1900:
            guard days != 60 else { return nil }
            // Day 1 is 1900-01-01; the day that never was is counted from 60 on.
            return CivilMoment(day: Day(number: days - (days < 60 ? 25_568 : 25_569)), second: second)
        case .from1904:
            return CivilMoment(day: Day(number: days - 24_107), second: second)
        }
    }

    /// Seconds after midnight, where a serial number is a time alone.
    static func time(_ spelling: String) -> Int? {
        guard let serial = Double(spelling), serial >= 0, serial < 1 else { return nil }
        return min(Int((serial * 86_400).rounded()), 86_399)
    }
}

/// How a channel writes moments.
package struct TimeSpelling: Hashable, Sendable {
    package enum Form: String, Hashable, Sendable, CaseIterable {
        /// `2021-03-05T10:20:30+08:00`.
        case rfc3339
        /// `2021-03-05 10:20:30`.
        case civil
        /// `2021-03-05`.
        case day
        /// `20210305102030`.
        case compact
        /// Seconds since 1970.
        case seconds
        /// Milliseconds since 1970.
        case milliseconds
    }

    package var form: Form
    /// Of times that name no offset.
    package var zone: Zone

    package init(_ form: Form = .civil, zone: Zone = .shanghai) {
        self.form = form
        self.zone = zone
    }

    /// A moment as this channel writes it; fractions of a second are cut.
    package func text(_ time: Timestamp) -> String {
        let whole = Timestamp(microseconds: floorDivide(time.microseconds, 1_000_000) * 1_000_000)
        let local = whole.text(in: zone)
        switch form {
        case .rfc3339: return local
        case .civil: return local.prefix(10) + " " + local.dropFirst(11).prefix(8)
        case .day: return String(local.prefix(10))
        case .compact: return local.prefix(19).filter { $0.isASCII && $0.isNumber }
        case .seconds: return String(floorDivide(time.microseconds, 1_000_000))
        case .milliseconds: return String(floorDivide(time.microseconds, 1000))
        }
    }

    /// Reads a moment of the years 1990 to 2199; nothing where it is none.
    ///
    /// The three forms of text are read alike, with `-`, `/`, `.` or 年月日 between the numbers.
    package func read(_ value: String) -> Timestamp? {
        let time: Timestamp? =
            switch form {
            case .seconds: number(value).map { Timestamp(seconds: $0) }
            case .milliseconds: number(value).map { Timestamp(microseconds: $0 * 1000) }
            case .compact: compact(value)
            case .rfc3339, .civil, .day: Timestamp(value, assuming: zone) ?? civil(value)
            }
        guard let time, Self.sensible.contains(time) else { return nil }
        return time
    }

    /// 1990-01-01 to 2199-12-31: what lies outside is a number that means something else.
    private static let sensible = Timestamp(seconds: 631_152_000)...Timestamp(seconds: 7_258_118_399)

    private func number(_ value: String) -> Int64? {
        let whole = value.prefix { $0 != "." }
        guard whole.utf8.count <= 15 else { return nil }
        return Int64(whole)
    }

    private func compact(_ value: String) -> Timestamp? {
        let digits = Array(value)
        guard digits.count == 14 || digits.count == 8, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        let day = "\(String(digits[0..<4]))-\(String(digits[4..<6]))-\(String(digits[6..<8]))"
        guard digits.count == 14 else { return Day(day)?.start(in: zone) }
        let time = "\(String(digits[8..<10])):\(String(digits[10..<12])):\(String(digits[12..<14]))"
        return Timestamp(day + "T" + time, assuming: zone)
    }

    /// A day and perhaps hours, minutes and seconds, each with as many digits as its writer liked.
    private func civil(_ value: String) -> Timestamp? {
        guard value.utf8.count <= 64 else { return nil }
        let numbers = value.split { !($0.isASCII && $0.isNumber) }
        let between = value.filter { !($0.isASCII && $0.isNumber) && !$0.isWhitespace }
        guard (3...6).contains(numbers.count), numbers.count != 4 || between.contains("时"),
            between.allSatisfy({ "-/.:T年月日时点分秒".contains($0) }), numbers[0].count == 4,
            numbers.dropFirst().allSatisfy({ $0.count <= 2 })
        else { return nil }
        let parts = numbers.compactMap { Int($0) } + [0, 0, 0]
        guard let day = Day(year: parts[0], month: parts[1], day: parts[2]), parts[3] < 24, parts[4] < 60, parts[5] < 60 else {
            return nil
        }
        return day.start(in: zone) + .seconds(Int64(parts[3] * 3600 + parts[4] * 60 + parts[5]))
    }
}

import Model

/// A camera's xs:dateTime, read the way that cameras write it.
///
/// Seen in the field: `2024-08-17-12:30:45Z`, `2024-08-17T00:61:16Z` (carried over), `0000-00-00T00:00:00Z`, a date alone,
/// no zone (taken for `zone`).
package struct ONVIFTime: Hashable, Sendable {
    package let text: String
    /// Nothing where the text means no moment.
    package let moment: Timestamp?
    /// Whether it names a time of day; a date alone identifies nothing.
    package let isExact: Bool

    /// Reads what can be read.
    ///
    /// - Parameter zone: of a time that names none.
    package init(_ text: String, assuming zone: Zone = .utc) {
        self.text = text
        var rest = Array(text.utf8.prefix(40))[...]
        rest = rest.drop { $0 <= 0x20 }
        guard let day = Self.day(&rest) else {
            (moment, isExact) = (nil, false)
            return
        }
        let separators: Set<UInt8> = [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " "), UInt8(ascii: "-")]
        guard let separator = rest.first, separators.contains(separator), let ofDay = Self.timeOfDay(rest.dropFirst(), zone)
        else {
            let isDate = rest.allSatisfy { $0 <= 0x20 || $0 == UInt8(ascii: "Z") }
            moment = isDate ? Timestamp(seconds: day.number * 86400 - zone.seconds) : nil
            isExact = false
            return
        }
        moment = Timestamp(microseconds: day.number * 86_400_000_000 + ofDay)
        isExact = true
    }

    /// RFC 3339: as it came where it is that already.
    package var rfc3339: String? {
        guard let moment else { return nil }
        return Timestamp(text) == moment ? text : moment.text(in: .utc)
    }

    private static func day(_ rest: inout ArraySlice<UInt8>) -> Day? {
        guard let year = number(&rest, digits: 4), take(&rest, "-"), let month = number(&rest, digits: 2), take(&rest, "-"),
            let day = number(&rest, digits: 2)
        else { return nil }
        return Day(year: year, month: month, day: day)
    }

    /// Microseconds from the day's midnight in UTC; minutes and seconds over 59 carry over.
    private static func timeOfDay(_ bytes: ArraySlice<UInt8>, _ zone: Zone) -> Int64? {
        var rest = bytes
        guard let hour = number(&rest, digits: 2), take(&rest, ":"), let minute = number(&rest, digits: 2), hour <= 24
        else { return nil }
        let second = take(&rest, ":") ? number(&rest, digits: 2) ?? 0 : 0
        var micros: Int64 = 0
        if take(&rest, ".") || take(&rest, ",") {
            var scale: Int64 = 100_000
            while let byte = rest.first, (0x30...0x39).contains(byte) {
                micros += Int64(byte - 0x30) * scale
                scale /= 10
                rest = rest.dropFirst()
            }
        }
        guard let offset = offset(rest, zone) else { return nil }
        return (Int64(hour * 3600 + minute * 60 + second) - offset) * 1_000_000 + micros
    }

    private static func offset(_ bytes: ArraySlice<UInt8>, _ zone: Zone) -> Int64? {
        var rest = bytes
        while rest.last.map({ $0 <= 0x20 }) ?? false { rest = rest.dropLast() }
        guard let first = rest.popFirst() else { return zone.seconds }
        if first == UInt8(ascii: "Z") || first == UInt8(ascii: "z") { return rest.isEmpty ? 0 : nil }
        guard first == UInt8(ascii: "+") || first == UInt8(ascii: "-"), let hours = number(&rest, digits: 2), hours <= 14
        else { return nil }
        _ = take(&rest, ":")
        let minutes = number(&rest, digits: 2) ?? 0
        guard rest.isEmpty, minutes < 60 else { return nil }
        let distance = Int64(hours * 3600 + minutes * 60)
        return first == UInt8(ascii: "-") ? -distance : distance
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int) -> Int? {
        let found = rest.prefix(digits).prefix { (0x30...0x39).contains($0) }
        rest = rest.dropFirst(found.count)
        return found.isEmpty ? nil : found.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, _ character: Character) -> Bool {
        guard rest.first == character.asciiValue else { return false }
        rest = rest.dropFirst()
        return true
    }
}

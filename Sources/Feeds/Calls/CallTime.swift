import Model

/// Moments and lengths as exchanges write them.
enum CallTime {
    /// A device's clock as RFC 3339; nothing where the text is no moment.
    ///
    /// `2026-11-23 10:20:30`, `2026/1/3 9:05[:00]`, `20261123102030`, and seconds, milliseconds or microseconds since 1970;
    /// without a zone it is civil time in Shanghai. A zero or an empty text is a moment that never was.
    static func text(_ raw: String) -> String? {
        let plain = trimmed(raw)
        guard !plain.isEmpty, plain.utf8.count <= 40 else { return nil }
        if Timestamp(plain) != nil { return dateTime(plain) }
        if Timestamp(plain, assuming: .shanghai) != nil { return dateTime(plain) + "+08:00" }
        if plain.utf8.allSatisfy({ (48...57).contains($0) }) { return digits(plain) }
        return loose(plain)
    }

    /// With `T` between date and time.
    private static func dateTime(_ text: String) -> String {
        text.prefix(10) + "T" + text.dropFirst(11)
    }

    private static func digits(_ text: String) -> String? {
        guard let number = Int64(text), number > 0 else { return nil }
        switch text.utf8.count {
        case 14:
            func part(_ from: Int, _ count: Int) -> Substring { text.dropFirst(from).prefix(count) }
            let civil = "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))T\(part(8, 2)):\(part(10, 2)):\(part(12, 2))+08:00"
            return Timestamp(civil) == nil ? nil : civil
        case 9...10: return Timestamp(seconds: number).text()
        case 12...13: return Timestamp(microseconds: number * 1000).text()
        case 15...16: return Timestamp(microseconds: number).text()
        default: return nil
        }
    }

    /// One digit where two belong, slashes, and no seconds.
    private static func loose(_ text: String) -> String? {
        let halves = text.split(whereSeparator: { $0 == " " || $0 == "T" })
        guard halves.count == 2 else { return nil }
        let day = halves[0].split(whereSeparator: { $0 == "/" || $0 == "-" || $0 == "." }).map { String($0) }
        var clock = halves[1].split(separator: ":").map { String($0) }
        if clock.count == 2 { clock.append("00") }
        guard day.count == 3, clock.count == 3, day[0].utf8.count == 4 else { return nil }
        let fixed =
            day[0] + "-" + two(day[1]) + "-" + two(day[2]) + "T" + two(clock[0]) + ":" + two(clock[1]) + ":" + two(clock[2])
            + "+08:00"
        return Timestamp(fixed) == nil ? nil : fixed
    }

    private static func two(_ text: String) -> String { text.utf8.count == 1 ? "0" + text : text }

    /// A length in seconds: `21`, `21.5`, `00:01:23`, `1:23`, `21s`; nothing where it is none.
    static func seconds(_ raw: String) -> Double? {
        var plain = trimmed(raw).lowercased()
        if plain.hasSuffix("秒") || plain.hasSuffix("s") { plain.removeLast() }
        guard !plain.isEmpty, plain.utf8.count <= 16 else { return nil }
        let parts = plain.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 3 else { return nil }
        var seconds = 0.0
        for part in parts {
            guard part.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }), let number = Double(part) else { return nil }
            seconds = seconds * 60 + number
        }
        // More than a month is no call but a moment in the wrong place.
        return seconds <= 2_678_400 ? (seconds * 1000).rounded() / 1000 : nil
    }

    /// From one moment to another in seconds.
    static func between(_ from: String?, _ to: String?) -> Double? {
        guard let from = from.flatMap({ Timestamp($0) }), let to = to.flatMap({ Timestamp($0) }), to >= from else { return nil }
        return Double((to - from).microseconds / 1000) / 1000
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}

import Model

/// Dates and times as clerks and channels write them; without an offset they are civil time in Shanghai.
enum CivilTime {
    /// Reads RFC 3339, `2021-03-05 10:20[:30]`, `2021/3/5 10:20`, `2021年3月5日 10:20`, `2021年3月5日10时20分`; a day alone
    /// is its first moment.
    static func moment(_ text: String) -> Timestamp? {
        let plain = text.narrow.trimmed
        if let time = Timestamp(plain, assuming: .shanghai) { return time }
        guard let (day, rest) = split(plain) else { return nil }
        guard !rest.isEmpty else { return day.start(in: .shanghai) }
        guard let seconds = secondsOfDay(rest) else { return nil }
        return day.start(in: .shanghai) + .seconds(seconds)
    }

    /// Reads a day in the same forms; a time of day after it is left out.
    static func day(_ text: String) -> Day? {
        let plain = text.narrow.trimmed
        if plain.count == 8, plain.isDigits {
            return Day("\(plain.prefix(4))-\(plain.dropFirst(4).prefix(2))-\(plain.suffix(2))")
        }
        if let (day, rest) = split(plain), rest.isEmpty || secondsOfDay(rest) != nil { return day }
        return Timestamp(plain).map { Day($0, in: .shanghai) }
    }

    /// Takes the day off the front: year, month and day between `-`, `/`, `.` or 年月日.
    private static func split(_ text: String) -> (day: Day, rest: String)? {
        var numbers: [Int] = []
        var separators: [Character] = []
        var rest = Substring(text)
        while numbers.count < 3 {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard digits.count == 4 || (!numbers.isEmpty && (1...2).contains(digits.count)), let number = Int(digits) else {
                return nil
            }
            numbers.append(number)
            rest = rest.dropFirst(digits.count)
            if numbers.count < 3 || rest.first == "日" {
                guard let separator = rest.popFirst() else { return nil }
                separators.append(separator)
            }
        }
        let isChinese = separators == ["年", "月", "日"]
        let isPlain = separators.count == 2 && separators[0] == separators[1] && "-/.".contains(separators[0])
        guard isChinese || isPlain, let day = Day(year: numbers[0], month: numbers[1], day: numbers[2]) else { return nil }
        // A digit or letter directly after the day belongs to something else.
        guard isChinese || rest.isEmpty || rest.first == " " || rest.first == "T" else { return nil }
        return (day, String(rest.drop { $0 == " " || $0 == "T" }))
    }

    /// Reads `10:20`, `10:20:30`, `10时20分`, `10点20分30秒`.
    private static func secondsOfDay(_ text: String) -> Int64? {
        var plain = text
        for unit in ["时", "点", "分"] {
            plain = plain.split(separator: unit, omittingEmptySubsequences: false).joined(separator: ":")
        }
        if plain.hasSuffix("秒") || plain.hasSuffix(":") { plain.removeLast() }
        let parts = plain.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.isDigits && $0.utf8.count <= 2 }) else { return nil }
        let numbers = parts.compactMap { Int64($0) } + [0]
        guard numbers[0] < 24, numbers[1] < 60, numbers[2] < 60 else { return nil }
        return numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
    }
}

import Model

/// The dates of news feeds: RFC 822 and ISO 8601, and what Chinese outlets make of them.
enum FeedDate {
    /// Reads `Fri, 05 Mar 2021 10:20:00 +0800`, `05 Mar 21 10:20 GMT+8`, `2021-03-05T10:20:00+08:00`, `2021-03-05 10:20`,
    /// `2021/3/5`, `2021年3月5日 10:20`; without an offset, and for `CST`, it is civil time in Shanghai.
    ///
    /// - Returns: nothing where it is none of them, or outside 1990–2100.
    static func moment(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 80 else { return nil }
        var words = words(text)
        guard let found = dayFirst(&words) ?? yearFirst(&words), (1990...2100).contains(found.year) else { return nil }
        var seconds: Int64 = 0
        if let index = words.firstIndex(where: { $0.contains(":") && $0.first?.isNumber == true }) {
            guard let time = secondsOfDay(words.remove(at: index)) else { return nil }
            seconds = time
        }
        let offset: Zone = words.compactMap { zone($0) }.first ?? .shanghai
        return found.start(in: offset) + .seconds(seconds)
    }

    /// The text in words, with a blank between a date and its time and between a time and its offset.
    private static func words(_ text: String) -> [String] {
        var spaced = ""
        var seenColon = false
        for character in text {
            switch character {
            case "年", "月", "/", ".": spaced.append(seenColon ? character : "-")
            case "日", ",", "，", "(", ")": spaced.append(" ")
            case "时", "点", "分": spaced.append(":")
            case "秒": break
            case _ where "Tt".contains(character) && spaced.last?.isNumber == true: spaced.append(" ")
            case _ where "Zz".contains(character) && spaced.last?.isNumber == true: spaced += " Z"
            case "+" where spaced.last?.isNumber == true && seenColon: spaced += " +"
            case "-" where seenColon && spaced.last?.isNumber == true: spaced += " -"
            default:
                if character == ":" || character == "：" { seenColon = true }
                spaced.append(character == "：" ? ":" : character)
            }
        }
        return spaced.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// `05 Mar 2021`, the words taken out.
    private static func dayFirst(_ words: inout [String]) -> Day? {
        for index in words.indices.dropFirst() where index + 1 < words.count {
            guard let month = months.firstIndex(of: String(words[index].lowercased().prefix(3))),
                let day = Int(words[index - 1]), var year = Int(words[index + 1]), words[index + 1].utf8.count <= 4
            else { continue }
            if words[index + 1].utf8.count == 2 { year += year < 70 ? 2000 : 1900 }
            words.removeSubrange((index - 1)...(index + 1))
            return Day(year: year, month: month + 1, day: day)
        }
        return nil
    }

    /// `2021-3-5`, the word taken out.
    private static func yearFirst(_ words: inout [String]) -> Day? {
        for index in words.indices {
            let parts = words[index].split(separator: "-").map(String.init)
            guard parts.count == 3, parts[0].utf8.count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
                let day = Int(parts[2])
            else { continue }
            words.remove(at: index)
            return Day(year: year, month: month, day: day)
        }
        return nil
    }

    private static func secondsOfDay(_ text: String) -> Int64? {
        let parts = text.split(separator: ":").map { $0.prefix { $0 != "." && $0 != "-" } }
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.count <= 2 }) else { return nil }
        let numbers = parts.compactMap { Int64($0) }
        guard numbers.count == parts.count, numbers[0] < 24, numbers[1] < 60, (numbers.count < 3 || numbers[2] <= 60),
            numbers.allSatisfy({ $0 >= 0 })
        else { return nil }
        return numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0)
    }

    private static func zone(_ word: String) -> Zone? {
        let upper = word.uppercased()
        switch upper {
        case "Z", "GMT", "UT", "UTC": return .utc
        // In a Chinese feed it is China's; RFC 822 means Chicago's.
        case "CST", "BJT", "HKT": return .shanghai
        case "EDT": return Zone(seconds: -4 * 3600)
        case "EST", "CDT": return Zone(seconds: -5 * 3600)
        case "MST", "PDT": return Zone(seconds: -7 * 3600)
        case "PST": return Zone(seconds: -8 * 3600)
        default: break
        }
        var rest = Substring(upper)
        for prefix in ["GMT", "UTC"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(3) }
        guard let sign = rest.first, sign == "+" || sign == "-" else { return nil }
        let digits = rest.dropFirst().filter { $0 != ":" }
        guard (1...4).contains(digits.utf8.count), let number = Int64(digits), number >= 0 else { return nil }
        let (hours, minutes) = digits.utf8.count <= 2 ? (number, 0) : (number / 100, number % 100)
        guard hours <= 14, minutes < 60 else { return nil }
        return Zone(seconds: (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60))
    }
}

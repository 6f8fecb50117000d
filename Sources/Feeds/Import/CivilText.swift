import Model

/// A date in words and digits, taken apart: the day in front, a time of day behind it.
struct CivilText {
    private let text: String

    /// - Parameter plain: narrow and trimmed.
    init(_ plain: String) { text = plain }

    func reading() -> Result<CivilTime.Reading, DateProblem> {
        if ["农历", "正月", "腊月", "冬月", "月初", "月廿"].contains(where: { text.contains($0) }) { return .failure(.lunar) }
        let plain = Self.arabic(Self.withoutWeekday(text))
        var rest = Substring(plain)
        var numbers: [Substring] = []
        var marks: [Character] = []
        while numbers.count < 3 {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard (1...4).contains(digits.count) else { break }
            rest = rest.dropFirst(digits.count)
            numbers.append(digits)
            let next = rest.drop { $0 == " " }
            guard let mark = next.first, Self.marks.contains(mark), numbers.count < 3 || "日号".contains(mark) else { break }
            marks.append(mark)
            rest = next.dropFirst()
            if numbers.count < 3 { rest = rest.drop { $0 == " " } }
        }
        return day(numbers, marks, rest)
    }

    private static let marks: Set<Character> = ["年", "月", "日", "号", "-", "/", ".", "—", "–"]

    private func day(
        _ numbers: [Substring], _ marks: [Character], _ rest: Substring
    ) -> Result<CivilTime.Reading, DateProblem> {
        let values = numbers.compactMap { Int($0) }
        guard let first = numbers.first else { return .failure(.unreadable) }
        if first.count == 4 {
            guard numbers.count == 3 else { return .failure(Self.isMonth(numbers, marks, rest) ? .noDay : .unreadable) }
            return whole(values, numbers, marks, rest)
        }
        guard first.count <= 2 else { return .failure(.unreadable) }
        let isDate = marks.first.map { "/-.年月".contains($0) } ?? false
        guard isDate else {
            return .failure(rest.first == ":" || rest.first == "时" || rest.first == "点" ? .onlyTime : .unreadable)
        }
        if numbers.count == 3 { return .failure(numbers[2].count == 4 ? .dayOrMonthFirst : .shortYear) }
        return .failure(numbers.count == 2 && marks.first != "年" ? .noYear : .unreadable)
    }

    private static func isMonth(_ numbers: [Substring], _ marks: [Character], _ rest: Substring) -> Bool {
        numbers.count == 2 && numbers[1].count <= 2 && rest.allSatisfy { $0 == " " }
            || numbers.count == 1 && marks == ["年"] && rest.isEmpty
    }

    private func whole(
        _ values: [Int], _ numbers: [Substring], _ marks: [Character], _ rest: Substring
    ) -> Result<CivilTime.Reading, DateProblem> {
        let isChinese = marks.count >= 2 && marks[0] == "年" && marks[1] == "月"
        let isPlain = marks.count >= 2 && marks[0] == marks[1] && "-/.—–".contains(marks[0])
        guard isChinese || isPlain, numbers[1].count <= 2, numbers[2].count <= 2 else { return .failure(.unreadable) }
        let more = rest.drop { $0 == " " || $0 == "T" || $0 == "," }
        // A digit or letter directly after the day belongs to something else.
        guard more.isEmpty || marks.count == 3 || rest.first == " " || rest.first == "T" || !Self.isLetter(rest.first) else {
            return .failure(.unreadable)
        }
        if Self.isAnotherDate(more) { return .failure(.several) }
        guard !more.isEmpty else { return CivilTime.made(values[0], values[1], values[2], (0, 0, 0)) }
        guard let time = ClockText.read(String(more)) else { return .failure(.unreadable) }
        return CivilTime.made(values[0], values[1], values[2], time)
    }

    private static func isLetter(_ character: Character?) -> Bool {
        character.map { $0.isASCII && ($0.isLetter || $0.isNumber) } ?? false
    }

    private static func isAnotherDate(_ rest: Substring) -> Bool {
        if let first = rest.first, "至到~、-;".contains(first) { return true }
        return rest.contains(/\d{4}[-\/.年]\d/)
    }

    private static func withoutWeekday(_ text: String) -> String {
        guard text.contains("星期") || text.contains("周") else { return text }
        return text.replacing(/[(]?(星期|周)[一二三四五六日天][)]?/, with: " ").trimmed
    }

    /// Numerals in words as digits, run by run: 二〇二一, 十二, 二十, 三十一.
    static func arabic(_ text: String) -> String {
        guard text.contains(where: { value($0) != nil || $0 == "十" }) else { return text }
        var result = ""
        var run: [Character] = []
        for character in text + "\0" {
            if value(character) != nil || character == "十" {
                run.append(character)
            } else {
                if !run.isEmpty { result += number(run) }
                run = []
                result.append(character)
            }
        }
        result.removeLast()
        return result
    }

    private static func number(_ run: [Character]) -> String {
        guard let ten = run.firstIndex(of: "十") else { return run.compactMap { value($0) }.map(String.init).joined() }
        let tens = ten == 0 ? 1 : value(run[0]) ?? 0
        let ones = ten + 1 < run.count ? value(run[ten + 1]) ?? 0 : 0
        guard ten <= 1, run.count <= ten + 2 else { return String(run) }
        return String(tens * 10 + ones)
    }

    private static func value(_ character: Character) -> Int? {
        switch character {
        case "〇", "零", "○": 0
        case "一": 1
        case "二": 2
        case "三": 3
        case "四": 4
        case "五": 5
        case "六": 6
        case "七": 7
        case "八": 8
        case "九": 9
        default: nil
        }
    }
}

/// A time of day in words and digits.
enum ClockText {
    /// Reads `10:20`, `10:20:30.5`, `10时20分`, `10点半`, `下午3:20`, `3:20 PM`; the numbers may be out of range.
    static func read(_ text: String) -> (hour: Int, minute: Int, second: Int)? {
        var plain = text.lowercased().filter { $0 != " " }
        let half = half(&plain)
        plain = plain.replacing("半", with: "30分")
        let isWords = plain.contains("时") || plain.contains("点")
        for unit in ["时", "点", "分"] { plain = plain.replacing(unit, with: ":") }
        if plain.hasSuffix("秒") || (isWords && plain.hasSuffix(":")) { plain.removeLast() }
        var parts = plain.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        if parts.count == 3, let point = parts[2].firstIndex(of: ".") {
            guard String(parts[2][parts[2].index(after: point)...]).isDigits else { return nil }
            parts[2] = String(parts[2][..<point])
        }
        guard (isWords ? 1...3 : 2...3).contains(parts.count), parts.allSatisfy({ $0.isDigits && $0.utf8.count <= 2 }) else {
            return nil
        }
        let numbers = parts.compactMap { Int($0) } + [0, 0]
        return (half.map { hour(numbers[0], $0) } ?? numbers[0], numbers[1], numbers[2])
    }

    private enum Half { case morning, noon, afternoon }

    private static let words: [(String, Half)] = [
        ("上午", .morning), ("早上", .morning), ("早晨", .morning), ("凌晨", .morning), ("中午", .noon), ("下午", .afternoon),
        ("傍晚", .afternoon), ("晚上", .afternoon), ("晚", .afternoon), ("am", .morning), ("pm", .afternoon),
    ]

    /// Takes the word for the half of the day off either end.
    private static func half(_ text: inout String) -> Half? {
        for (word, half) in words {
            if text.hasPrefix(word) {
                text.removeFirst(word.count)
                return half
            }
            if text.hasSuffix(word) {
                text.removeLast(word.count)
                return half
            }
        }
        return nil
    }

    private static func hour(_ hour: Int, _ half: Half) -> Int {
        switch half {
        case .morning: hour == 12 ? 0 : hour
        case .noon: hour < 11 ? hour + 12 : hour
        case .afternoon: hour < 12 ? hour + 12 : hour
        }
    }
}

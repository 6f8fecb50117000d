import Tables

/// Numbers as clerks write them, always exact: no value passes through binary floating point.
enum Amount {
    struct Reading: Hashable {
        /// Digits with at most one point between them; the fraction keeps its spelling.
        let text: String
        /// What was done where the value was not taken as it stands.
        let note: Message?
    }

    enum Problem: Error, Hashable {
        case unreadable, negative, rounded, grouping, words
        case error(String)
    }

    /// Reads `14722.49`, `1,234.50元`, `￥300`, `1.2万元`, and a spreadsheet's number.
    static func read(_ cell: TableCell) -> Result<Reading, Problem> {
        switch cell {
        case .number(let spelling): number(spelling)
        case .text(let text): read(text)
        case .error(let text): .failure(.error(text))
        case .empty, .moment, .time, .truth: .failure(.unreadable)
        }
    }

    private static func number(_ spelling: String) -> Result<Reading, Problem> {
        guard let number = PlainNumber(spelling)?.kept else { return .failure(.unreadable) }
        guard !number.isNegative else { return .failure(.negative) }
        guard !number.isRounded else { return .failure(.rounded) }
        return .success(Reading(text: number.plain, note: nil))
    }

    static func read(_ text: String) -> Result<Reading, Problem> {
        var plain = text.narrow.trimmed
        guard plain.utf8.count <= 60 else { return .failure(.unreadable) }
        for sign in ["人民币", "RMB", "rmb", "CNY", "￥", "¥", "\u{FFE5}"] where plain.hasPrefix(sign) {
            plain = String(plain.dropFirst(sign.count)).trimmed
        }
        var power = 0
        for (unit, zeros) in units where plain.hasSuffix(unit) {
            plain = String(plain.dropLast(unit.count)).trimmed
            power = zeros
            break
        }
        if plain.contains(where: { "壹贰叁肆伍陆柒捌玖拾佰仟一二三四五六七八九十百千".contains($0) }) { return .failure(.words) }
        if plain.hasPrefix("-") || plain.hasPrefix("(") && plain.hasSuffix(")") || plain.hasPrefix("−") {
            return .failure(.negative)
        }
        if isScientific(plain) { return .failure(.rounded) }
        guard let digits = ungrouped(plain) else { return .failure(.grouping) }
        guard let value = decimal(digits) else { return .failure(.unreadable) }
        guard power > 0 else { return .success(Reading(text: value, note: nil)) }
        let moved = shifted(value, by: power)
        return .success(Reading(text: moved, note: .converted(text.trimmed, moved)))
    }

    private static let units: [(String, Int)] = [
        ("亿元", 8), ("万元", 4), ("万圆", 4), ("万人", 4), ("元整", 0), ("圆整", 0), ("元", 0), ("圆", 0), ("块", 0), ("亿", 8),
        ("万", 4), ("人次", 0), ("人", 0), ("件", 0), ("次", 0), ("个", 0), ("条", 0), ("项", 0), ("份", 0), ("篇", 0), ("起", 0),
    ]

    /// What a spreadsheet makes of a long number when it shows or saves it as text.
    static func isScientific(_ text: String) -> Bool {
        let parts = text.uppercased().split(separator: "E", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].first, first.isASCII, first.isNumber else { return false }
        let power = parts[1].hasPrefix("+") ? parts[1].dropFirst() : parts[1]
        return String(power).isDigits && power.count <= 3 && parts[0].allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
            && (parts[1].hasPrefix("+") || parts[0].contains("."))
    }

    /// Without commas between thousands; nothing where they stand anywhere else.
    private static func ungrouped(_ text: String) -> String? {
        guard text.contains(",") else { return text }
        let whole = text.prefix { $0 != "." }
        let groups = whole.split(separator: ",", omittingEmptySubsequences: false)
        guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 }),
            groups.allSatisfy({ String($0).isDigits }), !text.dropFirst(whole.count).contains(",")
        else { return nil }
        return groups.joined() + text.dropFirst(whole.count)
    }

    /// Digits with at most one point between them, without zeros in front.
    private static func decimal(_ text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        guard (1...2).contains(parts.count), parts.allSatisfy(\.isDigits), text.utf8.count <= 40 else { return nil }
        let whole = parts[0].drop { $0 == "0" }
        return (whole.isEmpty ? "0" : String(whole)) + (parts.count == 2 ? "." + parts[1] : "")
    }

    /// The point moved to the right, exactly.
    private static func shifted(_ value: String, by power: Int) -> String {
        let parts = value.split(separator: ".").map { String($0) }
        let fraction = parts.count == 2 ? parts[1] : ""
        let filled = fraction + String(repeating: "0", count: max(0, power - fraction.count))
        let rest = filled.dropFirst(power)
        let whole = (parts[0] + filled.prefix(power)).drop { $0 == "0" }
        let kept = rest.reversed().drop { $0 == "0" }.reversed()
        return (whole.isEmpty ? "0" : String(whole)) + (kept.isEmpty ? "" : "." + String(kept))
    }
}

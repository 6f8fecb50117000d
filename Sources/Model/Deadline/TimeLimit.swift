/// How long something may take, in one of the field's units: `4 work hours`, `1 work day`.
///
/// Hours may have one decimal (`0.5 urgent hours` is half an hour); days and months are whole.
package struct TimeLimit: Hashable, Sendable {
    /// The units in which limits are set (GB/T 30428.8); months are what petitions and proposals have.
    package enum Unit: String, Hashable, Sendable, CaseIterable {
        /// 紧急工作时: an hour that runs around the clock.
        case urgentHour = "urgent-hour"
        /// 工作时: an hour of working time.
        case workHour = "work-hour"
        /// 工作日.
        case workDay = "work-day"
        /// 自然日.
        case naturalDay = "natural-day"
        case month
    }

    /// Ten for each whole unit.
    package let tenths: Int
    package let unit: Unit

    /// Nothing where the amount is not positive, beyond 10,000 units, or a broken number of days.
    package init?(tenths: Int, _ unit: Unit) {
        guard tenths > 0, tenths <= 100_000, unit.isHour || tenths % 10 == 0 else { return nil }
        self.tenths = tenths
        self.unit = unit
    }

    package init?(_ count: Int, _ unit: Unit) {
        guard (1...10_000).contains(count) else { return nil }
        self.init(tenths: count * 10, unit)
    }

    /// A channel's limit in the same units.
    package init?(_ limit: Channel.Limit) {
        guard let unit = Unit(rawValue: limit.unit.rawValue) else { return nil }
        self.init(limit.count, unit)
    }

    /// Reads `4 work hours`, `0.5 urgent-hour`, `2 工作日`, `1个紧急工作时`, `30 natural days`.
    package init?(_ text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = Int(parts.first ?? ""), whole <= 10_000 else { return nil }
        var tenths = whole * 10
        if parts.count == 2 {
            guard parts[1].utf8.count == 1, let tenth = Int(parts[1]) else { return nil }
            tenths += tenth
        }
        guard let unit = Unit(word: text[number.endIndex...]) else { return nil }
        self.init(tenths: tenths, unit)
    }

    /// The amount as people write it: `4`, `0.5`.
    package var amount: String {
        tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
    }

    /// Such as `4 个工作小时`.
    package var chinese: String { amount + " 个" + unit.chinese }

    /// Such as `4 work hours`.
    package var english: String { amount + " " + unit.english + (tenths == 10 ? "" : "s") }
}

extension TimeLimit.Unit {
    package var isHour: Bool { self == .urgentHour || self == .workHour }

    package var chinese: String {
        switch self {
        case .urgentHour: "紧急工作小时"
        case .workHour: "工作小时"
        case .workDay: "工作日"
        case .naturalDay: "自然日"
        case .month: "月"
        }
    }

    package var english: String { self == .month ? "month" : rawValue.replacing("-", with: " ") }

    /// The unit that a word of either language names.
    fileprivate init?(word: Substring) {
        var word = word.lowercased().replacing("-", with: " ")[...]
        while let first = word.first, first == " " || first == "个" { word.removeFirst() }
        while word.last == " " { word.removeLast() }
        if word.count > 1, word.last == "s" { word.removeLast() }
        switch word {
        case "urgent hour", "紧急工作时", "紧急工作小时", "紧急小时": self = .urgentHour
        case "work hour", "working hour", "工作时", "工作小时": self = .workHour
        case "work day", "working day", "工作日": self = .workDay
        case "natural day", "calendar day", "自然日", "日历日": self = .naturalDay
        case "month", "月": self = .month
        default: return nil
        }
    }
}

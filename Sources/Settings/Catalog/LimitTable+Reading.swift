import Model

extension LimitTable {
    /// Reads `limits.yaml`.
    ///
    /// - Parameter categories: the code list's 大类 and 小类, where the file has to keep to them.
    init(_ root: Section, categories: Set<String>?) {
        let version = root.version()
        let manner = Manner(root.section("manner"))
        var rules: [Rule] = []
        for entry in root.needed("limits", "the list of limits")?.list() ?? [] {
            guard let section = entry.section() else { continue }
            if let rule = Rule(section, categories: categories) {
                if let index = rules.firstIndex(where: { $0.covers(rule) }) {
                    entry.report("this line never holds, because line limits[\(index)] fits the same cases; put it above")
                }
                rules.append(rule)
            }
            section.finish()
        }
        self.init(version: version, manner: manner, rules: rules)
    }
}

extension LimitTable.Manner {
    fileprivate init(_ section: Section) {
        self.init()
        workDay = section.value("work_day")?.choice(LimitTable.DayEnd.self) ?? workDay
        naturalDay = section.value("natural_day")?.choice(LimitTable.DayEnd.self) ?? naturalDay
        returned = section.value("returned")?.choice(LimitTable.ComeBack.self) ?? returned
        rework = section.value("rework")?.choice(LimitTable.ComeBack.self) ?? rework
        handleFrom = section.value("handle_from")?.choice(LimitTable.HandleFrom.self) ?? handleFrom
        near = section.value("near")?.count(1...99) ?? near
        section.finish()
    }
}

extension LimitTable.Rule {
    fileprivate init?(_ section: Section, categories: Set<String>?) {
        let stage = section.needed("stage", "stage: handle")?.choice(DeadlineStage.self)
        let limit = section.needed("limit", "limit: 4 work hours")?.timeLimit()
        let urgent = section.value("urgent")?.bool()
        let basis = section.value("basis")?.text()
        var category: String?
        if let entry = section.value("category"), let text = entry.text() {
            category = text
            if let categories, !categories.contains(text) {
                entry.report("the code list has no category \"\(text)\"; write 大类 (two digits) or 大类 and 小类 (four)")
            }
        }
        guard let stage, let limit else { return nil }
        self.init(stage, category: category, urgent: urgent, limit: limit, basis: basis)
    }

    /// Whether every case that the other line fits is already this one's.
    fileprivate func covers(_ other: Self) -> Bool {
        guard stage == other.stage, urgent == nil || urgent == other.urgent else { return false }
        return category.map { other.category?.hasPrefix($0) ?? false } ?? true
    }
}

extension Entry {
    /// A limit such as `4 work hours`.
    func timeLimit() -> TimeLimit? {
        guard let text = text() else { return nil }
        if let limit = TimeLimit(text) { return limit }
        report(
            "expected a number and urgent hours, work hours, work days, natural days or months, such as \"4 work hours\", "
                + "found \"\(text)\"")
        return nil
    }
}

import Model

/// What became of one rule, or of one instance of it.
package struct Verdict: Hashable, Sendable {
    package enum Outcome: String, Sendable {
        case holds, fails
        case notApplicable = "not-applicable"
    }

    /// A cell that the rule read, with the text that stood in it.
    package struct Cell: Hashable, Sendable {
        package let key: String
        package let value: String
    }

    package let rule: String
    /// Which column, row or cell, where the rule is judged for several.
    package let instance: String?
    /// `E`, `W` or `I`.
    package let level: String
    package let outcome: Outcome
    package var cells: [Cell] = []
    package var left: Int?
    package var right: Int?
    /// One sentence in Chinese and in English.
    package let zh: String
    package let en: String

    /// Left minus right.
    package var difference: Int? {
        guard let left, let right else { return nil }
        return left - right
    }

    package var json: JSON {
        .object(present: [
            ("rule", .string(rule)), ("instance", instance.map { .string($0) }), ("level", .string(level)),
            ("verdict", .string(outcome.rawValue)),
            ("cells", cells.isEmpty ? nil : .object(cells.map { .init($0.key, .string($0.value)) })),
            ("left", left.map { .int($0) }), ("right", right.map { .int($0) }),
            ("difference", difference.map { .int($0) }), ("message", ["zh": .string(zh), "en": .string(en)]),
        ])
    }
}

extension Rule {
    func holds(_ instance: String? = nil, cells: [Verdict.Cell] = [], left: Int? = nil, right: Int? = nil) -> Verdict {
        Verdict(
            rule: id, instance: instance, level: level.rawValue, outcome: .holds, cells: cells, left: left, right: right,
            zh: zh, en: en)
    }

    func fails(
        _ instance: String? = nil, level: Level? = nil, cells: [Verdict.Cell] = [], left: Int? = nil, right: Int? = nil,
        zh: String, en: String
    ) -> Verdict {
        Verdict(
            rule: id, instance: instance, level: (level ?? self.level).rawValue, outcome: .fails, cells: cells, left: left,
            right: right, zh: zh, en: en)
    }

    func notApplicable(_ instance: String? = nil, cells: [Verdict.Cell] = [], zh: String, en: String) -> Verdict {
        Verdict(
            rule: id, instance: instance, level: level.rawValue, outcome: .notApplicable, cells: cells, zh: zh, en: en)
    }
}

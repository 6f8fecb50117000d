import Model

/// What checking came to: the findings, or that there was nothing to check, which is never a pass.
package struct CheckOutcome: Sendable {
    package enum Result: String, Sendable {
        /// Every rule that must hold does.
        case holds
        /// A rule of level E does not hold.
        case fails
        /// No table was found, or none of its rules could be judged.
        case nothingCheckable = "nothing-checkable"
    }

    /// The language of messages.
    package enum Language: String, Sendable {
        case zh, en
    }

    package let result: Result
    package let report: CheckedReport?
    package let verdicts: [Verdict]
    /// Files that could not be read, each with its reason.
    package let unread: [String]

    /// sysexits: 0 all E hold, 65 some E fails, 66 nothing checkable.
    package var exitCode: Int32 {
        switch result {
        case .holds: 0
        case .fails: 65
        case .nothingCheckable: 66
        }
    }

    package var findings: [Verdict] { verdicts.filter { $0.outcome == .fails } }

    package var json: JSON {
        .object(present: [
            ("result", .string(result.rawValue)), ("form", report.map { .string($0.form) }),
            ("year", report?.year.map { .int($0) }), ("unread", .array(unread.map { .string($0) })),
            ("checks", .array(verdicts.map(\.json))),
        ])
    }

    /// The findings as lines for people, worst first, with a closing line that counts.
    package func text(_ language: Language) -> String {
        let order = ["E", "W", "I"]
        let found = order.flatMap { level in findings.filter { $0.level == level } }
        let lines = found.map { verdict in
            let name = verdict.rule + (verdict.instance.map { " [\($0)]" } ?? "")
            return "\(verdict.level) \(name) " + (language == .zh ? verdict.zh : verdict.en)
        }
        return (unread + lines + [summary(language)]).joined(separator: "\n") + "\n"
    }

    private func summary(_ language: Language) -> String {
        let holding = verdicts.count { $0.outcome == .holds }
        let skipped = verdicts.count { $0.outcome == .notApplicable }
        let errors = findings.count { $0.level == "E" }
        let others = findings.count - errors
        switch (result, language) {
        case (.nothingCheckable, .zh): return "没有可核对的内容：没有找到年度报告的表格。请给出 report.json、导出的 CSV 或报告页面的文字。"
        case (.nothingCheckable, .en):
            return "Nothing checkable: no table of an annual report was found. Give report.json, the exported CSV files "
                + "or a report's page as text."
        case (_, .zh):
            return "\(report?.form ?? "") 年格式：成立 \(holding) 项，必须成立而不成立 \(errors) 项，提示 \(others) 项，不适用 \(skipped) 项。"
        case (_, .en):
            return "Form of \(report?.form ?? ""): \(holding) hold, \(errors) that must hold fail, \(others) warnings, "
                + "\(skipped) not applicable."
        }
    }
}

import Model

/// What a deadline needs to know of a case besides its history.
package struct CaseFacts: Hashable, Sendable {
    package let incident: String
    /// 大类 and 小类, four digits, where it is known.
    package let category: String?
    package let urgent: Bool

    package init(incident: String, category: String? = nil, urgent: Bool = false) {
        self.incident = incident
        self.category = category
        self.urgent = urgent
    }
}

/// One thing that happened to a case, as far as it moves a clock; taken from the journal, never from the present.
package struct CaseEvent: Hashable, Sendable {
    package enum What: Hashable, Sendable {
        /// The case came to a stage, and so left the one before.
        case entered(DeadlineStage)
        /// 回退: back to a stage because the department is not the right one.
        case returned(DeadlineStage)
        /// 返工: back to a stage because the check failed.
        case reworked(DeadlineStage)
        /// Closed, rejected or void.
        case finished
        /// 重新立案: a further round begins with a stage.
        case reopened(DeadlineStage)
        /// 挂账.
        case suspended
        case resumed
        /// 延时 asked for; changes nothing before somebody approves.
        case extensionAsked(TimeLimit)
        /// 延时 approved.
        case extended(TimeLimit, approvedBy: String)
    }

    package let at: Timestamp
    package let what: What
    package let by: String
    /// The reason given.
    package let note: String?

    package init(_ at: Timestamp, _ what: What, by: String = "", note: String? = nil) {
        self.at = at
        self.what = what
        self.by = by
        self.note = note
    }
}

/// How long each stage may take, by category and urgency: a versioned list of which the first rule that fits holds.
package struct LimitTable: Hashable, Sendable {
    /// One line of the list; what it does not name fits every case.
    package struct Rule: Hashable, Sendable {
        package let stage: DeadlineStage
        /// 大类 (two digits) or 大类+小类 (four).
        package let category: String?
        package let urgent: Bool?
        package let limit: TimeLimit
        /// Where the limit is written.
        package let basis: String?

        package init(
            _ stage: DeadlineStage, category: String? = nil, urgent: Bool? = nil, limit: TimeLimit, basis: String? = nil
        ) {
            self.stage = stage
            self.category = category
            self.urgent = urgent
            self.limit = limit
            self.basis = basis
        }

        func fits(_ stage: DeadlineStage, category: String?, urgent: Bool) -> Bool {
            guard self.stage == stage, self.urgent ?? urgent == urgent else { return false }
            guard let wanted = self.category else { return true }
            return category?.hasPrefix(wanted) ?? false
        }
    }

    /// Where a limit in days ends.
    package enum DayEnd: String, Hashable, Sendable, CaseIterable {
        /// As much time as passes until the same moment so many days later; what begins in working hours ends at that moment.
        case sameMoment = "same-moment"
        /// The day it begins does not count; it ends with the last day (24:00, or the end of working hours).
        case endOfDay = "end-of-day"
    }

    /// What the handling's clock does when the case comes back to it.
    package enum ComeBack: String, Hashable, Sendable, CaseIterable {
        /// The whole limit anew.
        case restart
        /// What was left of the limit; the time in between does not count.
        case goOn = "continue"
    }

    /// From when the handling counts.
    package enum HandleFrom: String, Hashable, Sendable, CaseIterable {
        case dispatch, accept
    }

    /// What cities do differently.
    package struct Manner: Hashable, Sendable {
        package var workDay = DayEnd.sameMoment
        package var naturalDay = DayEnd.sameMoment
        /// After 回退.
        package var returned = ComeBack.restart
        /// After 返工.
        package var rework = ComeBack.restart
        package var handleFrom = HandleFrom.dispatch
        /// The part of a limit, in percent, from which it is called near.
        package var near = 80

        package init() {}
    }

    package let version: String
    package let manner: Manner
    package let rules: [Rule]

    package init(version: String, manner: Manner = Manner(), rules: [Rule]) {
        self.version = version
        self.manner = manner
        self.rules = rules
    }

    /// The first rule that fits; nothing where the stage has no limit.
    package func rule(_ stage: DeadlineStage, category: String?, urgent: Bool) -> Rule? {
        rules.first { $0.fits(stage, category: category, urgent: urgent) }
    }
}

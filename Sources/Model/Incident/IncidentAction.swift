/// What can happen to an incident (巡查事件); the raw value ends the event type `cn.patrold.incident.`.
package enum IncidentAction: String, Hashable, Sendable, CaseIterable {
    /// 上报: a rule opened it.
    case opened
    /// A further alarm joined it.
    case sighted
    /// 核实: seen on site (result exists, absent, unable).
    case verify
    /// 立案.
    case file
    /// 不予受理.
    case reject
    /// 派遣.
    case dispatch
    /// 处理反馈.
    case reportBack = "report-back"
    /// 核查 (result pass, fail).
    case check
    /// 结案.
    case close
    /// A stage's deadline passed.
    case overdue
    /// A remark that changes nothing.
    case note
}

/// Where an incident stands in the national lifecycle (GB/T 30428.8).
package enum IncidentState: String, Hashable, Sendable, CaseIterable {
    /// 待核实: waits for somebody to look on site.
    case reported
    /// 待立案.
    case collected
    /// 已立案, 待派遣.
    case filed
    /// 处置中.
    case dispatched
    /// 待核查.
    case handled
    /// 待结案.
    case checked
    /// 已结案.
    case closed
    /// 不予受理.
    case rejected

    package var isOpen: Bool { self != .closed && self != .rejected }
}

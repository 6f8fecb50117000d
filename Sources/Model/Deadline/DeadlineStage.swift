/// A stage of a case that has a limit of its own (GB/T 30428.8).
package enum DeadlineStage: String, Hashable, Sendable, CaseIterable {
    /// 核实: until somebody looked on site.
    case verify
    /// 立案.
    case file
    /// 派遣.
    case dispatch
    /// 接收: until the department says that it is its own.
    case accept
    /// 处置: until the department reports back.
    case handle
    /// 核查.
    case check
    /// 结案.
    case close

    package var chinese: String {
        switch self {
        case .verify: "核实"
        case .file: "立案"
        case .dispatch: "派遣"
        case .accept: "接收"
        case .handle: "处置"
        case .check: "核查"
        case .close: "结案"
        }
    }

    package var english: String {
        switch self {
        case .verify: "verification"
        case .file: "filing"
        case .dispatch: "dispatch"
        case .accept: "acceptance"
        case .handle: "handling"
        case .check: "check"
        case .close: "closing"
        }
    }
}

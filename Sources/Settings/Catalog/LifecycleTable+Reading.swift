import Model

extension LifecycleTable {
    private static let parameters = ["result", "reason", "department"]

    init(_ root: Section) {
        version = root.version()
        takeStates(root)
        for entry in root.needed("moves", "the list of moves")?.list() ?? [] {
            guard let section = entry.section() else { continue }
            takeMove(section)
            section.finish()
        }
        checkOneStepEach(root)
    }

    private mutating func takeStates(_ root: Section) {
        guard let states = root.needed("states", "a section for each state")?.section() else { return }
        for state in IncidentState.allCases {
            guard let section = states.needed(state.rawValue, "the state's label")?.section() else { continue }
            labels[state.rawValue] = section.needed("label", "the state's Chinese name")?.text()
            deadlines[state.rawValue] = section.value("deadline")?.span(.minutes(1) ... .days(3660))
            section.finish()
        }
        states.finish()
    }

    private mutating func takeMove(_ section: Section) {
        let action = section.needed("action", "the action")?.choice(IncidentAction.self)
        let from = section.needed("from", "a list of states, or any").map { Self.origins($0) } ?? []
        let target = section.needed("to", "a state, or same")
        let result = section.value("result")?.text()
        let requires = (section.value("requires")?.list() ?? []).compactMap { Self.parameter($0) }
        let label = section.needed("label", "the action's Chinese name")?.text() ?? ""
        guard let action, let target else { return }
        let move = Move(
            action: action.rawValue, from: from.map(\.rawValue), to: "", result: result, requires: requires, label: label)
        guard case .scalar(let scalar) = target.node, scalar.string == "same" else {
            guard let state = target.choice(IncidentState.self) else { return }
            moves.append(move.with { $0.to = state.rawValue })
            return
        }
        moves += move.from.map { state in
            move.with {
                $0.from = [state]
                $0.to = state
            }
        }
    }

    private static func origins(_ entry: Entry) -> [IncidentState] {
        if case .scalar(let scalar) = entry.node, scalar.string == "any" { return IncidentState.allCases }
        return entry.list().compactMap { $0.choice(IncidentState.self) }
    }

    private static func parameter(_ entry: Entry) -> String? {
        guard let text = entry.text() else { return nil }
        if parameters.contains(text) { return text }
        entry.report("expected \(parameters.joined(separator: ", ")), found \"\(text)\"")
        return nil
    }

    /// The same action with the same result in the same state must lead to one place.
    private func checkOneStepEach(_ root: Section) {
        let steps = moves.flatMap { move in move.from.map { "\(move.action) \(move.result ?? "") in \($0)" } }
        root.noteRepeats(steps, what: "move", key: "moves")
    }
}

extension LifecycleTable.Move {
    fileprivate func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}

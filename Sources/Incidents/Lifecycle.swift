import Model

/// Which moves an incident may make from where (GB/T 30428.8), read from versioned data (`lifecycle.yaml`).
package struct Lifecycle: Hashable, Sendable {
    package struct Move: Hashable, Sendable {
        package let action: IncidentAction
        package let from: Set<IncidentState>
        /// The result that leads here (`exists`, `pass` …); nothing where the action has none.
        package let result: String?
        package let to: IncidentState
        /// What the mover must say: `reason`, `department`, `result`.
        package let requires: [String]

        package init(
            action: IncidentAction, from: Set<IncidentState>, result: String? = nil, to: IncidentState, requires: [String] = []
        ) {
            self.action = action
            self.from = from
            self.result = result
            self.to = to
            self.requires = requires
        }
    }

    package let version: String
    package let moves: [Move]
    /// How long an incident may stay in a state, in natural time.
    package let limits: [IncidentState: Span]

    package init(version: String, moves: [Move], limits: [IncidentState: Span]) {
        self.version = version
        self.moves = moves
        self.limits = limits
    }

    /// The state that a move leads to.
    ///
    /// - Throws: `IllegalMove` with what is missing, or with the moves that are legal.
    package func next(_ move: IncidentEvent, from state: IncidentState) throws(IllegalMove) -> IncidentState {
        if move.action == .note || move.action == .sighted || move.action == .overdue { return state }
        if move.action == .close, move.forced, state.isOpen { return .closed }
        let candidates = moves.filter { $0.action == move.action && $0.from.contains(state) }
        guard !candidates.isEmpty else {
            throw IllegalMove(action: move.action, state: state, problem: .notFromHere, legal: legal(in: state))
        }
        guard let chosen = candidates.first(where: { $0.result == move.result }) ?? candidates.first(where: { $0.result == nil })
        else {
            throw IllegalMove(
                action: move.action, state: state, problem: .resultMissing(candidates.compactMap(\.result)),
                legal: legal(in: state))
        }
        for need in chosen.requires where !move.has(need) {
            throw IllegalMove(action: move.action, state: state, problem: .missing(need), legal: legal(in: state))
        }
        return chosen.to
    }

    /// The actions that are legal in a state, in the table's order.
    package func legal(in state: IncidentState) -> [IncidentAction] {
        var actions: [IncidentAction] = []
        for move in moves where move.from.contains(state) && !actions.contains(move.action) { actions.append(move.action) }
        return actions
    }
}

extension IncidentEvent {
    fileprivate func has(_ need: String) -> Bool {
        switch need {
        case "reason": !(reason ?? "").isEmpty
        case "department": !(department ?? "").isEmpty
        case "result": !(result ?? "").isEmpty
        default: true
        }
    }
}

/// A move that the lifecycle does not allow, with the reason and what is allowed instead.
package struct IllegalMove: Error, Hashable, Sendable {
    package enum Problem: Hashable, Sendable {
        case notFromHere
        case resultMissing([String])
        case missing(String)
    }

    package let action: IncidentAction
    package let state: IncidentState
    package let problem: Problem
    package let legal: [IncidentAction]

    /// One sentence for the operator.
    package var sentence: String {
        let others =
            legal.isEmpty ? "nothing further is possible" : "possible now: " + legal.map(\.rawValue).joined(separator: ", ")
        return switch problem {
        case .notFromHere: "'\(action.rawValue)' is not possible while the incident is \(state.rawValue); \(others)"
        case .resultMissing(let results): "'\(action.rawValue)' needs --result \(results.joined(separator: "|"))"
        case .missing(let need): "'\(action.rawValue)' needs --\(need)"
        }
    }
}

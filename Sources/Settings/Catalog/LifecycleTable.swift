import Model

/// What may happen to an incident in which state, and how long it may stay there (`lifecycle.yaml`).
///
/// Every name was checked against `IncidentState` and `IncidentAction` when the file was read.
package struct LifecycleTable: Hashable, Sendable {
    /// One permitted step.
    package struct Move: Hashable, Sendable {
        /// Raw value of an `IncidentAction`.
        package var action: String
        /// Raw values of the `IncidentState`s in which it is legal.
        package var from: [String]
        package var to: String
        /// The outcome for which this step holds (`exists`, `pass`); nothing where the action has none.
        package var result: String?
        /// Parameters that the operator must give: `result`, `reason`, `department`.
        package var requires: [String]
        /// Chinese name of the action.
        package var label: String
    }

    package var version = ""
    package var moves: [Move] = []
    /// State → Chinese name, for every state.
    package var labels: [String: String] = [:]
    /// State → longest stay, in natural time; a state that is not named has no limit.
    package var deadlines: [String: Span] = [:]

    package init() {}
}

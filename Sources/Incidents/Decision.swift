import Model

/// How a decision becomes an event of the journal.
package enum Decision {
    package static let source = "patrold:/incidents"

    /// The event of a rule's decision; its id follows from cause and rules, so deciding twice stores it once.
    package static func event(_ decision: IncidentEvent, received: Timestamp) -> Event {
        let id = "\(decision.cause ?? 0)@\(decision.rules ?? "0")"
        return Event(
            source: source, id: id, type: EventType.incident(decision.action.rawValue), subject: decision.incident,
            received: received, data: decision.json.bytes)
    }

    /// The event of the clock's decision that a stage's limit passed; once for each incident, state and limit.
    package static func overdue(_ incident: String, _ state: IncidentState, limit: Timestamp, received: Timestamp) -> Event {
        let decision = IncidentEvent(incident: incident, action: .overdue, by: "rule:clock", stage: state.rawValue)
        return Event(
            source: source, id: "\(incident)/\(state.rawValue)/\(limit.microseconds)/overdue",
            type: EventType.incident(IncidentAction.overdue.rawValue), subject: incident, received: received,
            data: decision.json.bytes)
    }
}

import Model

/// An incident that an operator opens from what a video patrol saw.
///
/// An operator's own sighting may be filed at once, so it begins collected. One visit gives at most one incident: its id
/// follows from the visit, so opening it twice is the same fact.
package enum VisitIncident {
    /// The incident's id, `2021-1234`: the year of the visit and its position.
    package static func id(at: Timestamp, position: Position) -> String {
        "\(Day(at, in: .shanghai).year)-\(position)"
    }

    /// The decision to open.
    ///
    /// - Parameters:
    ///   - stored: the visit in the journal.
    ///   - by: the operator's account.
    ///   - alarmClass: what was seen, by the code list, where the operator says.
    ///   - category: 大类+小类, where the class or the operator gives one.
    /// - Throws: `VisitRefusal` where there is no such visit or nothing was seen.
    package static func opening(
        _ stored: StoredEvent, by: String, alarmClass: String? = nil, category: String? = nil, reason: String? = nil
    ) throws(VisitRefusal) -> IncidentEvent {
        guard stored.event.type == EventType.patrolVisit, let visit = stored.event.payload.flatMap(PatrolVisit.init) else {
            throw VisitRefusal(
                sentence: "position \(stored.position) is no patrol visit; 'patrold tail --type *visit' shows them")
        }
        guard visit.state == .done else {
            let reason = visit.reason ?? "no reason given"
            throw VisitRefusal(
                sentence: "the visit at position \(stored.position) was missed (\(reason)); there is nothing to open")
        }
        let at = stored.event.deviceTime?.moment ?? stored.event.received
        let opening = IncidentEvent.Opening(
            at: at, origin: "patrol", reference: visit.camera, alarmClass: alarmClass, category: category,
            place: visit.section, state: .collected, key: "visit/\(stored.position)")
        return IncidentEvent(
            incident: id(at: at, position: stored.position), action: .opened, by: by, cause: stored.position, reason: reason,
            opening: opening)
    }

    /// The operator's event; not of the rules' source, so that a restart does not take it for a rule's decision.
    package static func event(_ decision: IncidentEvent, received: Timestamp) -> Event {
        Event(
            source: "patrold:/operators/\(decision.by)", id: "visit/\(decision.cause ?? 0)/opened",
            type: EventType.incident(decision.action.rawValue), subject: decision.incident, received: received,
            data: decision.json.bytes)
    }
}

/// Why no incident can be opened from a visit, as a sentence for the operator.
package struct VisitRefusal: Error, Hashable, Sendable {
    package let sentence: String

    package init(sentence: String) {
        self.sentence = sentence
    }
}

import Model

/// Incidents over calls whose recording does not come, and recordings whose call record does not.
///
/// Each half that waits gives at most one incident: its id follows from the half's first event, and so does the event's.
package enum UnpairedRecording {
    package static let alarmClass = "recording-incomplete"
    package static let origin = "recorder"

    /// One half that waits for the other.
    package struct Half: Hashable, Sendable {
        package enum Missing: String, Hashable, Sendable {
            /// A call was answered, and no recording of it came.
            case file
            /// A recording came, and no record of its call.
            case record
        }

        /// Name of the recorder in the configuration.
        package let device: String
        /// The call's id where the file is missing, the file's SHA-256 where the record is.
        package let reference: String
        package let missing: Missing
        /// When it came.
        package let received: Timestamp
        /// Its first event.
        package let position: Position

        package init(device: String, reference: String, missing: Missing, received: Timestamp, position: Position) {
            self.device = device
            self.reference = reference
            self.missing = missing
            self.received = received
            self.position = position
        }

        /// What the incident is found by; one device has at most one for each half.
        package var key: String { "unpaired/\(device)/\(reference)" }

        /// The incident's id, `R2021-1234`: an inbound recording may have given `2021-1234` already.
        package var incident: String { "R\(Day(received, in: .shanghai).year)-\(position)" }
    }

    /// The decision to open, nothing while the half has not waited longer than the limit.
    package static func opening(_ half: Half, now: Timestamp, limit: Span, place: String? = nil) -> IncidentEvent? {
        guard now - half.received > limit else { return nil }
        let opening = IncidentEvent.Opening(
            at: half.received, origin: origin, reference: half.device, alarmClass: alarmClass, place: place, state: .collected,
            key: half.key)
        let reason =
            switch half.missing {
            case .file: "no recording came for a call that was answered; look at the recorder and its upload"
            case .record: "no call record came for a recording; look at the exchange and its push"
            }
        return IncidentEvent(incident: half.incident, action: .opened, by: "rule:recording", reason: reason, opening: opening)
    }

    /// The decision to close: the other half came after all.
    package static func closing(_ incident: String) -> IncidentEvent {
        IncidentEvent(
            incident: incident, action: .close, by: "rule:recording", reason: "the other half came", forced: true)
    }

    /// The event of such a decision; telling it again is the same fact.
    ///
    /// It names no cause: that is how a restart tells the clock's decisions from those of the correlation.
    package static func event(_ decision: IncidentEvent, received: Timestamp) -> Event {
        Event(
            source: Decision.source, id: "\(decision.incident)/recording/\(decision.action.rawValue)",
            type: EventType.incident(decision.action.rawValue), subject: decision.incident, received: received,
            data: decision.json.bytes)
    }
}

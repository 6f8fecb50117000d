import Model

/// What one night's scrub found.
package struct ScrubOutcome: Sendable {
    /// One for each share that was worked on: a night makes up what the one before left.
    package internal(set) var reports: [ScrubReport] = []
    package internal(set) var defects: [EvidenceDefect] = []
    /// Why it ended early; nothing where it did what was due.
    package internal(set) var trouble: String?

    /// The events for the journal: one for each share, one for each defect.
    ///
    /// - Parameter received: the present; also what tells this night's events from those of other nights.
    package func events(received: Timestamp) -> [Event] {
        let night = String(received.microseconds)
        let found = defects.map { $0.custodyEvent(by: "rule:scrub").event(id: "scrub/\(night)/\($0.sha256)", received: received) }
        return found
            + reports.map { report in
                Event(
                    source: CustodyEvent.source, id: "scrub/\(night)/\(report.turn)-\(report.share)",
                    type: EventType.evidence("scrubbed"), received: received, data: report.json.bytes)
            }
    }
}

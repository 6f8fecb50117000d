/// The event types of our own; foreign types pass through untouched.
package enum EventType {
    package static let prefix = "cn.patrold."
    package static let cameraAlarm = prefix + "camera.alarm"
    package static let cameraStatus = prefix + "camera.status"
    package static let patrolVisit = prefix + "patrol.visit"
    package static let recordingCall = prefix + "recording.call"
    package static let recordingFile = prefix + "recording.file"
    package static let complaintReceived = prefix + "complaint.received"
    package static let complaintUpdated = prefix + "complaint.updated"
    package static let complaintClosed = prefix + "complaint.closed"
    /// A person says that two complaints tell of one thing.
    package static let complaintMerged = prefix + "complaint.merged"
    /// A person takes a merging back.
    package static let complaintSeparated = prefix + "complaint.separated"
    package static let outboxQueued = prefix + "outbox.queued"
    package static let outboxTried = prefix + "outbox.tried"
    package static let feedGap = prefix + "feed.gap"
    package static let feedQuarantined = prefix + "feed.quarantined"
    package static let reportExported = prefix + "report.exported"

    /// Such as `cn.patrold.incident.report-back`.
    package static func incident(_ action: String) -> String { prefix + "incident." + action }

    /// What happens to an item of evidence, such as `cn.patrold.evidence.exported`.
    package static func evidence(_ act: String) -> String { prefix + "evidence." + act }

    /// Such as `cn.patrold.register.penalty.added`.
    package static func register(_ kind: String, _ change: RegisterChange) -> String {
        prefix + "register." + kind + "." + change.rawValue
    }
}

/// What happens to a register's record; a correction is a new event, never an overwrite.
package enum RegisterChange: String, Sendable, CaseIterable {
    case added, corrected, voided
}

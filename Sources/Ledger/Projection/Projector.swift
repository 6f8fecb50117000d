import GRDB
import Incidents
import Journal
import Model

/// Adds events up: each event in journal order changes its rows and counts, within the caller's transaction.
///
/// Lives on the ledger's writer connection. Unknown types pass without effect: the journal keeps them.
final class Projector {
    /// Register kind → the field that decides in which year a record counts.
    private let countedBy: [String: String]
    private let complaints: ComplaintRows
    private let merges: MergeRows
    private let outbox: OutboxRows
    private let registers: RegisterRows
    private let publications: PublicationRows
    private let feeds: FeedRows
    private let patrols: PatrolRows
    private let recordings: RecordingRows
    private let evidence: EvidenceRows
    let incidents: IncidentRows
    private var tallies: Tallies

    init(_ connection: OpaquePointer, lifecycle: Lifecycle, countedBy: [String: String]) throws {
        self.countedBy = countedBy
        complaints = try ComplaintRows(connection)
        merges = try MergeRows(connection)
        outbox = try OutboxRows(connection)
        registers = try RegisterRows(connection)
        publications = try PublicationRows(connection)
        feeds = try FeedRows(connection)
        patrols = try PatrolRows(connection)
        recordings = try RecordingRows(connection)
        evidence = try EvidenceRows(connection)
        incidents = try IncidentRows(connection, lifecycle)
        tallies = try Tallies(connection)
    }

    func apply(_ stored: StoredEvent) throws {
        let type = stored.event.type
        // Alarms bring at most a picture, and incidents by the decisions made of them; on a storm that saves a parse each.
        if type == EventType.cameraAlarm {
            if EvidenceRows.mayNamePicture(stored.event.data) { try evidence.came(stored) }
            return
        }
        guard type.hasPrefix(EventType.prefix), let payload = stored.event.payload else { return }
        switch type {
        case EventType.complaintReceived:
            if let complaint = Complaint(payload) { try complaints.receive(complaint, stored, &tallies) }
        case EventType.complaintClosed:
            if let closing = ComplaintClosing(payload) { try complaints.close(closing, stored, &tallies) }
        case EventType.complaintUpdated:
            if let update = ComplaintUpdate(payload) { try complaints.update(update, stored, &tallies) }
        case EventType.complaintMerged:
            if let merging = ComplaintMerging(payload) {
                try merges.merged(merging, stored, complaints, incidents, &tallies)
            }
        case EventType.complaintSeparated:
            if let separating = ComplaintSeparating(payload) {
                try merges.separated(separating, stored, complaints, incidents, &tallies)
            }
        case EventType.outboxQueued:
            if let message = OutboxMessage(payload) { try outbox.queued(message, stored) }
        case EventType.outboxTried:
            if let attempt = OutboxAttempt(payload) { try outbox.tried(attempt, stored) }
        case EventType.cameraStatus:
            if let status = CameraStatus(payload) {
                if status.status == .online { try feeds.heard(status.device, stored) }
                try evidence.measured(status, stored)
            }
        case EventType.patrolVisit:
            if let visit = PatrolVisit(payload) { try patrols.visited(visit, stored, &tallies) }
            try evidence.came(stored)
        case EventType.feedGap:
            if let gap = FeedGap(payload) { try feeds.gap(gap, stored) }
        case EventType.recordingFile:
            if let file = RecordingFile(payload) { try recordings.recorded(file, stored, &tallies) }
            try evidence.came(stored)
        case EventType.recordingCall:
            if let call = RecordingCall(payload) { try recordings.called(call, stored) }
        case EventType.publicationSuggested:
            if let suggestion = PublicationSuggestion(payload) { try publications.suggested(suggestion, stored) }
        case EventType.publicationDecided:
            if let decision = PublicationDecision(payload) { try publications.decided(decision, stored) }
        default:
            if type.hasPrefix(EventType.incident("")), let event = IncidentEvent(payload) {
                try incidents.apply(event, stored, complaints, merges, &tallies)
                if let opening = event.opening { try recordings.told(opening) }
            } else if type.hasPrefix(EventType.evidence("")) {
                try evidence.handled(stored)
            } else if let record = RegisterRecord(payload), let change = Self.change(type, record.kind) {
                let day = countedBy[record.kind].flatMap { record[$0] } ?? ""
                try registers.change(record, change, stored, day: day, cause: try publications.suggestion(behind: record))
            }
        }
    }

    /// Writes out what `apply` has counted; call before the commit.
    func finish() throws { try tallies.write() }

    /// Forgets what `apply` has counted; call after a rollback.
    func discard() { tallies.discard() }

    private static func change(_ type: String, _ kind: String) -> RegisterChange? {
        RegisterChange.allCases.first { type == EventType.register(kind, $0) }
    }
}

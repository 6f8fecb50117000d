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
    private let registers: RegisterRows
    private let feeds: FeedRows
    private let patrols: PatrolRows
    let incidents: IncidentRows
    private var tallies: Tallies

    init(_ connection: OpaquePointer, lifecycle: Lifecycle, countedBy: [String: String]) throws {
        self.countedBy = countedBy
        complaints = try ComplaintRows(connection)
        registers = try RegisterRows(connection)
        feeds = try FeedRows(connection)
        patrols = try PatrolRows(connection)
        incidents = try IncidentRows(connection, lifecycle)
        tallies = try Tallies(connection)
    }

    func apply(_ stored: StoredEvent) throws {
        let type = stored.event.type
        // Alarms change nothing here, only the incidents that decisions make of them; on a storm that saves a parse each.
        guard type.hasPrefix(EventType.prefix), type != EventType.cameraAlarm, let payload = stored.event.payload else { return }
        switch type {
        case EventType.complaintReceived:
            if let complaint = Complaint(payload) { try complaints.receive(complaint, stored, &tallies) }
        case EventType.complaintClosed:
            if let closing = ComplaintClosing(payload) {
                try complaints.close(
                    channel: closing.channel, number: closing.number, at: closing.closed, stored, &tallies)
            }
        case EventType.cameraStatus:
            if let status = CameraStatus(payload), status.status == .online { try feeds.heard(status.device, stored) }
        case EventType.patrolVisit:
            if let visit = PatrolVisit(payload) { try patrols.visited(visit, stored, &tallies) }
        case EventType.feedGap:
            if let gap = FeedGap(payload) { try feeds.gap(gap, stored) }
        case EventType.recordingFile:
            if let file = RecordingFile(payload) { try feeds.recorded(file, stored, &tallies) }
        default:
            if type.hasPrefix(EventType.incident("")), let event = IncidentEvent(payload) {
                try incidents.apply(event, stored, complaints, &tallies)
            } else if let record = RegisterRecord(payload), let change = Self.change(type, record.kind) {
                let day = countedBy[record.kind].flatMap { record[$0] } ?? ""
                try registers.change(record, change, stored, day: day)
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

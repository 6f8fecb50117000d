import GRDB
import Incidents
import Journal
import Model
import TestKit

@testable import Ledger

/// A ledger in a folder of its own, fed with events that the test numbers itself.
final class LedgerBench {
    let folder: TemporaryFolder
    let ledger: Ledger
    private(set) var events: [StoredEvent] = []

    static let start = Timestamp(seconds: 1_622_505_600)  // 2021-06-01T08:00:00+08:00
    static let countedBy = ["penalty": "decided", "fee": "charged"]
    static let lifecycle = Lifecycle(
        version: "2021-1",
        moves: [
            .init(action: .verify, from: [.reported], result: "exists", to: .collected, requires: ["result"]),
            .init(action: .verify, from: [.reported], result: "absent", to: .rejected, requires: ["result"]),
            .init(action: .file, from: [.collected], to: .filed),
            .init(action: .reject, from: [.reported, .collected], to: .rejected, requires: ["reason"]),
            .init(action: .dispatch, from: [.filed], to: .dispatched, requires: ["department"]),
            .init(action: .reportBack, from: [.dispatched], to: .handled),
            .init(action: .check, from: [.handled], result: "pass", to: .checked, requires: ["result"]),
            .init(action: .check, from: [.handled], result: "fail", to: .dispatched, requires: ["result"]),
            .init(action: .close, from: [.checked], to: .closed),
        ], limits: [.collected: .hours(2), .filed: .hours(2), .dispatched: .hours(72)])

    init() throws {
        folder = try TemporaryFolder("ledger")
        ledger = try Self.open(folder.file("ledger.sqlite"))
    }

    var path: String { folder.file("ledger.sqlite") }

    static func open(_ path: String) throws -> Ledger {
        try Ledger(path: path, lifecycle: lifecycle, countedBy: countedBy)
    }

    /// The event as the journal would number it next.
    @discardableResult
    func store(_ event: Event) -> StoredEvent {
        let stored = StoredEvent(position: Position(events.count + 1), event: event, leaf: TreeHash.leaf(event))
        events.append(stored)
        return stored
    }

    /// Numbers the events and applies them in one batch.
    func apply(_ new: Event...) throws {
        try ledger.apply(new.map { store($0) }, decided: 0)
    }

    func tallies(_ name: String, year: Int = 2021) throws -> [Tally] {
        try ledger.reader.snapshot { try $0.tallies(name, year: year) }
    }

    /// The first difference between this ledger and one made anew from the events, in batches of that size.
    func difference(batch: Int = 1000) throws -> String? {
        let folder = try TemporaryFolder("ledger-fold")
        defer { withExtendedLifetime(folder) {} }
        return try LedgerVerification.firstDifference(live: path) { cursor in
            let fresh = try Self.open(folder.file("ledger.sqlite"))
            let events = events.filter { $0.position <= cursor }
            for start in stride(from: 0, to: events.count, by: batch) {
                try fresh.apply(Array(events[start..<min(start + batch, events.count)]), decided: 0)
            }
            return (fresh.reader, fresh)
        }
    }

    /// Runs SQL on a connection of its own, as somebody with the file would.
    func sql(_ text: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: text) }
    }
}

/// Events of every kind that the ledger adds up.
enum Facts {
    private static func event(_ type: String, _ data: JSON, received: Timestamp = LedgerBench.start) -> Event {
        Event(source: "urn:test", id: "x", type: type, received: received, data: data.bytes)
    }

    static func other() -> Event { event("org.example.other", [:]) }

    static func exported() -> Event { event(EventType.reportExported, ["year": 2021]) }

    static func complaint(
        _ number: String, _ accepted: String, channel: String = "citizen", category: String? = nil
    ) -> Event {
        var complaint = Complaint(
            channel: channel, number: number, accepted: Timestamp(accepted) ?? LedgerBench.start, text: "噪音")
        complaint.category = category
        return event(EventType.complaintReceived, complaint.json)
    }

    static func complaintClosed(_ number: String, _ closed: String, channel: String = "citizen") -> Event {
        event(
            EventType.complaintClosed,
            ComplaintClosing(channel: channel, number: number, closed: Timestamp(closed) ?? LedgerBench.start).json)
    }

    static func updated(
        _ number: String, text: String? = nil, place: String? = nil, category: String? = nil, channel: String = "citizen"
    ) -> Event {
        let name = ComplaintName(channel: channel, number: number)
        return event(
            EventType.complaintUpdated, ComplaintUpdate(name, text: text, place: place, category: category).json)
    }

    static func merged(_ complaint: String, into: String, channel: String = "citizen") -> Event {
        let merging = ComplaintMerging(
            complaint: ComplaintName(channel: channel, number: complaint), into: ComplaintName(channel: channel, number: into),
            by: "li")
        return event(EventType.complaintMerged, merging.json)
    }

    static func separated(_ complaint: String, channel: String = "citizen") -> Event {
        event(
            EventType.complaintSeparated,
            ComplaintSeparating(complaint: ComplaintName(channel: channel, number: complaint), by: "li").json)
    }

    static func queued(_ message: String, to recipient: String = "channel:citizen", about subject: String = "citizen/1") -> Event
    {
        let body = OutboxMessage(
            message: message, recipient: recipient, kind: OutboxMessage.complaintClosed, subject: subject, body: [:])
        return event(EventType.outboxQueued, body.json)
    }

    static func tried(
        _ message: String, _ result: OutboxAttempt.Result, _ attempt: Int, to recipient: String = "channel:citizen",
        at: Timestamp = LedgerBench.start
    ) -> Event {
        let ended = OutboxAttempt(
            message: message, recipient: recipient, result: result, sentence: "it said \(attempt)", attempt: attempt)
        return event(EventType.outboxTried, ended.json, received: at)
    }

    static func register(_ change: RegisterChange, _ id: String, kind: String = "penalty", _ fields: [String: String]) -> Event {
        let record = RegisterRecord(
            kind: kind, id: id, fields: fields.sorted { $0.key < $1.key }.map { RegisterRecord.Field($0.key, $0.value) })
        return event(EventType.register(kind, change), record.json)
    }

    static func gap(_ state: FeedGap.State, from: Timestamp, until: Timestamp? = nil, feed: String = "cam-1") -> Event {
        event(EventType.feedGap, FeedGap(feed: feed, state: state, from: from, until: until, reason: "silent").json)
    }

    static func status(_ device: String, _ status: CameraStatus.Status, at: Timestamp = LedgerBench.start) -> Event {
        event(EventType.cameraStatus, CameraStatus(device: device, status: status).json, received: at)
    }

    static func recording(_ device: String, clock: String? = nil, sha256: String = "ab") -> Event {
        let file = RecordingFile(device: device, fileName: "1.wav", sha256: sha256, bytes: 44, format: "pcm")
        var recorded = event(EventType.recordingFile, file.json)
        recorded.time = clock
        return recorded
    }

    static func opened(
        _ incident: String, origin: String = "camera", channel: String? = nil, reference: String = "cam-1",
        state: IncidentState = .collected, at: Timestamp = LedgerBench.start, cause: Position = 1
    ) -> Event {
        let opening = IncidentEvent.Opening(
            at: at, origin: origin, channel: channel, reference: reference, alarmClass: channel == nil ? "intrusion" : nil,
            state: state, key: "\(origin)/\(channel ?? "")/\(reference)")
        let decision = IncidentEvent(
            incident: incident, action: .opened, by: "rule:correlation", cause: cause, rules: "r", opening: opening)
        return event(EventType.incident("opened"), decision.json, received: at)
    }

    static func move(
        _ incident: String, _ action: IncidentAction, at: Timestamp = LedgerBench.start, reason: String? = nil,
        result: String? = nil, department: String? = nil, forced: Bool = false, stage: String? = nil, seen: Timestamp? = nil
    ) -> Event {
        let move = IncidentEvent(
            incident: incident, action: action, by: "operator", reason: reason, result: result, department: department,
            forced: forced, stage: stage, at: seen)
        return event(EventType.incident(action.rawValue), move.json, received: at)
    }
}

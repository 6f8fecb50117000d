import Incidents
import Journal
import Model

/// Keeps the incidents: applies decisions and moves that the lifecycle allows, and records those that it refuses.
struct IncidentRows {
    private let lifecycle: Lifecycle
    private let insert: PreparedStatement
    private let find: PreparedStatement
    private let move: PreparedStatement
    private let sight: PreparedStatement
    private let flag: PreparedStatement
    private let trail: PreparedStatement
    private let openByKey: PreparedStatement
    private let ofComplaint: PreparedStatement
    private let merged: PreparedStatement

    init(_ connection: OpaquePointer, _ lifecycle: Lifecycle) throws {
        self.lifecycle = lifecycle
        insert = try PreparedStatement(
            connection,
            """
            INSERT INTO incident (id, state, opened, origin, channel, reference, class, category, place, key, sightings,
                seen, changed, due, overdue, rework, forced, cause, merged_into)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, ?3, ?11, ?12, 0, 0, 0, ?13, ?14) ON CONFLICT DO NOTHING
            """)
        find = try PreparedStatement(connection, "SELECT state, channel, reference, origin FROM incident WHERE id = ?1")
        move = try PreparedStatement(
            connection,
            """
            UPDATE incident SET state = ?2, changed = ?3, due = ?4, overdue = 0, department = coalesce(?5, department),
                rework = rework + ?6, forced = max(forced, ?7) WHERE id = ?1
            """)
        sight = try PreparedStatement(
            connection, "UPDATE incident SET sightings = sightings + 1, seen = max(seen, ?2) WHERE id = ?1")
        flag = try PreparedStatement(connection, "UPDATE incident SET overdue = 1 WHERE id = ?1 AND state = ?2")
        trail = try PreparedStatement(
            connection, "INSERT OR IGNORE INTO incident_event (incident, position, refused) VALUES (?1, ?2, ?3)")
        openByKey = try PreparedStatement(
            connection,
            """
            SELECT id, seen FROM incident WHERE key = ?1 AND state NOT IN ('closed', 'rejected')
            ORDER BY opened DESC, id DESC LIMIT 1
            """)
        ofComplaint = try PreparedStatement(
            connection,
            """
            SELECT id, opened, channel, category, class, merged_into IS NOT NULL FROM incident
            WHERE channel = ?1 AND reference = ?2 AND origin = 'complaint'
            """)
        merged = try PreparedStatement(connection, "UPDATE incident SET merged_into = ?2 WHERE id = ?1")
    }

    /// The open incident of a correlation key.
    func open(_ key: String) throws -> OpenCase? {
        openByKey.bind(key, at: 1)
        guard try openByKey.step() else { return nil }
        defer { openByKey.reset() }
        return OpenCase(incident: openByKey.text(0), last: Timestamp(microseconds: openByKey.int(1)))
    }

    func apply(
        _ event: IncidentEvent, _ stored: StoredEvent, _ complaints: ComplaintRows, _ merges: MergeRows,
        _ tallies: inout Tallies
    ) throws {
        if event.action == .opened {
            try open(event, stored, merges, &tallies)
            return try record(event.incident, stored, refused: nil)
        }
        guard let found = try row(event.incident) else { return }
        do {
            let next = try lifecycle.next(event, from: found.state)
            try apply(event, from: found.state, to: next, stored)
            if next == .closed, found.state != .closed, found.origin == "complaint", let channel = found.channel {
                let closing = ComplaintClosing(
                    channel: channel, number: found.reference, closed: stored.event.received, outcome: event.reason)
                try complaints.close(closing, stored, &tallies)
            }
            try record(event.incident, stored, refused: nil)
        } catch let refusal as IllegalMove {
            try record(event.incident, stored, refused: refusal.sentence)
        }
    }

    private func apply(_ event: IncidentEvent, from: IncidentState, to next: IncidentState, _ stored: StoredEvent) throws {
        switch event.action {
        case .note: return
        case .sighted:
            sight.bind(event.incident, at: 1)
            sight.bind((event.at ?? stored.event.received).microseconds, at: 2)
            try sight.run()
        case .overdue:
            flag.bind(event.incident, at: 1)
            flag.bind(event.stage, at: 2)
            try flag.run()
        default:
            move.bind(event.incident, at: 1)
            move.bind(next.rawValue, at: 2)
            move.bind(stored.event.received.microseconds, at: 3)
            bindDue(move, next, since: stored.event.received, at: 4)
            move.bind(event.department, at: 5)
            move.bind(event.action == .check && next == .dispatched ? 1 : 0, at: 6)
            move.bind(event.forced ? 1 : 0, at: 7)
            try move.run()
        }
    }

    /// An incident of a complaint that was merged before counts from the beginning with the one that it was merged into.
    private func open(
        _ event: IncidentEvent, _ stored: StoredEvent, _ merges: MergeRows, _ tallies: inout Tallies
    ) throws {
        guard let opening = event.opening else { return }
        let complaint = opening.channel.map { ComplaintName(channel: $0, number: opening.reference) }
        let into = opening.origin == "complaint" ? try complaint.flatMap(merges.standing)?.mergedInto : nil
        insert.bind(event.incident, at: 1)
        insert.bind(opening.state.rawValue, at: 2)
        insert.bind(opening.at.microseconds, at: 3)
        insert.bind(opening.origin, at: 4)
        insert.bind(opening.channel, at: 5)
        insert.bind(opening.reference, at: 6)
        insert.bind(opening.alarmClass, at: 7)
        insert.bind(opening.category, at: 8)
        insert.bind(opening.place, at: 9)
        insert.bind(opening.key, at: 10)
        insert.bind(stored.event.received.microseconds, at: 11)
        bindDue(insert, opening.state, since: stored.event.received, at: 12)
        insert.bind(event.cause ?? stored.position, at: 13)
        insert.bind(into?.description, at: 14)
        guard try insert.run() == 1, into == nil else { return }
        let day = Day(opening.at, in: .shanghai)
        tallies.count(
            "incident.opened", year: day.year, day.monthText, opening.channel ?? opening.origin,
            opening.category ?? opening.alarmClass ?? "")
    }

    /// Takes the incidents of a complaint out of the count, or back into it.
    ///
    /// - Parameter into: the complaint whose incident counts instead; nothing where it was separated.
    func merge(_ complaint: ComplaintName, into: ComplaintName?, _ tallies: inout Tallies) throws {
        ofComplaint.bind(complaint.channel, at: 1)
        ofComplaint.bind(complaint.number, at: 2)
        var changed: [String] = []
        while try ofComplaint.step() {
            guard (ofComplaint.int(5) == 1) == (into == nil) else { continue }
            changed.append(ofComplaint.text(0))
            let day = Day(Timestamp(microseconds: ofComplaint.int(1)), in: .shanghai)
            tallies.count(
                "incident.opened", year: day.year, day.monthText, ofComplaint.text(2),
                ofComplaint.optionalText(3) ?? ofComplaint.optionalText(4) ?? "", by: into == nil ? 1 : -1)
        }
        for id in changed {
            merged.bind(id, at: 1)
            merged.bind(into?.description, at: 2)
            try merged.run()
        }
    }

    private func bindDue(_ statement: PreparedStatement, _ state: IncidentState, since: Timestamp, at index: Int32) {
        if let limit = lifecycle.limits[state] {
            statement.bind((since + limit).microseconds, at: index)
        } else {
            statement.bindNull(at: index)
        }
    }

    private func row(_ id: String) throws -> (state: IncidentState, channel: String?, reference: String, origin: String)? {
        find.bind(id, at: 1)
        guard try find.step() else { return nil }
        defer { find.reset() }
        guard let state = IncidentState(rawValue: find.text(0)) else { return nil }
        return (state, find.optionalText(1), find.text(2), find.text(3))
    }

    private func record(_ incident: String, _ stored: StoredEvent, refused: String?) throws {
        trail.bind(incident, at: 1)
        trail.bind(stored.position, at: 2)
        trail.bind(refused, at: 3)
        try trail.run()
    }
}

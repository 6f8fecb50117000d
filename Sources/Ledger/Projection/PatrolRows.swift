import Journal
import Model

/// Keeps the visits of video patrols: each spot of each round once, whoever says it again.
struct PatrolRows {
    private let insert: PreparedStatement

    init(_ connection: OpaquePointer) throws {
        insert = try PreparedStatement(
            connection,
            """
            INSERT INTO patrol (plan, round, spot, section, camera, done, reason, snapshot, seen, position, leaf)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (plan, round, spot) DO NOTHING
            """)
    }

    /// Takes a visit; one whose round is no time cannot be counted and is passed over.
    func visited(_ visit: PatrolVisit, _ stored: StoredEvent, _ tallies: inout Tallies) throws {
        guard let round = Timestamp(visit.round, assuming: .shanghai) else { return }
        insert.bind(visit.plan, at: 1)
        insert.bind(round.microseconds, at: 2)
        insert.bind(visit.spot, at: 3)
        insert.bind(visit.section, at: 4)
        insert.bind(visit.camera, at: 5)
        insert.bind(visit.state == .done ? 1 : 0, at: 6)
        insert.bind(visit.reason, at: 7)
        insert.bind(visit.snapshot, at: 8)
        insert.bind((stored.event.deviceTime?.moment ?? stored.event.received).microseconds, at: 9)
        insert.bind(stored.position, at: 10)
        insert.bind(stored.leaf, at: 11)
        guard try insert.run() == 1 else { return }
        // By the day on which the round was due: a visit after midnight belongs to the evening's round.
        let day = Day(round, in: .shanghai)
        tallies.count("patrol.\(visit.state.rawValue)", year: day.year, day.description, visit.plan, visit.section)
    }
}

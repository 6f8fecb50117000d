import GRDB
import Journal
import Model

/// How much of what a patrol owed was seen.
package struct PatrolCompleteness: Hashable, Sendable {
    package let plan: String
    /// 路段.
    package let section: String
    package let done: Int
    package let missed: Int

    /// Spots of rounds that were due.
    package var due: Int { done + missed }

    package init(plan: String, section: String, done: Int, missed: Int) {
        self.plan = plan
        self.section = section
        self.done = done
        self.missed = missed
    }

    package var json: JSON {
        [
            "plan": .string(plan), "section": .string(section), "due": .int(due), "done": .int(done), "missed": .int(missed),
        ]
    }
}

/// One visit as the ledger has it.
package struct PatrolVisitRow: Hashable, Sendable {
    /// The event's place in the journal.
    package let position: Position
    package let plan: String
    /// When the round was due.
    package let round: Timestamp
    package let spot: String
    package let section: String
    package let camera: String
    package let done: Bool
    package let reason: String?
    /// SHA-256 of the picture.
    package let snapshot: String?
    /// When it was visited, or given up.
    package let seen: Timestamp

    package var json: JSON {
        .object(present: [
            ("position", .int(position)), ("plan", .string(plan)), ("round", .string(round.text())), ("spot", .string(spot)),
            ("section", .string(section)), ("camera", .string(camera)), ("state", .string(done ? "done" : "missed")),
            ("reason", reason.map { .string($0) }), ("snapshot", snapshot.map { .string($0) }), ("seen", .string(seen.text())),
        ])
    }

    init(_ row: Row) {
        position = row["position"]
        plan = row["plan"]
        round = Timestamp(microseconds: row["round"])
        spot = row["spot"]
        section = row["section"]
        camera = row["camera"]
        done = row["done"]
        reason = row["reason"]
        snapshot = row["snapshot"]
        seen = Timestamp(microseconds: row["seen"])
    }
}

/// The last round of a plan in the ledger.
package struct PatrolRoundRow: Hashable, Sendable {
    /// When it was due.
    package let round: Timestamp
    /// The spots of it that were told, visited or missed.
    package let told: Set<String>
}

extension LedgerReader {
    /// What was due and seen on the days from one to another, by plan and road section.
    ///
    /// - Parameters:
    ///   - plan: of this plan only.
    ///   - section: of this road section only.
    package func patrolCompleteness(
        from: Day, through: Day, plan: String? = nil, section: String? = nil
    ) throws -> [PatrolCompleteness] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT b AS plan, c AS section, sum(CASE name WHEN 'patrol.done' THEN count ELSE 0 END) AS done,
                        sum(CASE name WHEN 'patrol.missed' THEN count ELSE 0 END) AS missed
                    FROM tally WHERE name IN ('patrol.done', 'patrol.missed') AND year BETWEEN :firstYear AND :lastYear
                        AND a BETWEEN :first AND :last AND b = coalesce(:plan, b) AND c = coalesce(:section, c)
                    GROUP BY b, c ORDER BY b, c
                    """,
                arguments: [
                    "firstYear": from.year, "lastYear": through.year, "first": from.description, "last": through.description,
                    "plan": plan, "section": section,
                ]
            ).map {
                PatrolCompleteness(plan: $0["plan"], section: $0["section"], done: $0["done"], missed: $0["missed"])
            }
        }
    }

    /// The newest visits, newest round first, spots in the order in which they were told.
    package func patrolVisits(plan: String? = nil, missedOnly: Bool = false, limit: Int = 50) throws -> [PatrolVisitRow] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM patrol WHERE plan = coalesce(:plan, plan) AND (:all OR done = 0)
                    ORDER BY round DESC, plan, position LIMIT :limit
                    """, arguments: ["plan": plan, "all": !missedOnly, "limit": limit]
            ).map { PatrolVisitRow($0) }
        }
    }

    /// A plan's last round, nothing where it has none; where a new start of the daemon goes on.
    package func lastPatrolRound(of plan: String) throws -> PatrolRoundRow? {
        try pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT round, spot FROM patrol WHERE plan = ?1 AND round = (SELECT max(round) FROM patrol WHERE plan = ?1)",
                arguments: [plan])
            guard let first = rows.first else { return nil }
            return PatrolRoundRow(round: Timestamp(microseconds: first["round"]), told: Set(rows.map { $0["spot"] }))
        }
    }

    /// The visits that a person may mean: by position, by `ROUND/SPOT`, or by `PLAN/ROUND/SPOT`.
    ///
    /// More than one only where plans share the name of a spot and the time of a round.
    package func patrolVisits(named name: String) throws -> [PatrolVisitRow] {
        try pool.read { db in
            if let position = Position(name) {
                return try Row.fetchAll(db, sql: "SELECT * FROM patrol WHERE position = ?", arguments: [position])
                    .map { PatrolVisitRow($0) }
            }
            let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return [] }
            if let round = Timestamp(parts[0], assuming: .shanghai) {
                return try Self.visits(db, plan: nil, round, String(parts[1]))
            }
            let rest = parts[1].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard rest.count == 2, let round = Timestamp(rest[0], assuming: .shanghai) else { return [] }
            return try Self.visits(db, plan: String(parts[0]), round, String(rest[1]))
        }
    }

    private static func visits(_ db: Database, plan: String?, _ round: Timestamp, _ spot: String) throws -> [PatrolVisitRow] {
        try Row.fetchAll(
            db,
            sql: "SELECT * FROM patrol WHERE plan = coalesce(:plan, plan) AND round = :round AND spot = :spot ORDER BY plan",
            arguments: ["plan": plan, "round": round.microseconds, "spot": spot]
        ).map { PatrolVisitRow($0) }
    }
}

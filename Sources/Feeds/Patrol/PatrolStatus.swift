import Model

/// How a patrol plan is doing, as `patrold status` shows it.
package struct PatrolStatus: Hashable, Sendable {
    /// A round whose spots are all told.
    package struct Round: Hashable, Sendable {
        /// When it was due.
        package var due: Timestamp
        package var done: Int
        package var missed: Int
    }

    package var plan: String
    /// How many spots a round has.
    package var spots: Int
    /// When the next round is due.
    package var next: Timestamp?
    /// The round under way, and the spot that the camera is at.
    package var running: Timestamp?
    package var spot: String?
    /// The last round that ended since the daemon started.
    package var last: Round?
    /// Why a spot was missed the last time.
    package var reason: String?

    package init(plan: String, spots: Int) {
        self.plan = plan
        self.spots = spots
    }

    package var json: JSON {
        .object(present: [
            ("plan", .string(plan)), ("spots", .int(spots)), ("next", next.map { .string($0.text()) }),
            ("running", running.map { .string($0.text()) }), ("spot", spot.map { .string($0) }),
            (
                "last",
                last.map { ["due": .string($0.due.text()), "done": .int($0.done), "missed": .int($0.missed)] }
            ), ("reason", reason.map { .string($0) }),
        ])
    }
}

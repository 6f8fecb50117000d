import Journal
import Model

/// Keeps what feeds say of themselves: cameras first heard, gaps.
struct FeedRows {
    private let camera: PreparedStatement
    private let openGap: PreparedStatement
    private let closeGap: PreparedStatement

    init(_ connection: OpaquePointer) throws {
        camera = try PreparedStatement(
            connection, "INSERT INTO camera (device, since, position, leaf) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
        openGap = try PreparedStatement(
            connection,
            """
            INSERT INTO gap (feed, start, reason, open_position, open_leaf) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (feed, start) DO NOTHING
            """)
        closeGap = try PreparedStatement(
            connection,
            """
            INSERT INTO gap (feed, start, until, reason, close_position, close_leaf) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (feed, start) DO UPDATE SET until = excluded.until, close_position = excluded.close_position,
                close_leaf = excluded.close_leaf
            """)
    }

    /// Notes the first sign of life of a camera; the feed that watches a camera's video is no camera of its own.
    func heard(_ device: String, _ stored: StoredEvent) throws {
        guard !device.hasSuffix("/video") else { return }
        camera.bind(device, at: 1)
        camera.bind(stored.event.received.microseconds, at: 2)
        camera.bind(stored.position, at: 3)
        camera.bind(stored.leaf, at: 4)
        try camera.run()
    }

    func gap(_ gap: FeedGap, _ stored: StoredEvent) throws {
        let statement = gap.state == .open ? openGap : closeGap
        statement.bind(gap.feed, at: 1)
        statement.bind(gap.from.microseconds, at: 2)
        var next: Int32 = 3
        if gap.state == .closed {
            statement.bind((gap.until ?? stored.event.received).microseconds, at: next)
            next += 1
        }
        statement.bind(gap.reason, at: next)
        statement.bind(stored.position, at: next + 1)
        statement.bind(stored.leaf, at: next + 2)
        try statement.run()
    }
}

import Journal
import Model

/// Running counts of one transaction, written out before it commits.
struct Tallies {
    struct Key: Hashable {
        let name: String
        let year: Int
        let a: String
        let b: String
        let c: String
    }

    private var changes: [Key: Int] = [:]
    private let add: PreparedStatement
    private let drop: PreparedStatement

    init(_ connection: OpaquePointer) throws {
        add = try PreparedStatement(
            connection,
            """
            INSERT INTO tally (name, year, a, b, c, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (name, year, a, b, c) DO UPDATE SET count = count + excluded.count
            """)
        drop = try PreparedStatement(
            connection, "DELETE FROM tally WHERE name = ?1 AND year = ?2 AND a = ?3 AND b = ?4 AND c = ?5 AND count = 0")
    }

    mutating func count(_ name: String, year: Int, _ a: String, _ b: String, _ c: String = "", by amount: Int = 1) {
        changes[Key(name: name, year: year, a: a, b: b, c: c), default: 0] += amount
    }

    mutating func write() throws {
        for (key, amount) in changes where amount != 0 {
            Self.bind(key, to: add)
            add.bind(Int64(amount), at: 6)
            try add.run()
            guard amount < 0 else { continue }
            // A count of nothing has no row, as if it had never been counted: batches of any size give the same rows.
            Self.bind(key, to: drop)
            try drop.run()
        }
        changes.removeAll(keepingCapacity: true)
    }

    private static func bind(_ key: Key, to statement: PreparedStatement) {
        statement.bind(key.name, at: 1)
        statement.bind(Int64(key.year), at: 2)
        statement.bind(key.a, at: 3)
        statement.bind(key.b, at: 4)
        statement.bind(key.c, at: 5)
    }

    mutating func discard() {
        changes.removeAll()
    }
}

extension Day {
    /// `2021-03`.
    var monthText: String { String(description.prefix(7)) }
}

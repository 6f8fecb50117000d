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

    init(_ connection: OpaquePointer) throws {
        add = try PreparedStatement(
            connection,
            """
            INSERT INTO tally (name, year, a, b, c, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (name, year, a, b, c) DO UPDATE SET count = count + excluded.count
            """)
    }

    mutating func count(_ name: String, year: Int, _ a: String, _ b: String, _ c: String = "", by amount: Int = 1) {
        changes[Key(name: name, year: year, a: a, b: b, c: c), default: 0] += amount
    }

    mutating func write() throws {
        for (key, amount) in changes where amount != 0 {
            add.bind(key.name, at: 1)
            add.bind(Int64(key.year), at: 2)
            add.bind(key.a, at: 3)
            add.bind(key.b, at: 4)
            add.bind(key.c, at: 5)
            add.bind(Int64(amount), at: 6)
            try add.run()
        }
        changes.removeAll(keepingCapacity: true)
    }

    mutating func discard() {
        changes.removeAll()
    }
}

extension Day {
    /// `2021-03`.
    var monthText: String { String(description.prefix(7)) }
}

import Crypto
import GRDB
import Model

/// One delivery on its way into the journal: what arrived, with leaf hashes already made, and whom to answer.
struct PendingDelivery: Sendable {
    enum Entry: Sendable {
        case event(Event, leaf: [UInt8])
        /// - `digest`, `length`: of the bytes as they came; they may be stored sealed.
        case unreadable(Unreadable, digest: [UInt8], length: Int)

        /// What of an arrival is stored: personal data sealed, the leaf over what is stored.
        init(_ arrival: Arrival, _ book: PersonalBook?, _ seal: PersonalSeal?) throws {
            switch arrival {
            case .event(let event):
                let stored = try book?.seal(event) ?? event
                self = .event(stored, leaf: TreeHash.leaf(stored))
            case .unreadable(var unreadable):
                let digest = Array(SHA256.hash(data: unreadable.bytes))
                let length = unreadable.bytes.count
                unreadable.reason = PersonalText.masked(unreadable.reason)
                if let seal { unreadable.bytes = try SealedBytes.seal(unreadable.bytes, with: seal, for: SealedBytes.quarantine) }
                self = .unreadable(unreadable, digest: digest, length: length)
            }
        }
    }

    let entries: [Entry]
    /// A quarantine row that this delivery settles in the same commit.
    let settles: (number: Int64, state: QuarantineState)?
    let answer: @Sendable (Result<Receipt, DeliveryRefused>) -> Void
}

/// Writes deliveries into the open journal, all of one commit or none.
///
/// Lives on the writer connection's queue, with its prepared statements.
final class BatchWriter {
    private var frontier: Frontier
    /// Keyed by the bytes: two spellings of one text are two sources, as in the file and in the leaf hashes.
    private var sources: [[UInt8]: Int64] = [:]
    private let begin: PreparedStatement
    private let commit: PreparedStatement
    private let insertSource: PreparedStatement
    private let insertEvent: PreparedStatement
    private let insertTree: PreparedStatement
    private let insertQuarantine: PreparedStatement
    private let countQuarantine: PreparedStatement
    private let settleQuarantine: PreparedStatement
    private let db: Database

    /// The journal's last position.
    var position: Position { frontier.size }

    init(_ db: Database) throws {
        self.db = db
        guard let connection = db.sqliteConnection else { throw JournalError(.cannotOpen, "the journal is closed") }
        begin = try PreparedStatement(connection, "BEGIN IMMEDIATE")
        commit = try PreparedStatement(connection, "COMMIT")
        insertSource = try PreparedStatement(connection, "INSERT INTO source (name) VALUES (?1)")
        insertEvent = try PreparedStatement(
            connection,
            """
            INSERT INTO event (position, source, id, type, subject, time, received, contenttype, extensions, data, leaf)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (source, id) DO NOTHING
            """)
        insertTree = try PreparedStatement(
            connection, "INSERT INTO tree (last, committed, root, frontier) VALUES (?1, ?2, ?3, ?4)")
        insertQuarantine = try PreparedStatement(
            connection,
            """
            INSERT INTO quarantine (source, adapter, reason, contenttype, bytes, digest, first, last, count, state)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, 'waiting') ON CONFLICT (source, digest) DO NOTHING
            """)
        countQuarantine = try PreparedStatement(
            connection,
            "UPDATE quarantine SET count = count + 1, last = ?3 WHERE source = ?1 AND digest = ?2 RETURNING number")
        settleQuarantine = try PreparedStatement(connection, "UPDATE quarantine SET state = ?2 WHERE number = ?1")
        frontier = try Self.frontier(db)
        let known = try PreparedStatement(connection, "SELECT number, name FROM source")
        while try known.step() { sources[Array(known.bytes(1))] = known.int(0) }
    }

    private static func frontier(_ db: Database) throws -> Frontier {
        guard let row = try Row.fetchOne(db, sql: "SELECT last, frontier FROM tree ORDER BY last DESC LIMIT 1") else {
            return Frontier()
        }
        let bytes: [UInt8] = row.bytes("frontier")
        let events = try Int64.fetchOne(db, sql: "SELECT max(position) FROM event") ?? 0
        guard let frontier = Frontier(size: row["last"], bytes: bytes), frontier.size == events else {
            throw JournalError(.damaged, "the journal's tree does not fit its events; run 'patrold verify'")
        }
        return frontier
    }

    /// Makes the deliveries durable in one transaction and returns a receipt for each.
    ///
    /// - Throws: nothing of any delivery is stored then.
    func write(_ deliveries: [PendingDelivery], at time: Timestamp) throws -> [Receipt] {
        let before = (frontier, sources)
        do {
            try begin.run()
            var receipts: [Receipt] = []
            receipts.reserveCapacity(deliveries.count)
            for delivery in deliveries { receipts.append(try write(delivery)) }
            if frontier.size > before.0.size { try writeTree(at: time) }
            try commit.run()
            for index in receipts.indices { receipts[index].position = frontier.size }
            return receipts
        } catch {
            (frontier, sources) = before
            if db.isInsideTransaction { try? db.execute(sql: "ROLLBACK") }
            throw error
        }
    }

    private func write(_ delivery: PendingDelivery) throws -> Receipt {
        var receipt = Receipt()
        for (index, entry) in delivery.entries.enumerated() {
            switch entry {
            case .event(let event, let leaf):
                if try insert(event, leaf) { receipt.accepted += 1 } else { receipt.duplicate += 1 }
            case .unreadable(let unreadable, let digest, let length):
                let number = try insert(unreadable, digest, length)
                receipt.quarantined.append(
                    Receipt.Quarantined(index: index, reason: unreadable.reason, quarantine: number))
            }
        }
        if let (number, state) = delivery.settles {
            settleQuarantine.bind(number, at: 1)
            settleQuarantine.bind(state.rawValue, at: 2)
            try settleQuarantine.run()
        }
        return receipt
    }

    private func insert(_ event: Event, _ leaf: [UInt8]) throws -> Bool {
        let statement = insertEvent
        statement.bind(frontier.size + 1, at: 1)
        statement.bind(try number(ofSource: event.source), at: 2)
        statement.bind(event.id, at: 3)
        statement.bind(event.type, at: 4)
        statement.bind(event.subject, at: 5)
        statement.bind(event.time, at: 6)
        statement.bind(event.received.microseconds, at: 7)
        statement.bind(event.contentType, at: 8)
        statement.bind(event.extensions, at: 9)
        statement.bind(event.data, at: 10)
        statement.bind(leaf, at: 11)
        guard try statement.run() == 1 else { return false }
        frontier.append(leaf)
        return true
    }

    private func insert(_ unreadable: Unreadable, _ digest: [UInt8], _ length: Int) throws -> Int64 {
        insertQuarantine.bind(unreadable.source, at: 1)
        insertQuarantine.bind(unreadable.adapter, at: 2)
        insertQuarantine.bind(unreadable.reason, at: 3)
        insertQuarantine.bind(unreadable.contentType, at: 4)
        insertQuarantine.bind(unreadable.bytes, at: 5)
        insertQuarantine.bind(digest, at: 6)
        insertQuarantine.bind(unreadable.received.microseconds, at: 7)
        guard try insertQuarantine.run() == 1 else {
            countQuarantine.bind(unreadable.source, at: 1)
            countQuarantine.bind(digest, at: 2)
            countQuarantine.bind(unreadable.received.microseconds, at: 3)
            guard try countQuarantine.step() else { throw JournalError(.unwritable, "the quarantine lost a row") }
            defer { countQuarantine.reset() }
            return countQuarantine.int(0)
        }
        let number = db.lastInsertedRowID
        let event = Self.notice(of: unreadable, number: number, digest: digest, length: length)
        _ = try insert(event, TreeHash.leaf(event))
        return number
    }

    /// The journal's own record that something went into quarantine.
    private static func notice(of unreadable: Unreadable, number: Int64, digest: [UInt8], length: Int) -> Event {
        let payload: JSON = [
            "number": .int(number), "source": .string(unreadable.source), "adapter": .string(unreadable.adapter),
            "reason": .string(unreadable.reason), "bytes": .int(length),
            "sha256": .string(hexadecimal(digest)),
        ]
        return Event(
            source: "patrold:/quarantine", id: String(number), type: EventType.feedQuarantined,
            subject: unreadable.source, received: unreadable.received, data: payload.bytes)
    }

    private func number(ofSource name: String) throws -> Int64 {
        let key = Array(name.utf8)
        if let number = sources[key] { return number }
        insertSource.bind(name, at: 1)
        try insertSource.run()
        sources[key] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }

    private func writeTree(at time: Timestamp) throws {
        insertTree.bind(frontier.size, at: 1)
        insertTree.bind(time.microseconds, at: 2)
        insertTree.bind(frontier.root, at: 3)
        insertTree.bind(frontier.bytes, at: 4)
        try insertTree.run()
    }
}

/// Bytes as lower-case hexadecimal digits.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

import GRDB
import Model

/// Holds a ledger against another of the same position, row by row.
package enum LedgerVerification {
    private static let tables = [
        "incident", "incident_event", "complaint", "complaint_event", "outbox", "register", "register_event", "camera", "gap",
        "patrol", "recording", "call", "evidence", "custody", "held", "attachment", "clock_offset", "scrub",
        "publication", "publication_event", "tally",
    ]

    /// The first row that only one of the two has, as a sentence; nothing where they are equal.
    ///
    /// - Parameters:
    ///   - live: path of the ledger in use; a daemon may go on writing it, what is compared is one snapshot.
    ///   - fold: makes the ledger of that position anew, with whatever must stay alive while it is read.
    package static func firstDifference(
        live path: String, fold: (Position) throws -> (LedgerReader, keep: AnyObject)
    ) throws -> String? {
        let live = try LedgerStore.openForReading(path)
        return try live.read { liveRows in
            let (folded, keep) = try fold(try Ledger.value("cursor", liveRows))
            defer { withExtendedLifetime(keep) {} }
            return try folded.pool.read { foldedRows in
                for table in tables {
                    if let difference = try firstDifference(table, liveRows, foldedRows) { return difference }
                }
                return nil
            }
        }
    }

    /// Walks both tables in the order of their primary keys.
    private static func firstDifference(_ table: String, _ live: Database, _ folded: Database) throws -> String? {
        let order = try live.primaryKey(table).columns.joined(separator: ", ")
        let sql = "SELECT * FROM \(table) ORDER BY \(order)"
        let (left, right) = (try Row.fetchCursor(live, sql: sql), try Row.fetchCursor(folded, sql: sql))
        while true {
            let (mine, theirs) = (try left.next(), try right.next())
            if mine == nil, theirs == nil { return nil }
            guard mine != theirs else { continue }
            return """
                table \(table): the ledger has \(mine.map { "\($0)" } ?? "no such row"), the journal adds up to \
                \(theirs.map { "\($0)" } ?? "no such row"); run 'patrold rebuild'
                """
        }
    }
}

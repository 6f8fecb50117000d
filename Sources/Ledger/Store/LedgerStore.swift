import GRDB

/// An open `ledger.sqlite`: WAL, `synchronous=NORMAL`, because the journal can always make it anew.
enum LedgerStore {
    /// Opens or creates the ledger for writing.
    ///
    /// - Throws: `LedgerError.otherFormat` for a file of another version; the caller rebuilds it.
    static func open(_ path: String) throws(LedgerError) -> DatabasePool {
        do {
            var configuration = Configuration()
            configuration.label = "patrold.ledger"
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
                try prepare(db, path)
            }
            return pool
        } catch let error as LedgerError {
            throw error
        } catch {
            throw LedgerError(.cannotOpen, "cannot open the ledger \(path): \(error); 'patrold rebuild' makes it anew")
        }
    }

    /// Opens an existing ledger for reading only, beside a daemon that writes it.
    static func openForReading(_ path: String) throws(LedgerError) -> DatabasePool {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 2
            return try DatabasePool(path: path, configuration: configuration)
        } catch {
            throw LedgerError(.cannotOpen, "cannot read the ledger \(path): \(error)")
        }
    }

    private static func prepare(_ db: Database, _ path: String) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found == 0 || found == LedgerSchema.format else {
            throw LedgerError(
                .otherFormat,
                "the ledger \(path) has format \(found), this program writes \(LedgerSchema.format); run 'patrold rebuild'")
        }
        guard found == 0 else { return }
        try db.inTransaction {
            try db.execute(sql: LedgerSchema.statements)
            try db.execute(sql: "PRAGMA user_version = \(LedgerSchema.format)")
            return .commit
        }
    }
}

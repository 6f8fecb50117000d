import GRDB
import Model

/// An open `journal.sqlite`: WAL, one writer, `synchronous=FULL` read back after opening.
enum JournalStore {
    /// Opens or creates the journal for writing.
    ///
    /// GRDB sets `synchronous=NORMAL` on a WAL pool after its `prepareDatabase`, which can lose the last commits in a
    /// power cut; so FULL is set once the pool is open and is read back.
    static func open(_ path: String) throws(JournalError) -> DatabasePool {
        do {
            var configuration = Configuration()
            configuration.label = "patrold.journal"
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
                try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
                guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
                    throw JournalError(.notDurable, "the journal \(path) refuses synchronous=FULL; events would not be safe")
                }
                try JournalSchema.prepare(db, path: path)
            }
            return pool
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(.cannotOpen, "cannot open the journal \(path): \(error)")
        }
    }

    /// Opens an existing journal for reading only, beside a daemon that writes it.
    static func openForReading(_ path: String) throws(JournalError) -> DatabasePool {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 2
            return try DatabasePool(path: path, configuration: configuration)
        } catch {
            throw JournalError(.cannotOpen, "cannot read the journal \(path): \(error)")
        }
    }
}

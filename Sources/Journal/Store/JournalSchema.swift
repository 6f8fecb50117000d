import GRDB

/// The tables of `journal.sqlite` and how they came to be.
enum JournalSchema {
    /// Written into the file; a file with a higher number is refused, a lower one is migrated forward.
    static let format = 1

    /// - `source`: names that many events share.
    /// - `event`: one row a fact; `position` has no holes; `leaf` is its RFC 6962 leaf hash.
    /// - `tree`: after each commit, the last position, the root and the right edge of the tree.
    /// - `quarantine`: raw bytes that could not be read; equal bytes of one source are one row with a count.
    static let statements = """
        CREATE TABLE source (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE event (
            position INTEGER PRIMARY KEY, source INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
            subject TEXT, time TEXT, received INTEGER NOT NULL, contenttype TEXT NOT NULL,
            extensions BLOB NOT NULL, data BLOB NOT NULL, leaf BLOB NOT NULL);
        CREATE UNIQUE INDEX identity ON event (source, id);
        CREATE TABLE tree (
            last INTEGER PRIMARY KEY, committed INTEGER NOT NULL, root BLOB NOT NULL, frontier BLOB NOT NULL);
        CREATE TABLE quarantine (
            number INTEGER PRIMARY KEY, source TEXT NOT NULL, adapter TEXT NOT NULL, reason TEXT NOT NULL,
            contenttype TEXT NOT NULL, bytes BLOB NOT NULL, digest BLOB NOT NULL, first INTEGER NOT NULL,
            last INTEGER NOT NULL, count INTEGER NOT NULL, state TEXT NOT NULL, UNIQUE (source, digest));
        """

    /// Creates the tables in an empty file.
    ///
    /// - Throws: `JournalError.newerFormat` for a file of a later version of the program.
    static func prepare(_ db: Database, path: String) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= format else {
            throw JournalError(
                .newerFormat,
                "the journal \(path) has format \(found), this program knows up to \(format); install the newer version")
        }
        guard found == 0 else { return }
        try db.inTransaction {
            try db.execute(sql: statements)
            try db.execute(sql: "PRAGMA user_version = \(format)")
            return .commit
        }
    }
}

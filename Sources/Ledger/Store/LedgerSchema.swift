/// The tables of `ledger.sqlite`: what the journal adds up to, thrown away and rebuilt at will.
enum LedgerSchema {
    /// A file of another format is rebuilt from the journal, never migrated.
    static let format = 4

    /// - `progress`: `cursor` the last projected position, `figures` the last that can touch a figure, `decided` the
    ///   last whose decisions are known to be durable.
    /// - `incident`, `incident_event`: an incident as it stands, and the positions that made it so.
    ///   `merged_into` names the complaint with whose incident it counts.
    /// - `complaint`: clustered by acceptance, so that a year is one sequential walk; `text_position` is where the journal
    ///   has its last text.
    /// - `register`, `register_event`: records as they stand, and the positions that made them so.
    /// - `patrol`: visits of video patrols, by plan, round and spot.
    /// - `tally`: running counts, moved in the transaction that moves the cursor.
    static let statements =
        core + RecordingRows.tables + EvidenceRows.tables + ComplaintRows.tables + OutboxRows.tables + PublicationRows.tables
    // A projection with tables of its own adds them here.

    private static let core = """
        CREATE TABLE progress (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO progress VALUES ('cursor', 0), ('figures', 0), ('decided', 0);
        CREATE TABLE incident (
            id TEXT PRIMARY KEY, state TEXT NOT NULL, opened INTEGER NOT NULL, origin TEXT NOT NULL, channel TEXT,
            reference TEXT NOT NULL, class TEXT, category TEXT, place TEXT, key TEXT NOT NULL,
            sightings INTEGER NOT NULL, seen INTEGER NOT NULL, changed INTEGER NOT NULL, due INTEGER,
            overdue INTEGER NOT NULL, department TEXT, rework INTEGER NOT NULL, forced INTEGER NOT NULL,
            cause INTEGER NOT NULL, merged_into TEXT) WITHOUT ROWID;
        CREATE INDEX incident_complaint ON incident (channel, reference) WHERE origin = 'complaint';
        CREATE INDEX incident_open ON incident (key) WHERE state NOT IN ('closed', 'rejected');
        CREATE INDEX incident_state ON incident (state, opened);
        CREATE INDEX incident_time ON incident (opened);
        CREATE INDEX incident_due ON incident (due) WHERE due IS NOT NULL AND overdue = 0;
        CREATE TABLE incident_event (
            incident TEXT NOT NULL, position INTEGER NOT NULL, refused TEXT, PRIMARY KEY (incident, position)) WITHOUT ROWID;
        CREATE TABLE complaint (
            accepted INTEGER NOT NULL, channel TEXT NOT NULL, number TEXT NOT NULL, category TEXT,
            accepted_position INTEGER NOT NULL, accepted_leaf BLOB NOT NULL, closed INTEGER, closed_position INTEGER,
            closed_leaf BLOB, place TEXT, text_position INTEGER NOT NULL, text_digest INTEGER NOT NULL, outcome TEXT,
            merged_into TEXT, merged_position INTEGER, PRIMARY KEY (accepted, channel, number)) WITHOUT ROWID;
        CREATE UNIQUE INDEX complaint_number ON complaint (channel, number);
        CREATE INDEX complaint_open ON complaint (accepted) WHERE closed IS NULL;
        CREATE INDEX complaint_merged ON complaint (merged_into) WHERE merged_into IS NOT NULL;
        CREATE TABLE register (
            kind TEXT NOT NULL, id TEXT NOT NULL, day TEXT NOT NULL, fields BLOB NOT NULL, voided INTEGER NOT NULL,
            PRIMARY KEY (kind, id)) WITHOUT ROWID;
        CREATE TABLE register_event (
            kind TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, leaf BLOB NOT NULL,
            PRIMARY KEY (kind, id, position)) WITHOUT ROWID;
        CREATE TABLE camera (
            device TEXT PRIMARY KEY, since INTEGER NOT NULL, position INTEGER NOT NULL, leaf BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE gap (
            feed TEXT NOT NULL, start INTEGER NOT NULL, until INTEGER, reason TEXT NOT NULL,
            open_position INTEGER, open_leaf BLOB, close_position INTEGER, close_leaf BLOB,
            PRIMARY KEY (feed, start)) WITHOUT ROWID;
        CREATE TABLE patrol (
            plan TEXT NOT NULL, round INTEGER NOT NULL, spot TEXT NOT NULL, section TEXT NOT NULL, camera TEXT NOT NULL,
            done INTEGER NOT NULL, reason TEXT, snapshot TEXT, seen INTEGER NOT NULL, position INTEGER NOT NULL,
            leaf BLOB NOT NULL, PRIMARY KEY (plan, round, spot)) WITHOUT ROWID;
        CREATE INDEX patrol_round ON patrol (round);
        CREATE UNIQUE INDEX patrol_position ON patrol (position);
        CREATE TABLE tally (
            name TEXT NOT NULL, year INTEGER NOT NULL, a TEXT NOT NULL, b TEXT NOT NULL, c TEXT NOT NULL,
            count INTEGER NOT NULL, PRIMARY KEY (name, year, a, b, c)) WITHOUT ROWID;
        """
}

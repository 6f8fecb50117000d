import Journal
import Model

/// Keeps what is evidence, and what was done with it.
struct EvidenceRows {
    /// - `evidence`: one row for each event that brought a file; `clock` is the device's time where it can be read.
    /// - `custody`: one row for each act, `held`: the holds in force, `attachment`: the items of an incident.
    /// - `clock_offset`: how far a device's clock was off, in milliseconds, each time that it was measured.
    /// - `scrub`: what each night's re-hashing found.
    static let tables = """
        CREATE TABLE evidence (
            position INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, kind TEXT NOT NULL, device TEXT NOT NULL, clock INTEGER,
            received INTEGER NOT NULL, bytes INTEGER, source TEXT NOT NULL);
        CREATE INDEX evidence_hash ON evidence (sha256);
        CREATE INDEX evidence_device ON evidence (device, position);
        CREATE TABLE custody (
            position INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, act TEXT NOT NULL, actor TEXT NOT NULL, incident TEXT);
        CREATE INDEX custody_hash ON custody (sha256);
        CREATE TABLE held (
            sha256 TEXT NOT NULL, reason TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (sha256, reason)) WITHOUT ROWID;
        CREATE TABLE attachment (
            incident TEXT NOT NULL, sha256 TEXT NOT NULL, position INTEGER NOT NULL,
            PRIMARY KEY (incident, sha256)) WITHOUT ROWID;
        CREATE TABLE clock_offset (
            device TEXT NOT NULL, received INTEGER NOT NULL, milliseconds INTEGER NOT NULL,
            PRIMARY KEY (device, received)) WITHOUT ROWID;
        CREATE TABLE scrub (
            position INTEGER PRIMARY KEY, received INTEGER NOT NULL, report BLOB NOT NULL);
        """

    private let insert: PreparedStatement
    private let log: PreparedStatement
    private let hold: PreparedStatement
    private let release: PreparedStatement
    private let attach: PreparedStatement
    private let detach: PreparedStatement
    private let measure: PreparedStatement
    private let scrub: PreparedStatement

    init(_ connection: OpaquePointer) throws {
        insert = try PreparedStatement(
            connection,
            """
            INSERT OR IGNORE INTO evidence (position, sha256, kind, device, clock, received, bytes, source)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
        log = try PreparedStatement(
            connection, "INSERT OR IGNORE INTO custody (position, sha256, act, actor, incident) VALUES (?1, ?2, ?3, ?4, ?5)")
        hold = try PreparedStatement(connection, "INSERT OR IGNORE INTO held (sha256, reason, position) VALUES (?1, ?2, ?3)")
        release = try PreparedStatement(connection, "DELETE FROM held WHERE sha256 = ?1 AND reason = ?2")
        attach = try PreparedStatement(
            connection, "INSERT OR IGNORE INTO attachment (sha256, incident, position) VALUES (?1, ?2, ?3)")
        detach = try PreparedStatement(connection, "DELETE FROM attachment WHERE sha256 = ?1 AND incident = ?2")
        measure = try PreparedStatement(
            connection, "INSERT OR REPLACE INTO clock_offset (device, received, milliseconds) VALUES (?1, ?2, ?3)")
        scrub = try PreparedStatement(
            connection, "INSERT OR IGNORE INTO scrub (position, received, report) VALUES (?1, ?2, ?3)")
    }

    /// Takes the file that an event brought, where it brought one.
    func came(_ stored: StoredEvent) throws {
        guard let item = EvidenceItem(stored) else { return }
        insert.bind(stored.position, at: 1)
        insert.bind(item.sha256, at: 2)
        insert.bind(item.kind.rawValue, at: 3)
        insert.bind(item.device, at: 4)
        if let clock = item.deviceTime?.moment { insert.bind(clock.microseconds, at: 5) } else { insert.bindNull(at: 5) }
        insert.bind(item.received.microseconds, at: 6)
        if let bytes = item.bytes { insert.bind(bytes, at: 7) } else { insert.bindNull(at: 7) }
        insert.bind(item.source, at: 8)
        try insert.run()
    }

    /// Takes an event `cn.patrold.evidence.…`; one of another source than ours changes nothing.
    func handled(_ stored: StoredEvent) throws {
        if let entry = CustodyEntry(stored) { return try handled(entry) }
        if stored.event.type == EventType.evidenceTaken, stored.event.source.hasPrefix("patrold:/") { return try came(stored) }
        guard stored.event.source == CustodyEvent.source, stored.event.type == EventType.evidence("scrubbed") else { return }
        scrub.bind(stored.position, at: 1)
        scrub.bind(stored.event.received.microseconds, at: 2)
        scrub.bind(stored.event.data, at: 3)
        try scrub.run()
    }

    private func handled(_ entry: CustodyEntry) throws {
        let event = entry.event
        log.bind(entry.position, at: 1)
        log.bind(event.sha256, at: 2)
        log.bind(event.act.rawValue, at: 3)
        log.bind(event.by, at: 4)
        log.bind(event.incident, at: 5)
        try log.run()
        switch event.act {
        case .held: try note(hold, event.sha256, event.reason ?? "", entry.position)
        case .released: try note(release, event.sha256, event.reason ?? "", nil)
        case .attached: if let incident = event.incident { try note(attach, event.sha256, incident, entry.position) }
        case .detached: if let incident = event.incident { try note(detach, event.sha256, incident, nil) }
        case .viewed, .exported, .transcribed, .damaged: break
        }
    }

    private func note(_ statement: PreparedStatement, _ sha256: String, _ what: String, _ position: Position?) throws {
        statement.bind(sha256, at: 1)
        statement.bind(what, at: 2)
        if let position { statement.bind(position, at: 3) }
        try statement.run()
    }

    /// Notes how far a device's clock was off.
    func measured(_ status: CameraStatus, _ stored: StoredEvent) throws {
        guard let offset = status.clockOffset else { return }
        measure.bind(status.device, at: 1)
        measure.bind(stored.event.received.microseconds, at: 2)
        measure.bind(offset, at: 3)
        try measure.run()
    }

    /// Whether an alarm's payload may name a picture; alarms without one must not cost a reading of their JSON.
    ///
    /// Every eighth byte is looked at: one of them falls on each `snapshot` that there is.
    static func mayNamePicture(_ data: [UInt8]) -> Bool {
        data.withUnsafeBytes { bytes in
            var index = 8
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "s"): if stands(bytes, index) || stands(bytes, index - 4) { return true }
                case UInt8(ascii: "n"): if stands(bytes, index - 1) { return true }
                case UInt8(ascii: "a"): if stands(bytes, index - 2) { return true }
                case UInt8(ascii: "p"): if stands(bytes, index - 3) { return true }
                case UInt8(ascii: "h"): if stands(bytes, index - 5) { return true }
                case UInt8(ascii: "o"): if stands(bytes, index - 6) { return true }
                case UInt8(ascii: "t"): if stands(bytes, index - 7) { return true }
                default: break
                }
                index += 8
            }
            return false
        }
    }

    @inline(__always)
    private static func stands(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        // The letters s n a p s h o t, the first lowest.
        start + 8 <= bytes.count
            && bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self) == UInt64(littleEndian: 0x746F_6873_7061_6E73)
    }
}

import Journal
import Model

/// Keeps recordings and call records, and joins them in whichever order they come.
///
/// A call and a file are one where device and call id are the same, or device and file name without its ending are, and
/// their clocks are not more than a day apart (recorders begin their names anew). Several files of one call are kept; the
/// longest is its recording. The same content of one device again is a copy, which waits for nothing and counts for nothing.
struct RecordingRows {
    /// - `recording`: one row a file; `call` is what the file says, `pair` the call that it was joined with.
    /// - `call`: one row a call, whatever number of records told of it; `file` is the recording's position.
    /// - `told`: an incident was opened over the half that is missing.
    ///
    /// - `name`: a digest, as files' names often hold the caller's number.
    static let tables = """
        CREATE TABLE recording (
            position INTEGER PRIMARY KEY, device TEXT NOT NULL, name INTEGER NOT NULL, sha256 TEXT NOT NULL, seconds REAL,
            call TEXT, bytes INTEGER NOT NULL, format TEXT NOT NULL, clock INTEGER, received INTEGER NOT NULL, pair TEXT,
            copy INTEGER NOT NULL, told INTEGER NOT NULL);
        CREATE INDEX recording_hash ON recording (sha256, device, call);
        CREATE INDEX recording_alone ON recording (sha256, device, call) WHERE pair IS NULL AND copy = 0;
        CREATE INDEX recording_call ON recording (device, call) WHERE call IS NOT NULL;
        CREATE INDEX recording_pair ON recording (device, pair) WHERE pair IS NOT NULL;
        CREATE INDEX recording_name ON recording (device, name);
        CREATE INDEX recording_waiting ON recording (received, position) WHERE pair IS NULL AND copy = 0;
        CREATE INDEX recording_untold ON recording (received) WHERE pair IS NULL AND copy = 0 AND told = 0;
        CREATE TABLE call (
            device TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, latest INTEGER NOT NULL, clock INTEGER,
            received INTEGER NOT NULL, talk REAL, answered INTEGER NOT NULL, status TEXT, name INTEGER, file INTEGER,
            files INTEGER NOT NULL, told INTEGER NOT NULL, PRIMARY KEY (device, id)) WITHOUT ROWID;
        CREATE INDEX call_name ON call (device, name) WHERE name IS NOT NULL;
        CREATE INDEX call_received ON call (received, position);
        CREATE INDEX call_device ON call (device, received, position);
        CREATE INDEX call_waiting ON call (received, position) WHERE file IS NULL AND answered = 1;
        CREATE INDEX call_untold ON call (received) WHERE file IS NULL AND answered = 1 AND told = 0;
        """

    private let insertFile: PreparedStatement
    private let findCopy: PreparedStatement
    private let sameCall: PreparedStatement
    private let sameName: PreparedStatement
    private let callByID: PreparedStatement
    private let callByName: PreparedStatement
    private let putCall: PreparedStatement
    private let filesByID: PreparedStatement
    private let filesByName: PreparedStatement
    private let pairFile: PreparedStatement
    private let recount: PreparedStatement
    private let hideCopies: PreparedStatement
    private let tellCall: PreparedStatement
    private let tellFile: PreparedStatement

    init(_ connection: OpaquePointer) throws {
        insertFile = try PreparedStatement(connection, Self.insertFileText)
        findCopy = try PreparedStatement(connection, Self.findCopyText)
        sameCall = try PreparedStatement(connection, "SELECT 1 FROM recording WHERE device = ?1 AND call = ?2 LIMIT 1")
        sameName = try PreparedStatement(
            connection, "SELECT 1 FROM recording WHERE device = ?1 AND name = ?2 AND clock = ?3 LIMIT 1")
        callByID = try PreparedStatement(connection, "SELECT id FROM call WHERE device = ?1 AND id = ?2")
        callByName = try PreparedStatement(connection, Self.callByNameText)
        putCall = try PreparedStatement(connection, Self.putCallText)
        filesByID = try PreparedStatement(
            connection, "SELECT position FROM recording WHERE device = ?1 AND call = ?2 AND pair IS NULL ORDER BY position")
        filesByName = try PreparedStatement(connection, Self.filesByNameText)
        pairFile = try PreparedStatement(connection, "UPDATE recording SET pair = ?2 WHERE position = ?1")
        recount = try PreparedStatement(connection, Self.recountText)
        hideCopies = try PreparedStatement(connection, Self.hideCopiesText)
        tellCall = try PreparedStatement(connection, "UPDATE call SET told = 1 WHERE device = ?1 AND id = ?2")
        tellFile = try PreparedStatement(
            connection, "UPDATE recording SET told = 1 WHERE sha256 = ?2 AND device = ?1 AND pair IS NULL AND copy = 0")
    }

    /// Takes a file of the evidence store.
    func recorded(_ file: RecordingFile, _ stored: StoredEvent, _ tallies: inout Tallies) throws {
        let clock = stored.event.deviceTime?.moment
        let isCopy = try isCopy(file)
        let isFurther = try isFurtherVersion(file, clock)
        insertFile.bind(stored.position, at: 1)
        insertFile.bind(file.device, at: 2)
        insertFile.bind(Self.name(file.fileName), at: 3)
        insertFile.bind(file.sha256, at: 4)
        Self.bind(file.seconds, to: insertFile, at: 5)
        insertFile.bind(file.callID, at: 6)
        insertFile.bind(file.bytes, at: 7)
        insertFile.bind(file.format, at: 8)
        Self.bind(clock, to: insertFile, at: 9)
        insertFile.bind(stored.event.received.microseconds, at: 10)
        insertFile.bind(isCopy ? 1 : 0, at: 11)
        guard try insertFile.run() == 1 else { return }
        if let call = try call(of: file, clock, stored.event.received) { try pair(stored.position, file.device, call) }
        guard !isCopy, !isFurther else { return }
        let day = Day(clock ?? stored.event.received, in: .shanghai)
        tallies.count("recording.received", year: day.year, day.monthText, file.device)
    }

    /// Takes a call record; a later one of the same call corrects what earlier ones said.
    func called(_ call: RecordingCall, _ stored: StoredEvent) throws {
        let clock = call.start.flatMap { Timestamp($0, assuming: .shanghai) }
        let name = call.fileName.map(Self.name)
        putCall.bind(call.device, at: 1)
        putCall.bind(call.callID, at: 2)
        putCall.bind(stored.position, at: 3)
        Self.bind(clock, to: putCall, at: 4)
        putCall.bind(stored.event.received.microseconds, at: 5)
        Self.bind(call.talkSeconds, to: putCall, at: 6)
        putCall.bind(call.answered ? 1 : 0, at: 7)
        putCall.bind(call.status, at: 8)
        if let name { putCall.bind(name, at: 9) } else { putCall.bindNull(at: 9) }
        try putCall.run()
        var files = try positions(ofCall: call)
        if files.isEmpty, let name { files = try position(named: name, call.device, clock) }
        for file in files { try pair(file, call.device, call.callID) }
    }

    /// Notes that an incident was opened over a half that waits, so that it is not decided again.
    func told(_ opening: IncidentEvent.Opening) throws {
        let start = "unpaired/\(opening.reference)/"
        guard opening.key.hasPrefix(start) else { return }
        for statement in [tellCall, tellFile] {
            statement.bind(opening.reference, at: 1)
            statement.bind(String(opening.key.dropFirst(start.count)), at: 2)
            try statement.run()
        }
    }

    private func call(of file: RecordingFile, _ clock: Timestamp?, _ received: Timestamp) throws -> String? {
        if let id = file.callID {
            callByID.bind(file.device, at: 1)
            callByID.bind(id, at: 2)
            if try callByID.step() {
                callByID.reset()
                return id
            }
        }
        callByName.bind(file.device, at: 1)
        callByName.bind(Self.name(file.fileName), at: 2)
        Self.bind(clock, to: callByName, at: 3)
        callByName.bind(received.microseconds, at: 4)
        guard try callByName.step() else { return nil }
        defer { callByName.reset() }
        return callByName.text(0)
    }

    private func pair(_ file: Position, _ device: String, _ call: String) throws {
        pairFile.bind(file, at: 1)
        pairFile.bind(call, at: 2)
        try pairFile.run()
        recount.bind(device, at: 1)
        recount.bind(call, at: 2)
        try recount.run()
        hideCopies.bind(file, at: 1)
        hideCopies.bind(device, at: 2)
        hideCopies.bind(call, at: 3)
        try hideCopies.run()
    }

    private func isCopy(_ file: RecordingFile) throws -> Bool {
        findCopy.bind(file.device, at: 1)
        findCopy.bind(file.sha256, at: 2)
        findCopy.bind(file.callID, at: 3)
        return try isThere(findCopy)
    }

    /// Whether a file of the same call came before: cut off, or another part of it.
    private func isFurtherVersion(_ file: RecordingFile, _ clock: Timestamp?) throws -> Bool {
        if let call = file.callID {
            sameCall.bind(file.device, at: 1)
            sameCall.bind(call, at: 2)
            return try isThere(sameCall)
        }
        guard let clock else { return false }
        sameName.bind(file.device, at: 1)
        sameName.bind(Self.name(file.fileName), at: 2)
        sameName.bind(clock.microseconds, at: 3)
        return try isThere(sameName)
    }

    private func isThere(_ statement: PreparedStatement) throws -> Bool {
        defer { statement.reset() }
        return try statement.step()
    }

    private func positions(ofCall call: RecordingCall) throws -> [Position] {
        filesByID.bind(call.device, at: 1)
        filesByID.bind(call.callID, at: 2)
        var found: [Position] = []
        while try filesByID.step() { found.append(filesByID.int(0)) }
        return found
    }

    private func position(named name: Int64, _ device: String, _ clock: Timestamp?) throws -> [Position] {
        filesByName.bind(device, at: 1)
        filesByName.bind(name, at: 2)
        Self.bind(clock, to: filesByName, at: 3)
        defer { filesByName.reset() }
        return try filesByName.step() ? [filesByName.int(0)] : []
    }

    private static func bind(_ time: Timestamp?, to statement: PreparedStatement, at index: Int32) {
        if let time { statement.bind(time.microseconds, at: index) } else { statement.bindNull(at: index) }
    }

    private static func bind(_ seconds: Double?, to statement: PreparedStatement, at index: Int32) {
        // As milliseconds: statements bind whole numbers only, and no recorder counts finer.
        if let seconds, abs(seconds) < 1e12 {
            statement.bind(Int64((seconds * 1000).rounded()), at: index)
        } else {
            statement.bindNull(at: index)
        }
    }

    /// The digest of a file's name as names are compared: without folders and ending, in lower case.
    static func name(_ name: String) -> Int64 { textDigest(stem(name)) }

    private static func stem(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? name
        let lower = last.lowercased()
        guard let dot = lower.lastIndex(of: "."), dot != lower.startIndex else { return lower }
        return String(lower[..<dot])
    }
}

extension RecordingRows {
    private static let day = Span.days(1).microseconds
    private static let hour = Span.hours(1).microseconds

    private static let insertFileText = """
        INSERT OR IGNORE INTO recording
            (position, device, name, sha256, seconds, call, bytes, format, clock, received, copy, told)
        VALUES (?1, ?2, ?3, ?4, ?5 / 1000.0, ?6, ?7, ?8, ?9, ?10, ?11, 0)
        """

    /// Each part is a look into an index: thousands of calls may have the same silent content.
    private static let findCopyText = """
        SELECT 1 FROM recording WHERE sha256 = ?2 AND device = ?1 AND call IS NULL
        UNION ALL SELECT 1 FROM recording WHERE sha256 = ?2 AND device = ?1 AND call = ?3
        UNION ALL SELECT 1 FROM recording WHERE ?3 IS NULL AND sha256 = ?2 AND device = ?1 LIMIT 1
        """

    private static let hideCopiesText = """
        WITH paired AS (SELECT sha256 FROM recording WHERE position = ?1)
        UPDATE recording SET copy = 1 WHERE position IN (
            SELECT position FROM recording WHERE sha256 = (SELECT sha256 FROM paired) AND device = ?2 AND call IS NULL
                AND pair IS NULL AND copy = 0
            UNION ALL SELECT position FROM recording WHERE sha256 = (SELECT sha256 FROM paired) AND device = ?2 AND call = ?3
                AND pair IS NULL AND copy = 0)
        """

    /// A call that has its file takes another of that name only as a further version of it.
    private static let callByNameText = """
        SELECT call.id FROM call LEFT JOIN recording ON recording.position = call.file
        WHERE call.device = ?1 AND call.name = ?2
            AND (call.clock IS NULL OR ?3 IS NULL OR abs(call.clock - ?3) <= \(day))
            AND (call.file IS NULL OR recording.name = ?2 AND (recording.clock = ?3
                OR recording.clock IS NULL AND ?3 IS NULL AND abs(recording.received - ?4) <= \(hour)))
        ORDER BY call.file IS NOT NULL, abs(coalesce(call.clock, call.received) - coalesce(?3, ?4)), call.id LIMIT 1
        """

    private static let putCallText = """
        INSERT INTO call (device, id, position, latest, clock, received, talk, answered, status, name, files, told)
        VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6 / 1000.0, ?7, ?8, ?9, 0, 0)
        ON CONFLICT (device, id) DO UPDATE SET latest = excluded.latest, clock = coalesce(excluded.clock, clock),
            talk = coalesce(excluded.talk, talk), answered = excluded.answered,
            status = coalesce(excluded.status, status), name = coalesce(excluded.name, name)
        """

    private static let filesByNameText = """
        SELECT position FROM recording WHERE device = ?1 AND name = ?2 AND pair IS NULL
            AND (clock IS NULL OR ?3 IS NULL OR abs(clock - ?3) <= \(day))
        ORDER BY copy, abs(coalesce(clock, received) - coalesce(?3, received)), position LIMIT 1
        """

    private static let recountText = """
        UPDATE call SET
            file = (SELECT position FROM recording WHERE device = ?1 AND pair = ?2
                ORDER BY coalesce(seconds, 0) DESC, position LIMIT 1),
            files = (SELECT count(DISTINCT sha256) FROM recording WHERE device = ?1 AND pair = ?2)
        WHERE device = ?1 AND id = ?2
        """
}

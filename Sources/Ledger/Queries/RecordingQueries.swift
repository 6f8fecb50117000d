import GRDB
import Incidents
import Journal
import Model

/// A call and its recording as far as they came.
package struct RecordingRow: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Record and file are there.
        case complete
        /// A file whose call record has not come.
        case waitingForRecord = "waiting-for-record"
        /// A call that was answered and whose file has not come.
        case waitingForFile = "waiting-for-file"
        /// Nobody answered: no file is needed.
        case notAnswered = "not-answered"
    }

    package let device: String
    package let state: State
    /// The call's id; nothing for a file that names none.
    package let callID: String?
    /// The same without telephone numbers, for people.
    package var shownCallID: String? { callID.map { PersonalText.replacingNumbers(inName: $0) { _ in "***" } } }
    /// The first and the last record of the call.
    package let callPosition: Position?
    package let callLatest: Position?
    /// The event of the file; of several the longest.
    package let filePosition: Position?
    /// The call's start by the device's clock, or the file's.
    package let start: Timestamp?
    /// When the first half came.
    package let received: Timestamp
    package let talkSeconds: Double?
    package let seconds: Double?
    package let status: String?
    package let sha256: String?
    package let bytes: Int64?
    package let format: String?
    /// How many different files the call has.
    package let files: Int
    /// Whether an incident was opened because one half did not come.
    package let told: Bool

    /// Seconds by which the file is longer than the call record says, nothing where it fits within two seconds.
    package var difference: Double? {
        var call = RecordingCall(device: device, callID: callID ?? "")
        call.talkSeconds = talkSeconds
        var file = RecordingFile(device: device, fileName: "", sha256: "", bytes: 0, format: "")
        file.seconds = seconds
        return durationFits(call: call, file: file)
    }

    /// No caller, no callee and no file name: those are in the journal only.
    package var json: JSON {
        .object(present: [
            ("device", .string(device)), ("state", .string(state.rawValue)), ("callID", shownCallID.map { .string($0) }),
            ("callPosition", callPosition.map { .int($0) }), ("filePosition", filePosition.map { .int($0) }),
            ("start", start.map { .string($0.text()) }), ("received", .string(received.text())),
            ("talkSeconds", talkSeconds.map { .number(String($0)) }), ("seconds", seconds.map { .number(String($0)) }),
            ("difference", difference.map { .number(String($0)) }), ("status", status.map { .string($0) }),
            ("sha256", sha256.map { .string($0) }), ("bytes", bytes.map { .int($0) }), ("format", format.map { .string($0) }),
            ("files", .int(files)), ("incident", told ? true : nil),
        ])
    }

    /// A row of `call`, joined with its recording where it has one.
    init(call row: Row) {
        device = row["device"]
        callID = row["id"]
        callPosition = row["position"]
        callLatest = row["latest"]
        filePosition = row["file"]
        start = (row["clock"] as Int64?).map { Timestamp(microseconds: $0) }
        received = Timestamp(microseconds: row["received"])
        talkSeconds = row["talk"]
        seconds = row["seconds"]
        status = row["status"]
        sha256 = row["sha256"]
        bytes = row["bytes"]
        format = row["format"]
        files = row["files"]
        told = row["told"]
        state = filePosition != nil ? .complete : (row["answered"] as Bool) ? .waitingForFile : .notAnswered
    }

    /// A row of `recording` that no call has.
    init(file row: Row) {
        device = row["device"]
        callID = row["call"]
        callPosition = nil
        callLatest = nil
        filePosition = row["position"]
        start = (row["clock"] as Int64?).map { Timestamp(microseconds: $0) }
        received = Timestamp(microseconds: row["received"])
        talkSeconds = nil
        seconds = row["seconds"]
        status = nil
        sha256 = row["sha256"]
        bytes = row["bytes"]
        format = row["format"]
        files = 1
        told = row["told"]
        state = .waitingForRecord
    }
}

/// Which recordings to list.
package struct RecordingFilter: Hashable, Sendable {
    package var device: String?
    /// Empty means all.
    package var states: Set<RecordingRow.State> = []
    package var receivedSince: Timestamp?
    package var receivedBefore: Timestamp?
    package var limit = 50

    package init() {}

    /// What waits for its other half.
    package static var waiting: RecordingFilter {
        var filter = RecordingFilter()
        filter.states = [.waitingForFile, .waitingForRecord]
        return filter
    }
}

extension LedgerReader {
    /// The newest recordings and calls that fit, newest first by when their first half came.
    package func recordings(_ filter: RecordingFilter = RecordingFilter()) throws -> [RecordingRow] {
        let states = filter.states.isEmpty ? Set(RecordingRow.State.allCases) : filter.states
        return try pool.read { db in
            var rows: [RecordingRow] = []
            if !states.isSubset(of: [.waitingForRecord]) { rows += try Self.calls(db, filter, states) }
            if states.contains(.waitingForRecord) {
                let condition = Self.condition("recording", filter, ["pair IS NULL", "copy = 0"])
                rows += try Row.fetchAll(
                    db, sql: "SELECT * FROM recording WHERE \(condition) ORDER BY received DESC, position DESC LIMIT :limit",
                    arguments: Self.arguments(filter)
                ).map { RecordingRow(file: $0) }
            }
            let order = { (row: RecordingRow) in (row.received, row.callPosition ?? row.filePosition ?? 0) }
            return Array(rows.sorted { order($0) > order($1) }.prefix(filter.limit))
        }
    }

    /// The recording or call with that content, or that call of a device.
    package func recording(sha256: String) throws -> RecordingRow? {
        try pool.read { db in
            guard
                let file = try Row.fetchOne(
                    db, sql: "SELECT * FROM recording WHERE sha256 = ? ORDER BY pair IS NULL, position LIMIT 1",
                    arguments: [sha256])
            else { return nil }
            guard let call = file["pair"] as String? else { return RecordingRow(file: file) }
            return try Row.fetchOne(
                db, sql: Self.joined + " WHERE call.device = ? AND call.id = ?", arguments: [file["device"] as String, call]
            ).map { RecordingRow(call: $0) }
        }
    }

    /// The halves that came before a moment, wait still, and over which no incident was opened; oldest first.
    package func unpaired(receivedBefore moment: Timestamp, limit: Int) throws -> [UnpairedRecording.Half] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM (SELECT device, id AS reference, 'file' AS missing, received, position FROM call
                        WHERE file IS NULL AND answered = 1 AND told = 0 AND received < :moment ORDER BY received LIMIT :limit)
                    UNION ALL SELECT * FROM (SELECT device, sha256, 'record', received, position FROM recording
                        WHERE pair IS NULL AND copy = 0 AND told = 0 AND received < :moment ORDER BY received LIMIT :limit)
                    ORDER BY received, position LIMIT :limit
                    """, arguments: ["moment": moment.microseconds, "limit": limit]
            ).map { row in
                UnpairedRecording.Half(
                    device: row["device"], reference: row["reference"],
                    missing: (row["missing"] as String) == "file" ? .file : .record,
                    received: Timestamp(microseconds: row["received"]), position: row["position"])
            }
        }
    }

    /// The open incidents over a missing half whose other half has come since; oldest first.
    package func pairedAfterAll(limit: Int) throws -> [String] {
        try pool.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT incident.id FROM incident LEFT JOIN call ON call.device = incident.reference
                        AND call.id = substr(incident.key, length('unpaired/' || incident.reference || '/') + 1)
                    WHERE incident.key >= 'unpaired/' AND incident.key < 'unpaired0' AND state NOT IN ('closed', 'rejected')
                        AND origin = 'recorder' AND (call.file IS NOT NULL OR call.answered = 0 OR call.id IS NULL AND EXISTS (
                            SELECT 1 FROM recording WHERE recording.device = incident.reference AND (pair IS NOT NULL OR copy = 1)
                                AND sha256 = substr(incident.key, length('unpaired/' || incident.reference || '/') + 1)))
                    ORDER BY opened, incident.id LIMIT ?
                    """, arguments: [limit])
        }
    }

    /// How many halves wait, for the status.
    package func waitingRecordings() throws -> (forFile: Int, forRecord: Int) {
        try pool.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM call WHERE file IS NULL AND answered = 1") ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM recording WHERE pair IS NULL AND copy = 0") ?? 0
            )
        }
    }

    private static let joined = """
        SELECT call.*, recording.seconds, recording.sha256, recording.bytes, recording.format
        FROM call LEFT JOIN recording ON recording.position = call.file
        """

    private static func calls(_ db: Database, _ filter: RecordingFilter, _ states: Set<RecordingRow.State>) throws
        -> [RecordingRow]
    {
        var wanted: [String] = []
        if states.contains(.complete) { wanted.append("call.file IS NOT NULL") }
        if states.contains(.waitingForFile) { wanted.append("call.file IS NULL AND call.answered = 1") }
        if states.contains(.notAnswered) { wanted.append("call.file IS NULL AND call.answered = 0") }
        // One state stands bare, so that its partial index is seen.
        let either = wanted.count == 3 ? [] : wanted.count == 1 ? wanted : ["(" + wanted.joined(separator: " OR ") + ")"]
        return try Row.fetchAll(
            db,
            sql: """
                \(joined) WHERE \(condition("call", filter, either))
                ORDER BY call.received DESC, call.position DESC LIMIT :limit
                """,
            arguments: arguments(filter)
        ).map { RecordingRow(call: $0) }
    }

    private static func condition(_ table: String, _ filter: RecordingFilter, _ others: [String]) -> String {
        var conditions = others
        if filter.device != nil { conditions.append("\(table).device = :device") }
        if filter.receivedSince != nil { conditions.append("\(table).received >= :since") }
        if filter.receivedBefore != nil { conditions.append("\(table).received < :before") }
        return conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
    }

    private static func arguments(_ filter: RecordingFilter) -> StatementArguments {
        var arguments: [String: (any DatabaseValueConvertible)?] = ["limit": filter.limit]
        if let device = filter.device { arguments["device"] = device }
        if let since = filter.receivedSince { arguments["since"] = since.microseconds }
        if let before = filter.receivedBefore { arguments["before"] = before.microseconds }
        return StatementArguments(arguments)
    }
}

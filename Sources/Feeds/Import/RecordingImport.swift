import Model
import Tables

/// Call records from tables: each row is one `recording.call`, the same event as if the recorder had pushed it.
package struct RecordingImport: Sendable {
    private let spellings: CallSpellings

    package init(spellings: CallSpellings = .standard) {
        self.spellings = spellings
    }

    /// Reads a file; `options.device` names the recorder where the file has no column for it.
    ///
    /// - Throws: `ImportError` where the file as a whole cannot be read.
    package func read(
        _ bytes: [UInt8], options: ImportOptions = ImportOptions(), received: Timestamp
    ) throws(ImportError) -> ImportResult {
        var seen: [String: Int] = [:]
        return try run(options).collect(bytes) { row, table, _ in judge(row, table, options, received, &seen) }
    }

    /// Reads a file of any length without keeping its events.
    ///
    /// - Throws: `ImportError`; whatever `each` throws.
    package func read(
        _ bytes: [UInt8], options: ImportOptions = ImportOptions(), received: Timestamp,
        each: (ImportedRow) throws -> Void
    ) throws -> ImportResult {
        var seen: [String: Int] = [:]
        return try run(options).read(
            bytes, judge: { row, table, _ in judge(row, table, options, received, &seen) }, each: each)
    }

    static let device = "device"

    private static let labels: [CallField: String] = [
        .callID: "通话ID", .caller: "主叫号码", .callee: "被叫号码", .start: "开始时间", .answer: "接通时间", .end: "结束时间",
        .ring: "振铃时长", .total: "总时长", .talk: "通话时长", .status: "通话状态", .direction: "呼叫方向", .fileName: "录音文件",
        .trunk: "中继",
    ]

    private func run(_ options: ImportOptions) -> ImportRun {
        var fields = [
            ImportFields.Field(
                key: Self.device, label: "设备", names: ["录音设备", "设备名称", "recorder"], isRequired: options.device == nil)
        ]
        fields += CallField.allCases.map { field in
            // Names are folded; a table's headers are compared without underscores too.
            ImportFields.Field(
                key: field.rawValue, label: Self.labels[field] ?? field.rawValue, names: Self.names(field, spellings),
                isRequired: field == .start)
        }
        return ImportRun(fields: ImportFields(fields), options: options)
    }

    private static func names(_ field: CallField, _ spellings: CallSpellings) -> [String] {
        let folded = spellings.names[field] ?? []
        let known: [CallField: [String]] = [
            .callID: ["call_id", "unique_id", "call_uuid", "session_id", "record_id", "linked_id", "通话编号", "编号"],
            .caller: ["主叫", "来电号码", "call_from", "caller_id_number", "from_number", "主叫电话"],
            .callee: ["被叫", "去电号码", "call_to", "destination_number", "to_number", "被叫电话"],
            .start: ["通话开始时间", "呼叫时间", "通话时间", "来电时间", "start_time", "start_stamp", "time_start", "begin_time"],
            .answer: ["answer_time", "answer_stamp"], .end: ["通话结束时间", "end_time", "end_stamp"],
            .ring: ["ring_duration"], .total: ["时长", "total_duration"],
            .talk: ["通话秒数", "通话时长(秒)", "通话时长（秒）", "talk_duration", "bill_sec"],
            .status: ["状态", "接听情况"], .direction: ["类型"], .fileName: ["录音文件名", "文件名", "record_file", "recording_file"],
        ]
        return folded + (known[field] ?? [])
    }

    private func judge(
        _ row: ImportTable.Row, _ table: ImportTable, _ options: ImportOptions, _ received: Timestamp,
        _ seen: inout [String: Int]
    ) -> ImportedRow.Outcome {
        var draft = RecordingRow(row, table)
        guard let call = draft.call(device: options.device, spellings), draft.refused.isEmpty else {
            return .refused(draft.refused)
        }
        let event = CallEvents(device: call.device, spellings: spellings).event(call, received: received)
        if let earlier = seen.updateValue(row.number, forKey: event.source + "\n" + event.id) {
            draft.refuse(.callID, call.callID, .repeatedIdentity(row: earlier))
            return .refused(draft.refused)
        }
        return .events([event])
    }
}

/// One row on its way to a call record, with all that is wrong with it.
private struct RecordingRow {
    private let row: ImportTable.Row
    private let table: ImportTable
    private(set) var refused: [RefusedRow] = []

    init(_ row: ImportTable.Row, _ table: ImportTable) {
        self.row = row
        self.table = table
        if let first = row.surplus {
            refused.append(RefusedRow(row: row.number, column: "", value: first, message: .surplusValue))
        }
    }

    mutating func call(device given: String?, _ spellings: CallSpellings) -> RecordingCall? {
        let device = text(RecordingImport.device) ?? given
        if device == nil { refuse(RecordingImport.device, "", .missingDevice) }
        var values = CallValues()
        for field in CallField.allCases {
            guard let name = spellings.names[field]?.first, let value = value(field, spellings) else { continue }
            values.add(name, value)
        }
        if row[CallField.start.rawValue] == nil { refuse(CallField.start.rawValue, "", .missingTime) }
        guard let device, refused.isEmpty else { return nil }
        do {
            return try CallMaker(device: device.narrow, spellings: spellings).call(values)
        } catch {
            refuse(.start, "", .missingTime)
            return nil
        }
    }

    private mutating func value(_ field: CallField, _ spellings: CallSpellings) -> String? {
        guard let cell = row[field.rawValue] else { return nil }
        switch field {
        case .start, .answer, .end: return moment(field, cell)
        case .ring, .total, .talk: return seconds(field, cell)
        case .callID, .caller, .callee:
            if TextValue.isRounded(cell) {
                refuse(field, cell.text, field == .callID ? .numberRounded : .phoneRounded)
                return nil
            }
            return text(field.rawValue)
        case .direction:
            guard let text = text(field.rawValue) else { return nil }
            guard spellings.directions[CallSpellings.fold(text)] != nil else {
                refuse(field, text, .badDirection)
                return nil
            }
            return text
        case .status, .fileName, .trunk: return text(field.rawValue)
        }
    }

    private mutating func moment(_ field: CallField, _ cell: TableCell) -> String? {
        switch CivilTime.read(cell, serials: table.serials) {
        case .success(let reading): return reading.moment.text()
        case .failure(let problem):
            refuse(field, cell.text.trimmed, .date(problem, isDay: false))
            return nil
        }
    }

    private mutating func seconds(_ field: CallField, _ cell: TableCell) -> String? {
        // 00:01:23 is a part of a day to a spreadsheet.
        if case .time(let second) = cell { return String(second) }
        guard let text = text(field.rawValue) else { return nil }
        guard let seconds = CallTime.seconds(text.narrow), seconds >= 0 else {
            refuse(field, text, .badSeconds)
            return nil
        }
        return text.narrow
    }

    private mutating func text(_ field: String) -> String? {
        guard let cell = row[field] else { return nil }
        switch TextValue.read(cell, limit: 2000) {
        case .success(let text): return text
        case .failure(let problem):
            refuse(field, String(cell.text.prefix(200)), problem.message)
            return nil
        }
    }

    mutating func refuse(_ field: CallField, _ value: String, _ message: Message) {
        refuse(field.rawValue, value, message)
    }

    private mutating func refuse(_ field: String, _ value: String, _ message: Message) {
        refused.append(RefusedRow(row: row.number, column: table.name(field), value: value, message: message))
    }
}

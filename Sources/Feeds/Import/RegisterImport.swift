import Model
import Tables

/// Records of one register, from a table or given field by field, checked by the register's definition.
package struct RegisterImport: Sendable {
    package let kind: RegisterKind
    private let fields: ImportFields

    package init(kind: RegisterKind) {
        self.kind = kind
        fields = ImportFields(
            kind.fields.map { field in
                ImportFields.Field(
                    key: field.key, label: field.label, names: field.aliases,
                    isRequired: field.required || field.key == kind.identity)
            })
    }

    /// Reads a file: headers are field keys, labels or aliases, each row is one record to add.
    ///
    /// - Parameter received: stamped on every event.
    /// - Throws: `ImportError` where the file as a whole cannot be read.
    package func read(
        _ bytes: [UInt8], options: ImportOptions = ImportOptions(), received: Timestamp
    ) throws(ImportError) -> ImportResult {
        var seen: [String: Int] = [:]
        return try ImportRun(fields: fields, options: options).collect(bytes) { row, table, notes in
            judge(row, table, received, &seen, &notes)
        }
    }

    /// Reads a file of any length without keeping its events.
    ///
    /// - Throws: `ImportError`; whatever `each` throws.
    package func read(
        _ bytes: [UInt8], options: ImportOptions = ImportOptions(), received: Timestamp,
        each: (ImportedRow) throws -> Void
    ) throws -> ImportResult {
        var seen: [String: Int] = [:]
        return try ImportRun(fields: fields, options: options).read(
            bytes, judge: { row, table, notes in judge(row, table, received, &seen, &notes) }, each: each)
    }

    /// Makes a record from `field=value` pairs; fields by key or label.
    ///
    /// - Throws: `RecordRefused` with everything that is wrong.
    package func record(from pairs: [(String, String)]) throws(RecordRefused) -> RegisterRecord {
        let keys = fields.byHeader
        var values: [String: String] = [:]
        var problems: [ValueProblem] = []
        for (name, value) in pairs {
            guard let key = keys[name.headerKey] else {
                let known = kind.fields.map(\.key).joined(separator: ", ")
                let near = Nearness.nearest(to: name, among: fields.names)
                problems.append(ValueProblem(column: name, value: value, message: .unknownField(known, near)))
                continue
            }
            if values.updateValue(value.trimmed, forKey: key) != nil {
                problems.append(ValueProblem(column: name, value: value, message: .fieldTwice))
            }
        }
        var notes: [Message] = []
        return try record(column: { $0 }, more: problems, notes: &notes) { values[$0].map { .text($0) } }
    }

    /// The event that adds a record.
    package func event(_ record: RegisterRecord, received: Timestamp) -> Event {
        Event(
            source: "patrold:/registers/" + kind.key, id: record.id + "/added", type: EventType.register(kind.key, .added),
            subject: record.id, received: received, data: record.json.bytes)
    }

    private func judge(
        _ row: ImportTable.Row, _ table: ImportTable, _ received: Timestamp, _ seen: inout [String: Int],
        _ notes: inout [ImportNote]
    ) -> ImportedRow.Outcome {
        do throws(RecordRefused) {
            let surplus = row.surplus.map { [ValueProblem(column: "", value: $0, message: .surplusValue)] } ?? []
            var said: [Message] = []
            let record = try record(column: table.name, more: surplus, serials: table.serials, notes: &said) { row[$0] }
            if let earlier = seen[record.id] {
                let column = table.name(kind.identity)
                let problem = ValueProblem(column: column, value: record.id, message: .repeatedIdentity(row: earlier))
                throw RecordRefused(problems: [problem])
            }
            seen[record.id] = row.number
            notes += said.map { ImportNote(row: row.number, message: $0) }
            return .events([event(record, received: received)])
        } catch {
            return .refused(
                error.problems.map {
                    RefusedRow(row: row.number, column: $0.column, value: $0.value, message: $0.message, isLost: $0.isLost)
                })
        }
    }

    private func record(
        column: (String) -> String, more: [ValueProblem], serials: DateSerials = .from1900, notes: inout [Message],
        value: (String) -> TableCell?
    ) throws(RecordRefused) -> RegisterRecord {
        var problems = more
        var found: [RegisterRecord.Field] = []
        for field in kind.fields {
            let cell = value(field.key)
            switch RegisterValue.check(cell, of: field, isIdentity: field.key == kind.identity, serials: serials) {
            case .success(let checked):
                guard let checked else { continue }
                found.append(RegisterRecord.Field(field.key, checked.text))
                if let note = checked.note { notes.append(note) }
            case .failure(let wrong):
                problems.append(
                    ValueProblem(
                        column: column(field.key), value: cell?.text.trimmed ?? "", message: wrong.message,
                        isLost: wrong.isLost))
            }
        }
        guard problems.isEmpty, let id = found.first(where: { $0.key == kind.identity })?.value else {
            throw RecordRefused(problems: problems)
        }
        return RegisterRecord(kind: kind.key, id: id, fields: found)
    }
}

/// Why a record was not made: everything that is wrong with it.
package struct RecordRefused: Error, Hashable, Sendable {
    package var problems: [ValueProblem]
}

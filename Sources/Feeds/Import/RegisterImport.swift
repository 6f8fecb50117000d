import Model

/// Records of one register, from a CSV file or given field by field, checked by the register's definition.
package struct RegisterImport: Sendable {
    package let kind: RegisterKind

    package init(kind: RegisterKind) {
        self.kind = kind
    }

    /// Reads a file: headers are field keys or labels, each row is one record to add.
    ///
    /// - Parameter received: stamped on every event.
    /// - Throws: `ImportError` where the file as a whole cannot be read.
    package func read(_ bytes: [UInt8], received: Timestamp) throws(ImportError) -> ImportResult {
        let keys = keysByName
        let required = kind.fields.filter { $0.required || $0.key == kind.identity }.map { ($0.key, $0.label) }
        let table = try ImportTable(bytes, required: required) { keys[$0] }
        var result = ImportResult(encoding: table.encoding)
        result.rows = table.rows.count
        result.ignoredColumns = table.ignored
        var seen: [String: Int] = [:]
        for row in table.rows {
            switch check(row, table, &seen) {
            case .success(let record): result.events.append(event(record, received: received))
            case .failure(let refusal):
                result.refused += refusal.problems.map {
                    RefusedRow(row: row.number, column: $0.column, value: $0.value, message: $0.message)
                }
            }
        }
        return result
    }

    /// Makes a record from `field=value` pairs; fields by key or label.
    ///
    /// - Throws: `RecordRefused` with everything that is wrong.
    package func record(from pairs: [(String, String)]) throws(RecordRefused) -> RegisterRecord {
        let keys = keysByName
        var values: [String: String] = [:]
        var problems: [ValueProblem] = []
        for (name, value) in pairs {
            guard let key = keys[name.headerKey] else {
                let known = kind.fields.map(\.key).joined(separator: ", ")
                problems.append(ValueProblem(column: name, value: value, message: .unknownField(known)))
                continue
            }
            if values.updateValue(value.trimmed, forKey: key) != nil {
                problems.append(ValueProblem(column: name, value: value, message: .fieldTwice))
            }
        }
        return try record(column: { $0 }, more: problems) { values[$0].flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// The event that adds a record.
    package func event(_ record: RegisterRecord, received: Timestamp) -> Event {
        Event(
            source: "patrold:/registers/" + kind.key, id: record.id + "/added", type: EventType.register(kind.key, .added),
            subject: record.id, received: received, data: record.json.bytes)
    }

    private var keysByName: [String: String] {
        var keys: [String: String] = [:]
        for field in kind.fields { keys[field.key.headerKey] = field.key }
        for field in kind.fields where keys[field.label.headerKey] == nil { keys[field.label.headerKey] = field.key }
        return keys
    }

    private func check(
        _ row: ImportTable.Row, _ table: ImportTable, _ seen: inout [String: Int]
    ) -> Result<RegisterRecord, RecordRefused> {
        do throws(RecordRefused) {
            let surplus = row.surplus.prefix(1).map { ValueProblem(column: "", value: $0, message: .surplusValue) }
            let record = try record(column: table.header, more: surplus) { row[$0] }
            if let earlier = seen[record.id] {
                let column = table.header(kind.identity)
                let problem = ValueProblem(column: column, value: record.id, message: .repeatedIdentity(row: earlier))
                throw RecordRefused(problems: [problem])
            }
            seen[record.id] = row.number
            return .success(record)
        } catch {
            return .failure(error)
        }
    }

    private func record(
        column: (String) -> String, more: [ValueProblem], value: (String) -> String?
    ) throws(RecordRefused) -> RegisterRecord {
        var problems = more
        var fields: [RegisterRecord.Field] = []
        for field in kind.fields {
            switch RegisterValue.check(value(field.key), of: field, isIdentity: field.key == kind.identity) {
            case .success(let text): if let text { fields.append(RegisterRecord.Field(field.key, text)) }
            case .failure(let wrong):
                problems.append(
                    ValueProblem(column: column(field.key), value: value(field.key) ?? "", message: wrong.message))
            }
        }
        guard problems.isEmpty, let id = fields.first(where: { $0.key == kind.identity })?.value else {
            throw RecordRefused(problems: problems)
        }
        return RegisterRecord(kind: kind.key, id: id, fields: fields)
    }
}

/// Why a record was not made: everything that is wrong with it.
package struct RecordRefused: Error, Hashable, Sendable {
    package var problems: [ValueProblem]
}

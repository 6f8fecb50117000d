import Ledger
import Model

/// A register's record prepared for counting: its fields by key, days read once.
struct FactRow: Sendable {
    let source: LedgerRecord
    private let texts: [String: String]
    private let days: [String: Day]

    init(_ source: LedgerRecord) {
        self.source = source
        var texts: [String: String] = [:]
        var days: [String: Day] = [:]
        for field in source.record.fields where !field.value.isEmpty {
            texts[field.key] = field.value
            days[field.key] = Day(field.value)
        }
        self.texts = texts
        self.days = days
    }

    var id: String { source.record.id }
    /// `penalty/昆执罚决字〔2021〕1号`: how a record is named in traces and provenance.
    var name: String { source.record.kind + "/" + source.record.id }

    func text(_ field: String) -> String? { texts[field] }
    func day(_ field: String) -> Day? { days[field] }
}

/// The registers of one snapshot, each read once.
final class FactSheet {
    private let snapshot: any LedgerSnapshot
    private var registers: [String: [FactRow]] = [:]

    init(_ snapshot: any LedgerSnapshot) {
        self.snapshot = snapshot
    }

    func rows(_ register: String) throws -> [FactRow] {
        if let rows = registers[register] { return rows }
        let rows = try snapshot.records(of: register).map { FactRow($0) }
        registers[register] = rows
        return rows
    }
}

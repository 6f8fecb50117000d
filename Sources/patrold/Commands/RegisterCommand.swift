import ArgumentParser
import Feeds
import Ledger
import Model

/// `patrold register KIND add|list|correct|void`: the records of which the report counts.
struct RegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Keep a register: penalty, publication, followers, application … 台账登记。",
        discussion: """
            patrold register penalty add number=昆城罚字〔2021〕1号 decided=2021-03-05
            patrold register penalty list --year 2021
            patrold register penalty correct 昆城罚字〔2021〕1号 decided=2021-03-06 --reason 录入错误
            patrold register penalty void 昆城罚字〔2021〕1号 --reason 重复登记
            """)

    enum Action: String, ExpressibleByArgument, CaseIterable {
        case add, list, correct, void
    }

    @OptionGroup var options: GlobalOptions
    @Argument(help: "application review lawsuit penalty licence coercion fee document publication followers")
    var kind: String
    @Argument(help: "add, list, correct or void")
    var action: Action
    @Argument(help: "correct and void: the record's id; add and correct: field=value …")
    var words: [String] = []
    @Option(name: .long, help: "list: only records that count in this year. 年份。")
    var year: Int?
    @Option(name: .long, help: "correct and void: why. 理由。")
    var reason: String?
    @Option(name: .long, help: "Who. 操作人。")
    var by = "operator"

    func run() async throws {
        // Complaints are typed in here too, though they are no register.
        if kind == "complaint", action == .add {
            return try await ComplaintEntry(options: options, pairs: try words.map(Self.pair)).send()
        }
        let site = try options.site()
        guard let definition = site.catalog.registers.first(where: { $0.key == kind }) else {
            throw Failure(
                .usage, "there is no register '\(kind)'; use one of \(site.catalog.registers.map(\.key).joined(separator: ", "))")
        }
        switch action {
        case .list: try list(site, definition)
        case .add: try await change(site, definition, .added, id: nil, words)
        case .correct: try await change(site, definition, .corrected, id: try id(), Array(words.dropFirst()))
        case .void: try await change(site, definition, .voided, id: try id(), Array(words.dropFirst()))
        }
    }

    private func id() throws(Failure) -> String {
        guard let id = words.first, !id.contains("=") else {
            throw Failure(.usage, "say which record: patrold register \(kind) \(action.rawValue) ID …")
        }
        return id
    }

    private func list(_ site: Site, _ definition: RegisterKind) throws {
        let records = try site.ledgerReader().snapshot { try $0.records(of: definition.key) }.filter { record in
            year.map { record.record[definition.countedBy]?.hasPrefix(padded($0, 4)) ?? false } ?? true
        }
        if options.json {
            for record in records {
                var members = record.record.json.members ?? []
                members.append(JSON.Member("positions", .array(record.events.map { .int($0.position) })))
                print(JSON.object(members).text)
            }
        } else {
            let head = definition.fields.map { options.language == .zh ? $0.label : $0.key }
            print(TextTable(head, records.map { record in definition.fields.map { record.record[$0.key] ?? "" } }).text)
        }
    }

    private func change(
        _ site: Site, _ definition: RegisterKind, _ change: RegisterChange, id: String?, _ words: [String]
    ) async throws {
        let importer = RegisterImport(kind: definition)
        var pairs = try words.map(Self.pair)
        if let id {
            guard let found = try Self.find(id, definition, site) else {
                throw Failure(.noInput, "register \(kind) has no record '\(id)'; 'patrold register \(kind) list' shows them")
            }
            guard let reason, !reason.isEmpty else { throw Failure(.usage, "say why with --reason") }
            pairs = found.fields.filter { field in !pairs.contains { $0.0 == field.key } }.map { ($0.key, $0.value) } + pairs
        }
        var record: RegisterRecord
        do {
            record = try importer.record(from: pairs)
        } catch {
            throw Failure(.badData, error.problems.map { $0.column + ": " + text($0.message) }.joined(separator: "; "))
        }
        if let id, record.id != id {
            throw Failure(
                .badData, "'\(definition.identity)' identifies the record and cannot be corrected; void '\(id)' and add it anew")
        }
        record.reason = reason
        record.by = by
        let now = MachineClock().now()
        let suffix = change == .added ? "added" : "\(change.rawValue)/\(now.microseconds)"
        let event = Event(
            source: "patrold:/registers/\(kind)", id: "\(record.id)/\(suffix)", type: EventType.register(kind, change),
            subject: record.id, received: now, data: record.json.bytes)
        let answer = try await DaemonClient(site).post([event])
        if change == .added, answer["accepted"]?.int == 0 {
            throw Failure(.badData, "register \(kind) has a record '\(record.id)' already; use 'correct' to change it")
        }
        print(options.json ? answer.text : options.language(zh: "已登记:\(record.id)", en: "\(change.rawValue): \(record.id)"))
    }

    private static func find(_ id: String, _ definition: RegisterKind, _ site: Site) throws -> RegisterRecord? {
        try site.ledgerReader().snapshot { try $0.records(of: definition.key) }.first { $0.record.id == id }?.record
    }

    private static func pair(_ word: String) throws(Failure) -> (String, String) {
        guard let equals = word.firstIndex(of: "=") else {
            throw Failure(.usage, "'\(word)' must be field=value")
        }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }

    private func text(_ message: Message) -> String { options.language(zh: message.zh, en: message.en) }
}

import ArgumentParser
import Ledger
import Model

/// `patrold incident`: list, show, and work off.
struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident", abstract: "List, show and move incidents. 事件的查询与流转。",
        subcommands: [List.self, Show.self, Open.self] + moves)

    private static let moves: [any ParsableCommand.Type] = [
        Move<Verify>.self, Move<File>.self, Move<Reject>.self, Move<Dispatch>.self, Move<ReportBack>.self, Move<Check>.self,
        Move<Close>.self, Move<Note>.self,
    ]

    enum Verify: MoveKind { static let (action, about) = (IncidentAction.verify, "On-site verification. 核实。") }
    enum File: MoveKind { static let (action, about) = (IncidentAction.file, "File. 立案。") }
    enum Reject: MoveKind { static let (action, about) = (IncidentAction.reject, "Reject. 不予受理。") }
    enum Dispatch: MoveKind { static let (action, about) = (IncidentAction.dispatch, "Dispatch to a department. 派遣。") }
    enum ReportBack: MoveKind { static let (action, about) = (IncidentAction.reportBack, "The department reports back. 处理反馈。") }
    enum Check: MoveKind { static let (action, about) = (IncidentAction.check, "Check the result on site. 核查。") }
    enum Close: MoveKind { static let (action, about) = (IncidentAction.close, "Close. 结案。") }
    enum Note: MoveKind { static let (action, about) = (IncidentAction.note, "Add a remark. 备注。") }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List incidents, newest first. 列表。")
        @OptionGroup var options: GlobalOptions
        @Option(name: .long, help: "reported, collected, filed, dispatched, handled, checked, closed, rejected. 状态。")
        var state: String?
        @Option(name: .long, help: "camera, complaint, telephone, patrol or feed. 来源。")
        var origin: String?
        @Flag(name: .long, help: "Leave out what is closed or rejected. 仅未结。")
        var open = false
        @Flag(name: .long, help: "Only what was merged into another. 仅已并入。")
        var merged = false
        @Flag(name: .long, help: "Also what was merged into another. 含已并入。")
        var all = false
        @Option(name: .shortAndLong, help: "How many. 条数。")
        var number = 20

        func run() throws {
            let site = try options.site()
            var filter = IncidentFilter()
            if let state {
                guard let known = IncidentState(rawValue: state) else {
                    let names = IncidentState.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Failure(.usage, "'\(state)' is no state; use one of \(names)")
                }
                filter.state = known
            }
            filter.origin = origin
            filter.openOnly = open
            filter.merged = merged ? .only : all ? .shown : .hidden
            filter.limit = number
            let rows = try site.ledgerReader().incidents(filter)
            if options.json {
                for row in rows { print(row.json.text) }
            } else {
                print(IncidentTable(site: site, language: options.language).text(rows))
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one incident and its history. 详情。")
        @OptionGroup var options: GlobalOptions
        @Argument var id: String

        func run() throws {
            let site = try options.site()
            let ledger = try site.ledgerReader()
            guard let row = try ledger.incident(id) else {
                throw Failure(.noInput, "there is no incident '\(id)'; 'patrold incident list' shows them")
            }
            let journal = try site.journalReader()
            let steps = try ledger.steps(of: id)
            if options.json {
                var members = row.json.members ?? []
                let history = try steps.compactMap { step in try journal.event(at: step.position)?.cloudEvent() }
                members.append(JSON.Member("history", .array(history)))
                return print(JSON.object(members).text)
            }
            print(IncidentTable(site: site, language: options.language).text([row]))
            print("")
            let line = site.line(options.language)
            for step in steps {
                guard let stored = try journal.event(at: step.position) else { continue }
                print(line.text(stored) + (step.refused.map { " — refused: \($0)" } ?? ""))
            }
        }
    }
}

extension IncidentCommand {
    /// `patrold incident open --visit ID`: what an operator saw while a patrol passed.
    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "open", abstract: "Open an incident from a patrol's visit. 由视频巡查上报事件。",
            discussion: "'patrold patrol visits' shows the visits; ID is its position, ROUND/SPOT or PLAN/ROUND/SPOT.")
        @OptionGroup var options: GlobalOptions
        @Option(name: .long, help: "Which visit. 巡查记录。") var visit: String
        @Option(name: .customLong("class"), help: "What was seen, by the code list. 类别。") var alarmClass: String?
        @Option(name: .long, help: "大类+小类, four digits.") var category: String?
        @Option(name: .long, help: "What was seen, in words. 说明。") var reason: String?
        @Option(name: .long, help: "Who. 操作人。") var by = "operator"

        func run() async throws {
            let site = try options.site()
            if let category, !site.catalog.categories.contains(where: { $0.code == category }) {
                throw Failure(.usage, "the code list has no category '\(category)'; four digits such as 0501 (无照经营游商)")
            }
            let said: JSON = .object(present: [
                ("visit", .string(visit)), ("class", alarmClass.map { .string($0) }), ("category", category.map { .string($0) }),
                ("reason", reason.map { .string($0) }), ("by", .string(by)),
            ])
            let row = try await DaemonClient(site).send("POST", "/v1/incidents", body: said.bytes)
            let id = row["id"]?.string ?? ""
            print(options.json ? row.text : options.language(zh: "已上报事件 \(id)", en: "opened incident \(id)"))
        }
    }
}

/// Which move a `Move` command makes.
protocol MoveKind: Sendable {
    static var action: IncidentAction { get }
    static var about: String { get }
}

/// `patrold incident ACTION ID…`: one operator's move for each incident named.
struct Move<Kind: MoveKind>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: Kind.action.rawValue, abstract: Kind.about)
    }

    @OptionGroup var options: GlobalOptions
    @Argument(help: "Incidents. 事件编号。") var ids: [String]
    @Option(name: .long, help: "exists|absent|unable, or pass|fail. 结果。") var result: String?
    @Option(name: .long, help: "Why. 理由。") var reason: String?
    @Option(name: .long, help: "Responsible department. 责任部门。") var department: String?
    @Option(name: .long, help: "Who. 操作人。") var by = "operator"

    func run() async throws {
        let site = try options.site()
        let client = DaemonClient(site)
        for id in ids {
            let said: JSON = .object(present: [
                ("by", .string(by)), ("result", result.map { .string($0) }), ("reason", reason.map { .string($0) }),
                ("department", department.map { .string($0) }),
            ])
            let row = try await client.send("POST", "/v1/incidents/\(id)/\(Kind.action.rawValue)", body: said.bytes)
            let state = row["state"]?.string ?? ""
            let label = site.catalog.lifecycle.labels[state] ?? state
            print(options.json ? row.text : options.language(zh: "\(id) 现为 \(label)", en: "\(id) is now \(state)"))
        }
    }
}

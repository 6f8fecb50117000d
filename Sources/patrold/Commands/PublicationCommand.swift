import ArgumentParser
import Journal
import Ledger
import Model

/// `patrold publication`: articles of the outlets that a clerk enters into the register, or does not.
struct PublicationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publication", abstract: "Decide on articles that the outlets' feeds suggest. 媒体刊播线索的确认。",
        discussion: """
            A suggestion is named by its journal position. Confirmed ones are records of the register 'publication'.
            patrold publication list
            patrold publication confirm 1207 --number 2021-317
            patrold publication dismiss 1208 --reason 与本单位无关
            """,
        subcommands: [List.self, Show.self, Confirm.self, Dismiss.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "What waits for a decision, newest first. 待确认列表。")
        @OptionGroup var options: GlobalOptions
        @Option(name: .long, help: "open, confirmed or dismissed; default open. 状态。") var state: String?
        @Flag(name: .long, help: "In every state. 全部。") var all = false
        @Option(name: .long, help: "Of one outlet. 媒体。") var outlet: String?
        @Option(name: .shortAndLong, help: "How many. 条数。") var number = 50

        func run() throws {
            let wanted = try state.map { name throws(Failure) in
                guard let state = PublicationState(rawValue: name) else {
                    let names = PublicationState.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Failure(.usage, "'\(name)' is no state of a suggestion; use one of \(names)")
                }
                return state
            }
            let ledger = try options.site().ledgerReader()
            let rows = try ledger.publications(state: all ? nil : wanted ?? .open, outlet: outlet, limit: number)
            if options.json {
                for row in rows { print(row.json.text) }
            } else {
                print(PublicationTable(language: options.language).text(rows))
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "One suggestion, its address and history. 详情。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Journal position, article id or record number. 线索。") var suggestion: String

        func run() throws {
            let site = try options.site()
            let ledger = try site.ledgerReader()
            let rows = try ledger.publications(named: suggestion)
            guard !rows.isEmpty else { throw PublicationCommand.unknown(suggestion) }
            let journal = try site.journalReader()
            for row in rows {
                let history = try ledger.steps(of: row).compactMap { try journal.event(at: $0) }
                if options.json {
                    var members = row.json.members ?? []
                    members.append(JSON.Member("history", .array(history.map { $0.cloudEvent() })))
                    print(JSON.object(members).text)
                } else {
                    print(PublicationTable(language: options.language).sheet(row))
                    for stored in history { print(site.line(options.language).text(stored)) }
                }
            }
        }
    }

    /// `patrold publication confirm ONE --number N`.
    struct Confirm: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "confirm", abstract: "Enter an article into the register. 确认登记。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Journal position or article id. 线索。") var suggestion: String
        @Option(name: .long, help: "The record's number in the register. 登记编号。") var number: String
        @Option(name: .long, help: "Who. 操作人。") var by = "operator"

        func run() async throws {
            let said: JSON = ["number": .string(number), "by": .string(by)]
            let row = try await PublicationCommand.decide(options, suggestion, "confirm", said)
            print(options.json ? row.text : options.language(zh: "已登记：\(number)", en: "entered as \(number)"))
        }
    }

    /// `patrold publication dismiss ONE… --reason WHY`.
    struct Dismiss: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dismiss", abstract: "Say that an article does not belong into the register. 不予登记。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Journal position or article id … 线索。") var suggestions: [String]
        @Option(name: .long, help: "Why. 理由。") var reason: String
        @Option(name: .long, help: "Who. 操作人。") var by = "operator"

        func run() async throws {
            for suggestion in suggestions {
                let said: JSON = ["reason": .string(reason), "by": .string(by)]
                let row = try await PublicationCommand.decide(options, suggestion, "dismiss", said)
                print(options.json ? row.text : options.language(zh: "\(suggestion) 不予登记", en: "\(suggestion) is dismissed"))
            }
        }
    }

    private static func decide(
        _ options: GlobalOptions, _ suggestion: String, _ action: String, _ said: JSON
    ) async throws -> JSON {
        let path = "/v1/publications/\(percentEncoded(suggestion))/\(action)"
        return try await DaemonClient(options.site()).send("POST", path, body: said.bytes)
    }

    private static func unknown(_ name: String) -> Failure {
        Failure(.noInput, "there is no suggestion '\(name)'; 'patrold publication list --all' shows them")
    }
}

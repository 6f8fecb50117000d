import ArgumentParser
import Journal
import Model

/// `patrold event`: single events by their position, with personal data for those who may read it.
struct EventCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event", abstract: "Single events of the journal. 查看单个事件。", subcommands: [Show.self],
        defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Events as JSON, by position. 按位置查看。",
            discussion: "'tail', 'incident show' and 'recording list --json' tell positions.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Positions. 日志位置。") var positions: [Int64]
        @Flag(name: .long, help: "Names and numbers too; needs --reason and is noted in the journal. 显示个人信息。")
        var personal = false
        @Option(name: .long, help: "Why personal data is read. 查看理由。") var reason: String?
        @Option(name: .long, help: "Who. 操作人。") var by: String?

        func run() async throws {
            let site = try options.site()
            let journal = try site.journalReader()
            let found = try positions.map { position in
                guard let stored = try journal.event(at: position) else {
                    throw Failure(.noInput, "there is no event at position \(position)")
                }
                return stored
            }
            guard personal else { return found.forEach { print($0.cloudEvent().text) } }
            let access = try PersonalAccess(site, by: by, reason: reason)
            try await access.note("events " + positions.map { String($0) }.joined(separator: ", "))
            for stored in found { print(PersonalSeal.open(stored, with: access.seal).cloudEvent(masking: []).text) }
        }
    }
}

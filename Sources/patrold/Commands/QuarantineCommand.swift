import ArgumentParser
import Journal
import Model

/// `patrold quarantine`: what could not be read, kept raw.
struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "What could not be parsed. 无法解析的报文。",
        subcommands: [List.self, Show.self, ReplayRow.self, Dismiss.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List what waits. 列表。")
        @OptionGroup var options: GlobalOptions
        @Flag(name: .long, help: "Replayed and dismissed ones too. 含已处理。")
        var all = false

        func run() throws {
            let rows = try options.site().journalReader().quarantine(state: all ? nil : .waiting)
            if options.json {
                for row in rows { print(row.json.text) }
            } else if rows.isEmpty {
                print(options.language(zh: "隔离区为空", en: "the quarantine is empty"))
            } else {
                let head =
                    options.language == .zh
                    ? ["编号", "来源", "次数", "最近", "字节", "状态", "原因"]
                    : ["number", "source", "times", "last", "bytes", "state", "reason"]
                let cells = rows.map { row in
                    [
                        String(row.number), row.unreadable.source, String(row.count), String(row.last.text().prefix(19)),
                        String(row.unreadable.bytes.count), row.state.rawValue, row.unreadable.reason,
                    ]
                }
                print(TextTable(head, cells).text)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show one row; with --personal its raw bytes. 详情与原始报文。",
            discussion: "Raw bytes may hold names and numbers: reading them needs a reason and is noted in the journal.")
        @OptionGroup var options: GlobalOptions
        @Argument var number: Int64
        @Flag(name: .long, help: "The raw bytes too; needs --reason and is noted in the journal. 显示原始报文。") var personal = false
        @Option(name: .long, help: "Why they are read. 查看理由。") var reason: String?
        @Option(name: .long, help: "Who. 操作人。") var by: String?

        func run() async throws {
            let site = try options.site()
            guard let row = try site.journalReader().quarantined(number) else {
                throw Failure(.noInput, "there is no quarantine row \(number)")
            }
            guard personal else {
                print(row.json.text)
                return complain(
                    "patrold: "
                        + options.language(zh: "查看原始报文须加 --personal --reason", en: "--personal --reason … shows the bytes"))
            }
            guard !row.isSealed else {
                throw Failure(.noPermission, "row \(number) holds personal data and the key that opens it is not at hand")
            }
            let access = try PersonalAccess(site, by: by, reason: reason, needsKey: false)
            try await access.note("quarantine \(number)")
            complain("\(row.unreadable.source) \(row.unreadable.contentType): \(row.unreadable.reason)")
            print(String(decoding: row.unreadable.bytes, as: UTF8.self))
        }
    }

    struct ReplayRow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "replay", abstract: "Try it again. 重放。")
        @OptionGroup var options: GlobalOptions
        @Argument var numbers: [Int64]

        func run() async throws {
            for number in numbers {
                print(try await DaemonClient(options.site()).send("POST", "/v1/quarantine/\(number)/replay", body: []).text)
            }
        }
    }

    struct Dismiss: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "dismiss", abstract: "Let it rest; the bytes stay. 忽略。")
        @OptionGroup var options: GlobalOptions
        @Argument var numbers: [Int64]

        func run() async throws {
            for number in numbers {
                print(try await DaemonClient(options.site()).send("POST", "/v1/quarantine/\(number)/dismiss", body: []).text)
            }
        }
    }
}

extension QuarantineRow {
    var json: JSON {
        [
            "number": .int(number), "source": .string(unreadable.source), "adapter": .string(unreadable.adapter),
            "reason": .string(unreadable.reason), "contentType": .string(unreadable.contentType),
            "bytes": .int(unreadable.bytes.count), "sha256": .string(hexadecimal(digest)), "count": .int(count),
            "first": .string(unreadable.received.text()), "last": .string(last.text()), "state": .string(state.rawValue),
        ]
    }
}

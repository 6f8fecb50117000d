import ArgumentParser
import Ledger
import Model

/// `patrold recording`: calls and their recordings as far as they came.
struct RecordingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recording", abstract: "Calls and their recordings. 通话记录与录音。", subcommands: [List.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "The newest. 列表。")
        @OptionGroup var options: GlobalOptions
        @Flag(name: .long, help: "Only what waits for its other half. 仅待配对。") var waiting = false
        @Option(name: .long, help: "complete, waiting-for-record, waiting-for-file, not-answered. 状态。") var state: String?
        @Option(name: .long, help: "Of one recorder. 设备。") var device: String?
        @Option(name: .shortAndLong, help: "How many. 条数。") var number = 20

        func run() throws {
            var filter = waiting ? RecordingFilter.waiting : RecordingFilter()
            if let state {
                guard let known = RecordingRow.State(rawValue: state) else {
                    let names = RecordingRow.State.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Failure(.usage, "'\(state)' is no state; use one of \(names)")
                }
                filter.states = [known]
            }
            filter.device = device
            filter.limit = number
            let rows = try options.site().ledgerReader().recordings(filter)
            if options.json {
                for row in rows { print(row.json.text) }
                return
            }
            guard !rows.isEmpty else { return print(options.language(zh: "没有通话或录音", en: "no calls or recordings")) }
            let head =
                options.language == .zh
                ? ["设备", "通话", "状态", "开始", "通话秒", "录音秒", "相差", "录音"]
                : ["device", "call", "state", "start", "talk", "recorded", "differs", "recording"]
            print(TextTable(head, rows.map(cells)).text)
        }

        private func cells(_ row: RecordingRow) -> [String] {
            let zh: [RecordingRow.State: String] = [
                .complete: "齐全", .waitingForRecord: "待话单", .waitingForFile: "待录音", .notAnswered: "未接通",
            ]
            return [
                row.device, row.shownCallID ?? "", options.language(zh: zh[row.state] ?? "", en: row.state.rawValue),
                String((row.start ?? row.received).text().prefix(19).replacing("T", with: " ")),
                row.talkSeconds.map { "\($0)" } ?? "", row.seconds.map { "\($0)" } ?? "", row.difference.map { "\($0)" } ?? "",
                String((row.sha256 ?? "").prefix(12)),
            ]
        }
    }
}

import ArgumentParser
import Incidents
import Model
import Settings

/// `patrold deadline`: what a limit comes to, with the account line by line.
struct DeadlineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deadline", abstract: "Compute a deadline and say why. 计算期限并逐条说明。")

    @OptionGroup var options: GlobalOptions

    @Option(name: .long, help: "When the stage began: 2021-09-30T17:20. 起算时刻。")
    var from: String

    @Option(name: .long, help: "\"4 work hours\", \"2 工作日\"; left out: by --category. 时限。")
    var limit: String?

    @Option(name: .long, help: "大类+小类 such as 0501, for the limits list. 类别。")
    var category: String?

    @Flag(name: .long, help: "The case is urgent. 紧急案件。")
    var urgent = false

    @Option(name: .long, help: "verify, file, dispatch, accept, handle, check or close. 阶段。")
    var stage: String = DeadlineStage.handle.rawValue

    @Option(name: .long, help: "A suspension, BEGIN..END, or BEGIN.. while it lasts; may be repeated. 挂账。")
    var suspend: [String] = []

    @Option(name: .long, help: "An approved extension, \"1 work day\"; may be repeated. 批准的延时。")
    var extend: [String] = []

    @Option(name: .long, help: "When the stage ended. 结束时刻。")
    var ended: String?

    @Option(name: .long, help: "The light at this moment. 此刻的红绿灯。")
    var at: String?

    func run() throws {
        let catalog = try options.catalogOrOwn()
        guard let calendar = catalog.calendar, let table = catalog.limits else {
            throw Failure(.configuration, "there is no working calendar or no list of limits; name them in the settings")
        }
        let deadlines = Deadlines(calendar: calendar, limits: table)
        let begin = try moment(from, "--from")
        let deadline = deadlines.deadline(try stay(begin), rule: try rule(table))
        let account = deadlines.account(deadline, at: try at.map { try moment($0, "--at") })
        if options.json { return print(json(deadline, account).text) }
        for line in options.language == .zh ? account.chinese() : account.english() { print(line) }
    }

    private func rule(_ table: LimitTable) throws(Failure) -> LimitTable.Rule {
        guard let stage = DeadlineStage(rawValue: stage) else {
            let stages = DeadlineStage.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure(.usage, "--stage is one of \(stages); found '\(stage)'")
        }
        if let limit { return LimitTable.Rule(stage, limit: try read(limit, "--limit")) }
        guard let rule = table.rule(stage, category: category, urgent: urgent) else {
            throw Failure(
                .usage, "the limits \(table.version) set none for this stage and category; give --limit \"4 work hours\"")
        }
        return rule
    }

    private func stay(_ begin: Timestamp) throws(Failure) -> StageRun {
        var pauses: [StageRun.Pause] = []
        for text in suspend {
            guard let dots = text.firstRange(of: "..") else {
                throw Failure(.usage, "--suspend is BEGIN..END or BEGIN..; found '\(text)'")
            }
            let (first, last) = (String(text[..<dots.lowerBound]), String(text[dots.upperBound...]))
            let start = try moment(first, "--suspend")
            let end: Timestamp? = last.isEmpty ? nil : try moment(last, "--suspend")
            pauses.append(.init(from: max(start, begin), until: end))
        }
        pauses.sort { $0.from < $1.from }
        for (one, next) in zip(pauses, pauses.dropFirst()) where one.until.map({ $0 > next.from }) ?? true {
            throw Failure(.usage, "the suspensions overlap; give each its end, one after the other")
        }
        guard pauses.allSatisfy({ pause in pause.until.map { $0 >= pause.from } ?? true }) else {
            throw Failure(.usage, "a suspension ends before it begins; write BEGIN..END")
        }
        var run = StageRun(stage: DeadlineStage(rawValue: stage) ?? .handle, began: begin, pauses: pauses)
        for text in extend {
            run.extensions.append(
                .init(at: begin, limit: try read(text, "--extend"), approvedBy: ""))
        }
        if let ended { run.ended = try moment(ended, "--ended") }
        return run
    }

    private func read(_ text: String, _ option: String) throws(Failure) -> TimeLimit {
        guard let limit = TimeLimit(text) else {
            throw Failure(
                .usage,
                "\(option) is a number and urgent hours, work hours, work days, natural days or months, such as \"4 work hours\"; "
                    + "found '\(text)'")
        }
        return limit
    }

    /// A day, a minute or a second of civil time in Shanghai, or RFC 3339 with an offset.
    private func moment(_ text: String, _ option: String) throws(Failure) -> Timestamp {
        let full = text.utf8.count == 10 ? text + "T00:00:00" : text.utf8.count == 16 ? text + ":00" : text
        guard let time = Timestamp(full, assuming: .shanghai) else {
            throw Failure(.usage, "\(option) takes a time such as 2021-09-30T17:20; found '\(text)'")
        }
        return time
    }

    private func json(_ deadline: StageDeadline, _ account: DeadlineAccount) -> JSON {
        .object(present: [
            ("from", .string(deadline.run.began.text())), ("due", deadline.due.map { .string($0.text()) }),
            ("near", deadline.near.map { .string($0.text()) }), ("seconds", .int(deadline.parts.reduce(0) { $0 + $1.seconds })),
            ("lines", .array((options.language == .zh ? account.chinese() : account.english()).map { .string($0) })),
        ])
    }
}

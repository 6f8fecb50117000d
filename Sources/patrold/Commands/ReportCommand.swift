import ArgumentParser
import Disclosure
import Journal
import Model
import Platform

/// `patrold report`: check anyone's published tables, and walk from a figure back to its events.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Check and trace reports. 年报勾稽校验与溯源。", subcommands: [Check.self, Trace.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Check published report tables against the rules. 校验已公布的年报。")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "report.json, the CSV set, or a published page's text. 文件。")
        var files: [String]
        @Option(name: .long, help: "Last year's report. 上年报告。")
        var previous: String?

        func run() throws {
            let checker = try ReportChecker()
            let read = try files.map { path throws(Failure) in (name: Files.name(of: path), bytes: try Self.bytes(path)) }
            let earlier = try previous.map { path throws(Failure) in
                guard let report = checker.read(files: [(Files.name(of: path), try Self.bytes(path))]) else {
                    throw Failure(.noInput, "\(path) holds no report that can be read")
                }
                return report
            }
            let outcome = checker.check(files: read, previous: earlier)
            print(options.json ? outcome.json.text : outcome.text(options.language == .zh ? .zh : .en))
            if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
        }

        private static func bytes(_ path: String) throws(Failure) -> [UInt8] {
            do {
                return try Files.read(path)
            } catch {
                throw Failure(.noInput, "the file cannot be read: \(error)")
            }
        }
    }

    struct Trace: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "trace", abstract: "The records and events behind a figure. 数据溯源。")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "t2.penalty.decisions, t3.r1.natural, n.complaints.accepted … 指标。")
        var cell: String
        @Option(name: .long, help: "The report's year. 年度。")
        var year: Int
        @Option(name: .long, help: "As of a journal position. 截至日志位置。")
        var at: Position?
        @Option(name: .shortAndLong, help: "How many records. 条数。")
        var number = 50
        @Option(name: .long, help: "Pass over so many records. 跳过条数。")
        var after = 0

        func run() throws {
            let site = try options.site()
            let page = try page(site)
            if options.json {
                for record in page.records { print(record.json.text) }
                return
            }
            let head = options.language == .zh ? ["记录", "内容", "日志位置", "叶哈希"] : ["record", "fields", "positions", "leaf"]
            let rows = page.records.map { record in
                [
                    record.name, record.fields.map { "\($0.key)=\($0.value)" }.joined(separator: " "),
                    record.events.map { String($0.position) }.joined(separator: ","),
                    record.events.first.map { String(hexadecimal($0.leaf).prefix(16)) } ?? "",
                ]
            }
            print(TextTable(head, rows).text)
            if let next = page.next {
                print(options.language(zh: "还有更多,用 --after \(next) 继续", en: "there are more; go on with --after \(next)"))
            }
        }

        private func page(_ site: Site) throws -> Tracer.Page {
            do {
                let tracer = try Tracer(form: site.settings.report.form.rawValue)
                return try FiguresAt(site, position: at).snapshot { snapshot, _ in
                    try tracer.trace(cell, year: year, in: snapshot, limit: number, after: after)
                }
            } catch let error as DisclosureError {
                throw Failure(.noInput, error.description)
            }
        }
    }
}

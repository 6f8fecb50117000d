import ArgumentParser
import Disclosure
import Model
import Platform

/// `patrold export --year Y --out DIR`: the annual report's inputs, the same bytes from the same position.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the annual report's tables and their provenance. 导出年报。")

    @OptionGroup var options: GlobalOptions
    @Option(name: .long, help: "The report's year. 年度。")
    var year: Int
    @Option(name: .long, help: "Folder for the files. 输出目录。")
    var out: String
    @Option(name: .long, help: "Form version. 表样版本。")
    var form: String?
    @Option(name: .long, help: "As of a journal position. 截至日志位置。")
    var at: Position?
    @Option(name: .long, help: "Last day whose closings count, YYYY-MM-DD; default 31 December. 办结截止日。")
    var cutoff: String?
    @Option(name: .long, help: "Last year's report.json, for the rules that compare. 上年报告。")
    var previous: String?

    func run() async throws {
        let site = try options.site()
        let day = try cutoff.map { text throws(Failure) in
            guard let day = Day(text) else { throw Failure(.usage, "--cutoff wants YYYY-MM-DD, not '\(text)'") }
            return day
        }
        do {
            try Files.makeFolder(out)
        } catch {
            throw Failure(.cannotCreate, "the folder \(out) cannot be made: \(error)")
        }
        let outcome = try outcome(site, day, try previousReport())
        await tell(site, outcome)
        say(outcome)
        if outcome.failedLevelE { throw ExitCode(Failure.Code.badData.rawValue) }
    }

    private func outcome(_ site: Site, _ day: Day?, _ previous: CheckedReport?) throws -> ExportOutcome {
        do {
            return try FiguresAt(site, position: at).snapshot { snapshot, root in
                let request = ReportRequest(
                    year: year, form: form ?? site.settings.report.form.rawValue, bureau: site.settings.bureau.name, cutoff: day,
                    chapters: try chapters(site), root: root, channels: site.catalog.channels, previous: previous)
                return try ReportExporter(request).export(from: snapshot, to: out)
            }
        } catch let error as DisclosureError {
            throw Failure(.badData, error.description)
        } catch let error as SystemError {
            throw Failure(.inputOutput, "the report cannot be written: \(error)")
        }
    }

    /// The clerk's own texts where the settings name a file of them.
    private func chapters(_ site: Site) throws -> [String]? {
        guard let path = site.settings.report.chapters else { return nil }
        let text = String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self)
        return try ChapterFile.read(text, form: form ?? site.settings.report.form.rawValue)
    }

    private func previousReport() throws -> CheckedReport? {
        guard let previous else { return nil }
        guard let bytes = try? Files.read(previous),
            let report = try ReportChecker().read(files: [(Files.name(of: previous), bytes)])
        else { throw Failure(.noInput, "\(previous) holds no report that can be read") }
        return report
    }

    /// Leaves a trace of the export in the journal where a daemon runs; the report's figures do not depend on it.
    private func tell(_ site: Site, _ outcome: ExportOutcome) async {
        let now = MachineClock().now()
        let manifest = outcome.files.last { $0.name == "manifest.json" }
        let data: JSON = .object(present: [
            ("year", .int(year)), ("position", .int(outcome.position)), ("manifest", manifest.map { .string($0.sha256) }),
        ])
        let event = Event(
            source: "patrold:/reports", id: "\(year)/\(outcome.position)/\(now.microseconds)", type: EventType.reportExported,
            subject: String(year), received: now, data: data.bytes)
        _ = try? await DaemonClient(site).post([event])
    }

    private func say(_ outcome: ExportOutcome) {
        let failing = outcome.checks.filter { $0.outcome == .fails }
        if options.json {
            let answer: JSON = [
                "year": .int(year), "position": .int(outcome.position), "folder": .string(out),
                "files": .array(outcome.files.map { .string($0.name) }), "failing": .array(failing.map(\.json)),
            ]
            return print(answer.text)
        }
        print(
            options.language(
                zh: "\(year) 年报已写入 \(out)(\(outcome.files.count) 个文件,截至日志位置 \(outcome.position))",
                en: "report \(year) written to \(out): \(outcome.files.count) files, as of position \(outcome.position)"))
        for verdict in failing {
            complain("\(verdict.rule) [\(verdict.level)] " + options.language(zh: verdict.zh, en: verdict.en))
        }
    }
}

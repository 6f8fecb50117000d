import ArgumentParser
import Feeds
import Model
import Platform

/// `patrold import KIND FILE`: a table into complaints, call records or a register; all rows or none unless `--partial`.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import complaints, call records or a register from XLSX, CSV or JSON. 导入投诉、通话记录或台账。",
        discussion: """
            patrold import complaints 三月.xlsx --dry-run
            patrold import complaints 信访三月.csv --channel 信访
            patrold import penalty 处罚台账.xlsx --sheet 2021年 --mapping 处罚.map
            patrold import recordings 通话.csv --device 热线录音

            Refused rows are written to FILE.refused.csv with their reasons; mend them there and import that file.
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "complaints, recordings, or a register's name. 种类。")
    var kind: String
    @Argument(help: "XLSX, CSV (UTF-8, UTF-16 or GB18030) or JSON. 文件。")
    var file: String
    @Flag(name: .long, help: "Show what would happen and change nothing. 试运行。")
    var dryRun = false
    @Flag(name: .long, help: "Take the good rows even if some are refused. 允许部分导入。")
    var partial = false
    @Option(name: .long, help: "The sheet to read; default the one whose header is known best. 工作表。")
    var sheet: String?
    @Option(name: .long, help: "A file of lines 'header = field'; '-' as field leaves a column out. 映射文件。")
    var mapping: String?
    @Option(name: .long, help: "complaints: the channel of rows that name none. 默认渠道。")
    var channel: String?
    @Option(name: .long, help: "recordings: the recorder of files that name none. 录音设备。")
    var device: String?

    func run() async throws {
        let site = try options.site()
        let source = try ImportSource(kind: kind, site: site, options: try importOptions(site), received: MachineClock().now())
        let bytes = try read(file)
        var plan = ImportPlan()
        var events = KeptEvents()
        let result: ImportResult
        do {
            result = try source.walk(bytes) { row in
                if dryRun {
                    plan.take(row)
                    events.count(row)
                } else {
                    events.take(row)
                }
            }
        } catch let error as ImportError {
            throw failure(error, file)
        }
        if dryRun { try plan.show(site, options) }
        let report = ImportReport(file: file, result: result, options: options, dryRun: dryRun)
        if !dryRun || options.json { report.sayRefused() }
        report.sayNotes()
        try writeRefused(result)
        if !result.refused.isEmpty, !partial, !dryRun {
            throw Failure(
                .badData,
                "nothing was imported from \(file): \(result.refusedCount) of \(result.rows) rows are refused; mend them in "
                    + "\(refusedPath), or use --partial")
        }
        let (accepted, duplicate) = dryRun ? (0, 0) : try await deliver(events, bytes, source, site)
        report.saySum(events: events.count, accepted: accepted, duplicate: duplicate)
        if dryRun, !result.refused.isEmpty { throw ExitCode(Failure.Code.badData.rawValue) }
    }

    private var refusedPath: String { file + ".refused.csv" }

    private func importOptions(_ site: Site) throws -> ImportOptions {
        var reading = ImportOptions(sheet: sheet, channel: channel, device: device)
        if let channel, ComplaintImport(channels: site.catalog.channels).channel(named: channel) == nil {
            throw Failure(
                .usage, "there is no channel '\(channel)'; use one of \(site.catalog.channels.map(\.key).joined(separator: ", "))"
            )
        }
        if let mapping {
            do {
                reading.mapping = try ColumnMapping(try read(mapping))
            } catch let error as ImportError {
                throw failure(error, mapping)
            }
        }
        return reading
    }

    private func read(_ path: String) throws(Failure) -> [UInt8] {
        do {
            return try Files.read(path)
        } catch {
            throw Failure(.noInput, "the file cannot be read: \(error)")
        }
    }

    private func failure(_ error: ImportError, _ path: String) -> Failure {
        Failure(
            error.code == .empty ? .noInput : .badData,
            path + ": " + options.language(zh: error.message.zh, en: error.message.en))
    }

    /// A file of refused rows from an earlier run goes when there are none any more.
    private func writeRefused(_ result: ImportResult) throws(Failure) {
        guard !dryRun else { return }
        do {
            if result.refused.isEmpty {
                if Files.exists(refusedPath) { try Files.remove(refusedPath) }
            } else {
                let bytes = RefusedFile.bytes(result, chinese: options.language == .zh)
                try Files.writeDurably(bytes, to: refusedPath, mode: 0o600)
            }
        } catch {
            throw Failure(.inputOutput, "the refused rows cannot be written to \(refusedPath): \(error)")
        }
    }

    /// Posts the events in portions; what an interruption leaves out comes with the next run.
    private func deliver(
        _ events: KeptEvents, _ bytes: [UInt8], _ source: ImportSource, _ site: Site
    ) async throws -> (Int, Int) {
        let client = DaemonClient(site)
        var (accepted, duplicate) = (0, 0)
        func post(_ portion: [Event]) async throws {
            let answer = try await client.post(portion)
            accepted += answer["accepted"]?.int ?? 0
            duplicate += answer["duplicate"]?.int ?? 0
        }
        if let kept = events.kept {
            for start in stride(from: 0, to: kept.count, by: ImportSource.batch) {
                try await post(Array(kept[start..<min(start + ImportSource.batch, kept.count)]))
            }
        } else {
            try await source.deliver(bytes, post)
        }
        return (accepted, duplicate)
    }
}

/// The events of a walk, as long as they fit into memory; a longer table is walked again.
struct KeptEvents {
    /// Ten thousand complaints with their closings: some 20 MB.
    static let limit = 20_000

    private(set) var count = 0
    private(set) var kept: [Event]? = []

    mutating func take(_ row: ImportedRow) {
        count(row)
        guard count <= Self.limit, case .events(let made) = row.outcome else {
            if count > Self.limit { kept = nil }
            return
        }
        kept?.append(contentsOf: made)
    }

    mutating func count(_ row: ImportedRow) {
        if case .events(let made) = row.outcome { count += made.count }
    }
}

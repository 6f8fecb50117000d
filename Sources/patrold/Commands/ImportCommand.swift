import ArgumentParser
import Feeds
import Model
import Platform

/// `patrold import KIND FILE`: a CSV into complaints or a register; all rows or none unless `--partial`.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import complaints or a register from CSV. 导入投诉或台账。")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "complaints, or a register's name. 种类。")
    var kind: String
    @Argument(help: "CSV in UTF-8, UTF-16 or GB18030. 文件。")
    var file: String
    @Flag(name: .long, help: "Show what would happen and change nothing. 试运行。")
    var dryRun = false
    @Flag(name: .long, help: "Take the good rows even if some are refused. 允许部分导入。")
    var partial = false

    func run() async throws {
        let site = try options.site()
        let bytes: [UInt8]
        do {
            bytes = try Files.read(file)
        } catch {
            throw Failure(.noInput, "the file cannot be read: \(error)")
        }
        let result = try read(bytes, site)
        report(refused: result)
        if !result.refused.isEmpty, !partial {
            throw Failure(
                .badData,
                "nothing was imported from \(file): \(result.refusedCount) of \(result.rows) rows are refused; mend them, or use --partial"
            )
        }
        guard !dryRun, !result.events.isEmpty else { return say(result, accepted: 0, duplicate: 0) }
        let answer = try await DaemonClient(site).post(result.events)
        say(result, accepted: answer["accepted"]?.int ?? 0, duplicate: answer["duplicate"]?.int ?? 0)
    }

    private func read(_ bytes: [UInt8], _ site: Site) throws(Failure) -> ImportResult {
        let now = MachineClock().now()
        do {
            if kind == "complaints" {
                return try ComplaintImport(channels: site.catalog.channels).read(bytes, received: now)
            }
            guard let register = site.catalog.registers.first(where: { $0.key == kind }) else {
                throw Failure(
                    .usage,
                    "'\(kind)' cannot be imported; use complaints or one of \(site.catalog.registers.map(\.key).joined(separator: ", "))"
                )
            }
            return try RegisterImport(kind: register).read(bytes, received: now)
        } catch let error as ImportError {
            throw Failure(
                error.code == .empty ? .noInput : .badData,
                file + ": " + options.language(zh: error.message.zh, en: error.message.en))
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.badData, "\(file): \(error)")
        }
    }

    private func report(refused result: ImportResult) {
        for row in result.refused {
            let message = options.language(zh: row.message.zh, en: row.message.en)
            if options.json {
                let line: JSON = ["row": .int(row.row), "column": .string(row.column), "reason": .string(message)]
                print(line.text)
            } else {
                complain(
                    options.language(
                        zh: "第 \(row.row) 行 \(row.column):\(message)", en: "row \(row.row), \(row.column): \(message)"))
            }
        }
    }

    private func say(_ result: ImportResult, accepted: Int, duplicate: Int) {
        if options.json {
            let line: JSON = [
                "rows": .int(result.rows), "events": .int(result.events.count), "accepted": .int(accepted),
                "duplicate": .int(duplicate), "refused": .int(result.refusedCount), "encoding": .string(result.encoding),
                "dryRun": .bool(dryRun),
            ]
            print(line.text)
        } else {
            print(
                options.language(
                    zh:
                        "\(file):\(result.rows) 行(\(result.encoding)),新入库 \(accepted) 条,已有 \(duplicate) 条,拒绝 \(result.refusedCount) 行"
                        + (dryRun ? "(试运行,未写入)" : ""),
                    en: "\(file): \(result.rows) rows (\(result.encoding)), \(accepted) events new, \(duplicate) known already, "
                        + "\(result.refusedCount) rows refused" + (dryRun ? " (dry run, nothing written)" : "")))
        }
    }
}

import Feeds
import Model

/// What an import says of a file.
struct ImportReport {
    let file: String
    let result: ImportResult
    let options: GlobalOptions
    let dryRun: Bool

    func sayRefused() {
        for row in result.refused {
            // A cell that stands in the wrong column may be anybody's number; the row itself is in the file of refused rows.
            let message = PersonalText.masked(options.language(zh: row.message.zh, en: row.message.en))
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

    func sayNotes() {
        for note in result.notes {
            let message = PersonalText.masked(options.language(zh: note.message.zh, en: note.message.en))
            if options.json {
                let line: JSON = ["row": .int(note.row), "note": .string(message)]
                print(line.text)
            } else {
                let place = note.row > 0 ? options.language(zh: "第 \(note.row) 行 ", en: "row \(note.row): ") : ""
                complain(options.language(zh: "提示:", en: "note: ") + place + message)
            }
        }
        guard !result.ignoredColumns.isEmpty, !options.json else { return }
        complain(
            options.language(
                zh: "提示:未读取的列:\(result.ignoredColumns.joined(separator: "、"))",
                en: "note: columns that were not read: \(result.ignoredColumns.joined(separator: ", "))"))
    }

    func saySum(events: Int, accepted: Int, duplicate: Int) {
        if options.json {
            let line: JSON = [
                "rows": .int(result.rows), "events": .int(events), "accepted": .int(accepted), "duplicate": .int(duplicate),
                "refused": .int(result.refusedCount), "encoding": .string(result.encoding), "sheet": .string(result.sheet),
                "dryRun": .bool(dryRun),
            ]
            print(line.text)
            return
        }
        let kind = result.encoding + (result.sheet.isEmpty ? "" : " " + result.sheet)
        if dryRun {
            print(
                options.language(
                    zh: "\(file):\(result.rows) 行(\(kind)),可导入事件 \(events) 条,拒绝 \(result.refusedCount) 行(试运行,未写入)",
                    en: "\(file): \(result.rows) rows (\(kind)), \(events) events to import, \(result.refusedCount) rows refused "
                        + "(dry run, nothing written)"))
        } else {
            print(
                options.language(
                    zh: "\(file):\(result.rows) 行(\(kind)),新入库 \(accepted) 条,已有 \(duplicate) 条,拒绝 \(result.refusedCount) 行",
                    en: "\(file): \(result.rows) rows (\(kind)), \(accepted) events new, \(duplicate) known already, "
                        + "\(result.refusedCount) rows refused"))
        }
    }
}

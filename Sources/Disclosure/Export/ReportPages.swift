import Ledger
import Model

/// The files that people read: the report in all its forms, its checks and the gaps.
struct ReportPages {
    let report: AnnualReport
    let complaints: ComplaintCounts
    let complaintTable: ComplaintTable
    let incidents: [Tally]
    let gaps: GapsReport
    let patrols: PatrolTable
    let channels: [Channel]
    let checks: [Verdict]

    func write(to folder: String) throws -> [ExportedFile] {
        let tables = CSVTables(report: report)
        var files = [try Disclosure.write(Array(report.json.prettyText.utf8), "report.json", folder)]
        for table in report.form.tables {
            let name = "table" + table.key.dropFirst() + ".csv"
            files.append(try Disclosure.write(tables.bytes(table), name, folder))
        }
        files.append(try Disclosure.write(tables.narrative, "narrative.csv", folder))
        files.append(try Disclosure.write(Array(checksJSON.prettyText.utf8), "checks.json", folder))
        files.append(try Disclosure.write(Array(gaps.json.prettyText.utf8), "gaps.json", folder))
        files.append(try Disclosure.write(complaintTable.bytes, "complaints.csv", folder))
        files.append(try Disclosure.write(patrols.bytes, "patrols.csv", folder))
        files.append(try Disclosure.write(HTMLReport(pages: self).bytes, "report.html", folder))
        files.append(try Workbook.write(self, to: folder))
        files.append(try Disclosure.write(WordReport(report: report).bytes, "report.docx", folder))
        return files
    }

    private var checksJSON: JSON {
        func count(_ outcome: Verdict.Outcome, _ level: Rule.Level) -> Int {
            checks.count { $0.outcome == outcome && $0.level == level.rawValue }
        }
        return .object([
            .init("form", .string(report.form.form)), .init("year", .int(report.period.year)),
            .init("position", .int(report.position)), .init("failedE", .int(count(.fails, .error))),
            .init("failedW", .int(count(.fails, .warning))), .init("checks", .array(checks.map(\.json))),
        ])
    }

    /// Where an incident came from, in words.
    func originName(_ key: String) -> String {
        switch key {
        case "camera": "摄像机"
        case "feed": "数据来源自身"
        case "patrol": "视频巡控"
        default: channels.first { $0.key == key }?.name ?? key
        }
    }
}

import Crypto
import Foundation
import Ledger
import Model
import TestKit
import Testing

@testable import Disclosure

@Suite("The export") struct ExportTests {
    private func request(_ year: Int = 2021, chapters: [String]? = nil) -> ReportRequest {
        ReportRequest(
            year: year, bureau: MemoryLedger.bureau, chapters: chapters, root: MemoryLedger.leaf(3),
            channels: MemoryLedger.channels)
    }

    private func files(_ folder: TemporaryFolder) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
        }
        return files
    }

    @Test("The published year 2021 comes out cell by cell and figure by figure")
    func reference() throws {
        let ledger = MemoryLedger.published2021()
        let folder = try TemporaryFolder()
        let outcome = try ReportExporter(request()).export(from: ledger, to: folder.path)
        #expect(!outcome.failedLevelE, "\(outcome.checks.filter { $0.outcome == .fails && $0.level == "E" })")
        let json = try JSON(parsing: [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.file("report.json")))))
        #expect(json["narrative"]?["n.complaints.accepted"]?.int == 11427)
        #expect(json["narrative"]?["n.complaints.closed_rate"]?["percent"]?.string == "99%")
        guard let path = Fixtures.shared("reference/kundulun-2021.json") else { return }
        let reference = try JSON(parsing: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
        for key in ["form", "year", "period", "bureau", "cells"] { #expect(json[key] == reference[key], "\(key)") }
        for member in reference["narrative"]?.members ?? [] where member.value.int != nil {
            #expect(json["narrative"]?[member.key] == member.value, "\(member.key)")
        }
    }

    @Test("Exporting twice from one position gives the same bytes, and the manifest names them")
    func repeatable() throws {
        let ledger = MemoryLedger.published2021()
        let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
        _ = try ReportExporter(request()).export(from: ledger, to: one.path)
        let outcome = try ReportExporter(request()).export(from: ledger, to: two.path)
        let (left, right) = (try files(one), try files(two))
        #expect(left == right)
        let expected = [
            "checks.json", "complaints.csv", "gaps.json", "manifest.json", "narrative.csv", "patrols.csv", "provenance.ndjson",
            "report.docx",
            "report.html", "report.json", "report.xlsx", "table2.csv", "table3.csv", "table4.csv",
        ]
        #expect(left.keys.sorted() == expected)
        #expect(outcome.files.map(\.name).sorted() == expected)
        let manifest = try JSON(parsing: [UInt8](try #require(left["manifest.json"])))
        for entry in manifest["files"]?.array ?? [] {
            #expect(left[entry["name"]?.string ?? ""]?.count == entry["bytes"]?.int)
            #expect(entry["sha256"]?.string?.count == 64)
        }
        #expect(manifest["files"]?.array?.count == expected.count - 1)
    }

    @Test("Without DISCLOSURE_KEEP nothing stays; with it the export is kept to look at")
    func keep() throws {
        guard let path = ProcessInfo.processInfo.environment["DISCLOSURE_KEEP"] else { return }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        _ = try ReportExporter(request()).export(from: MemoryLedger.published2021(), to: path)
    }
}

@Suite("What the files of an export hold") struct ExportFilesTests {
    private func export(_ ledger: MemoryLedger, chapters: [String]? = nil) throws -> (TemporaryFolder, ExportOutcome) {
        let folder = try TemporaryFolder()
        let request = ReportRequest(
            year: 2021, bureau: MemoryLedger.bureau, chapters: chapters, channels: MemoryLedger.channels)
        return (folder, try ReportExporter(request).export(from: ledger, to: folder.path))
    }

    private func text(_ folder: TemporaryFolder, _ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder.file(name))), as: UTF8.self)
    }

    @Test("Tables are CSV with a byte order mark and CRLF")
    func csv() throws {
        let (folder, _) = try export(.published2021())
        for name in ["table2.csv", "table3.csv", "table4.csv", "narrative.csv"] {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
            #expect(bytes.prefix(3) == [0xEF, 0xBB, 0xBF])
            let lines = try text(folder, name).components(separatedBy: "\r\n")
            #expect(lines.allSatisfy { !$0.contains("\n") } && lines.last == "")
        }
        #expect(try text(folder, "table2.csv").contains("t2.penalty.decisions,行政处罚·本年处理决定数量,165\r\n"))
    }

    @Test("Provenance lists every complaint once, with the figures it counts in and its events")
    func provenance() throws {
        let ledger = MemoryLedger.published2021()
        let (folder, outcome) = try export(ledger)
        let lines = try text(folder, "provenance.ndjson").split(separator: "\n")
        let complaints = lines.filter { $0.contains("\"record\":\"complaint/") }
        #expect(complaints.count == 11_427)
        let first = try JSON(parsing: String(complaints[1]))
        #expect(first["record"]?.string == "complaint/smart-kundulun/2021-1")
        #expect(
            first["figures"] == [
                "n.complaints.accepted", "n.complaints.accepted.smart-kundulun", "n.complaints.closed_rate",
                "n.complaints.closed_rate.smart-kundulun",
            ])
        #expect(first["events"]?.array?.count == 2)
        let hash = hexadecimal(MemoryLedger.leaf(7))
        #expect(first["events"]?.array?.first == ["position": 1002, "hash": .string(hash)])
        #expect(lines.filter { $0.contains("penalty/") }.count == 165)
        #expect(outcome.checks.contains { $0.rule == "D3" && $0.outcome == .holds })
    }

    @Test("Patrols are counted by month, plan and road section, and a year without any has the head alone")
    func patrols() throws {
        let head = "月份,巡控方案,路段,应巡,已巡,漏巡,完成率\r\n"
        let (none, _) = try export(.published2021())
        #expect(try text(none, "patrols.csv") == "\u{FEFF}" + head)
        var ledger = MemoryLedger()
        ledger.patrols = [
            "patrol.done": [
                Tally(keys: ["2021-06-01", "night", "民族路"], count: 3), Tally(keys: ["2021-06-01", "day", "钢铁大街,东段"], count: 2),
                Tally(keys: ["2021-06-30", "day", "钢铁大街,东段"], count: 5), Tally(keys: ["2021-07-01", "day", "民族路"], count: 1),
            ],
            "patrol.missed": [
                Tally(keys: ["2021-06-02", "day", "钢铁大街,东段"], count: 1), Tally(keys: ["2021-05-02", "day", "民族路"], count: 4),
            ],
        ]
        let (folder, outcome) = try export(ledger)
        let lines = [
            "2021-05,day,民族路,4,0,4,0%", "2021-06,day,\"钢铁大街,东段\",8,7,1,88%", "2021-06,night,民族路,3,3,0,100%",
            "2021-07,day,民族路,1,1,0,100%",
        ]
        #expect(try text(folder, "patrols.csv") == "\u{FEFF}" + head + lines.map { $0 + "\r\n" }.joined())
        #expect(outcome.files.contains { $0.name == "patrols.csv" })
    }

    @Test("A number that needs escaping stays one valid line")
    func escaping() throws {
        var ledger = MemoryLedger()
        let accepted = try #require(Timestamp("2021-05-05T09:00:00+08:00"))
        ledger.complaints = [.init(channel: "media", number: "a\"\\\n编号", accepted: accepted)]
        let (folder, _) = try export(ledger)
        let lines = try text(folder, "provenance.ndjson").split(separator: "\n")
        #expect(try JSON(parsing: String(lines[0]))["record"]?.string == "complaint/media/a\"\\\n编号")
        #expect(lines.count == 1)
    }

    @Test("The spreadsheet is a whole archive with the sheets in order")
    func spreadsheet() throws {
        let (folder, _) = try export(.published2021())
        let script = """
            import zipfile,re,sys
            z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
            w=z.read('xl/workbook.xml').decode()
            print(','.join(re.findall(r'<sheet name="([^"]+)"',w)))
            print(z.read('docProps/core.xml').decode().count('2021-12-31T00:00:00Z'))
            print(z.read('xl/worksheets/sheet2.xml').decode().count('<mergeCell '))
            """
        #expect(try python(script, folder.file("report.xlsx")) == "主动公开,依申请公开,复议诉讼,文字数据,投诉举报,巡查事件,核对\n2\n17\n")
    }

    @Test("The word processor's file is a whole archive of well-formed parts with merged cells")
    func document() throws {
        let (folder, _) = try export(.published2021())
        let script = """
            import zipfile,sys,xml.dom.minidom as m
            z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
            for n in z.namelist(): m.parseString(z.read(n))
            d=z.read('word/document.xml').decode()
            print(len(z.namelist()),d.count('<w:tbl>'),d.count('<w:vMerge w:val="restart"/>'),d.count('165'))
            """
        #expect(try python(script, folder.file("report.docx")) == "5 3 13 2\n")
    }

    /// What a script prints; a script that fails prints nothing that a test expects.
    private func python(_ script: String, _ file: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, file]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return output
    }

    @Test("The page shows every cell once, escapes what it is given, and draws both charts")
    func page() throws {
        var chapters = (1...6).map { "第\($0)部分 <b>&" }
        let (folder, _) = try export(.published2021(), chapters: chapters)
        let html = try text(folder, "report.html")
        #expect(html.components(separatedBy: "data-figure=\"t").count == 201)
        #expect(html.contains("第1部分 &lt;b&gt;&amp;") && !html.contains("<b>"))
        #expect(html.components(separatedBy: "<svg").count == 3)
        #expect(html.contains("colspan=\"7\"") && html.contains("rowspan=\"22\""))
        chapters.removeLast()
        let (_, outcome) = try export(.published2021(), chapters: chapters)
        #expect(outcome.checks.contains { $0.rule == "E5" && $0.outcome == .fails })
    }

    @Test("Blind minutes are clipped to the year and overlapping gaps count once")
    func gaps() throws {
        var ledger = MemoryLedger()
        func gap(_ feed: String, _ from: String, _ until: String?) throws -> GapRow {
            let end = until.flatMap { Timestamp($0) }
            return GapRow(feed: feed, from: try #require(Timestamp(from)), until: end, reason: "silent", events: [])
        }
        ledger.blind = [
            try gap("cam-1", "2020-12-31T23:50:00+08:00", "2021-01-01T00:10:00+08:00"),
            try gap("cam-1", "2021-01-01T00:05:00+08:00", "2021-01-01T00:20:30+08:00"),
            try gap("cam-2", "2021-12-31T23:00:00+08:00", nil),
        ]
        let (folder, _) = try export(ledger)
        let json = try JSON(parsing: try text(folder, "gaps.json"))
        #expect(json["feeds"]?.array?.map { $0["minutes"]?.int } == [21, 60])
        #expect(json["feeds"]?.array?.first?["gaps"]?.array?.map { $0["minutes"]?.int } == [10, 16])
    }

    @Test("An application that contradicts itself fails a rule of level E, and the files are written all the same")
    func contradiction() throws {
        var ledger = MemoryLedger()
        ledger.apply("A1", "natural", received: "2021-05-05", answered: "2021-04-01", outcome: "granted")
        ledger.apply("A2", "alien", received: "2021-05-05", answered: "2021-06-01", outcome: "granted")
        ledger.apply("A3", "legal", received: "2021-05-05", answered: "2021-06-01")
        let (folder, outcome) = try export(ledger)
        #expect(outcome.failedLevelE)
        let finding = try #require(outcome.checks.first { $0.rule == "D2" })
        for fault in ["A1:answered<received", "A2:applicant", "A3:outcome"] { #expect(finding.en.contains(fault)) }
        #expect(try JSON(parsing: try text(folder, "checks.json"))["failedE"]?.int ?? 0 > 0)
    }

    @Test("A folder that cannot be written is refused in one sentence, and nothing half-written stays")
    func refused() throws {
        let request = ReportRequest(year: 2021, bureau: "x")
        #expect(throws: DisclosureError.self) {
            try ReportExporter(request).export(from: MemoryLedger(), to: "/nonexistent/folder")
        }
        let (folder, _) = try export(.published2021())
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.allSatisfy { !$0.hasPrefix(".") })
    }
}

@Suite("Files of an export") struct OutputFileTests {
    @Test("What goes through the ring of buffers is the file, to the byte, with its size and hash")
    func ring() throws {
        let folder = try TemporaryFolder()
        let file = try OutputFile(folder: folder.path, name: "figures")
        let lines = (0..<300_000).map { "line \($0)\n" }
        for line in lines { file.write(line.utf8) }
        let written = try file.finish()
        let bytes = try Data(contentsOf: URL(filePath: folder.path + "/figures"))
        #expect(bytes == Data(lines.joined().utf8))
        #expect(written.bytes == bytes.count)
        #expect(written.sha256 == SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined())
    }

    @Test("A full disk is told with its reason, and what comes after it is left out")
    func full() {
        let sink = FileSink(open("/dev/full", O_WRONLY | O_CLOEXEC))
        sink.take([1, 2, 3])
        sink.take([4])
        #expect(sink.result.problem == "No space left on device")
        #expect(sink.result.size == 3)
    }
}

extension FileSink {
    fileprivate func take(_ bytes: [UInt8]) { bytes.withUnsafeBytes { take($0) } }
}

@Suite("Figures at scale") struct ScaleTests {
    /// A million complaints, lent from one buffer; run with DISCLOSURE_SPEED=1 in a release build for a figure.
    @Test("A million complaints stream into provenance, each counted once")
    func million() throws {
        let count = ProcessInfo.processInfo.environment["DISCLOSURE_SPEED"] == nil ? 20_000 : 1_000_000
        let folder = try TemporaryFolder()
        let file = try OutputFile(folder: folder.path, name: "provenance.ndjson")
        let period = try #require(ReportPeriod(year: 2021))
        var lines = ComplaintLines(file: file, period: period, cutoff: period.to)
        let begin = ContinuousClock.now
        try lines.write(ManyComplaints(count: count))
        let written = try file.finish()
        print("\(count) complaints, \(written.bytes) bytes, \(ContinuousClock.now - begin)")
        #expect(lines.listed["n.complaints.accepted"] == count)
        #expect(lines.listed["n.complaints.closed_rate"] == count / 2)
        #expect(written.sha256.count == 64)
    }

    private struct ManyComplaints: LedgerSnapshot {
        let count: Int
        var position: Position { Position(count * 2) }
        func records(of kind: String) throws -> [LedgerRecord] { [] }
        func tallies(_ name: String, year: Int) throws -> [Tally] { [] }
        func refusedComplaints(from: Timestamp, until: Timestamp) throws -> [Tally] { [] }
        func cameras() throws -> [CameraRow] { [] }
        func gaps(from: Timestamp, until: Timestamp) throws -> [GapRow] { [] }

        func forEachComplaint(from: Timestamp, until: Timestamp, _ body: (ComplaintView) throws -> Void) throws {
            let (channel, number, leaf) = (Array("city-digital".utf8), Array("2021-00012345".utf8), MemoryLedger.leaf(5))
            try channel.withUnsafeBufferPointer { channel in
                try number.withUnsafeBufferPointer { number in
                    try leaf.withUnsafeBufferPointer { leaf in
                        for index in 0..<count {
                            try body(
                                ComplaintView(
                                    channel: channel, number: number, accepted: from, acceptedPosition: Position(index),
                                    acceptedLeaf: leaf, closed: index % 2 == 0 ? nil : from, closedPosition: Position(index),
                                    closedLeaf: leaf))
                        }
                    }
                }
            }
        }
    }
}

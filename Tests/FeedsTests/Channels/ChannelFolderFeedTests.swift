import Feeds
import Foundation
import Model
import Platform
import TestKit
import Testing

@Suite struct ChannelFolderFeedTests {
    private let open = "信访,XF-1,2021-03-05 10:20,占道经营,,"
    private let closed = "信访,XF-1,2021-03-05 10:20,占道经营,2021-03-06 09:00,已劝离"

    @Test("a file that is renamed in becomes complaints in one delivery and goes to done, as it was")
    func renamedIn() async throws {
        let bench = try ComplaintBench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        let bytes = ComplaintBench.csv(open, "提案,TA-9,2021-03-07,路面破损,2021-03-08,已修复")
        try bench.rename(bytes, to: "三月.CSV")
        // The clock stands still: a rename needs no waiting.
        #expect(await eventually { bench.waiting.isEmpty && bench.done == ["三月.CSV"] })
        #expect(bench.ids == ["XF-1", "TA-9", "TA-9/closed"] && bench.journal.deliveries == 1)
        #expect(bench.journal.events.map(\.source).first == "patrold:/channels/petition")
        #expect(try Files.read(bench.folder.file("in/done/三月.CSV")) == bytes)
        #expect(await eventually { bench.status?.events == 3 })
        #expect(bench.status?.adapter == "channels" && bench.status?.name == "channels")
        await bench.stop()
        #expect(bench.status?.state == .stopped)
    }

    @Test("the events are those of an import of the same file")
    func sameAsImport() async throws {
        let bench = try ComplaintBench()
        let bytes = ComplaintBench.csv(closed)
        let imported = try ComplaintImport(channels: ComplaintBench.channels).read(bytes, received: bench.clock.now())
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(bytes, to: "a.csv")
        #expect(await eventually { bench.done == ["a.csv"] })
        #expect(bench.journal.events == imported.events)
        await bench.stop()
    }

    @Test("a GB18030 file that was there at the start is taken, and a UTF-8 file closes its complaint later")
    func encodings() async throws {
        let bench = try ComplaintBench()
        try bench.write(ComplaintBench.gb18030(ComplaintBench.csv(open)), to: "petition-1.csv")
        bench.start()
        #expect(await bench.runs { bench.done == ["petition-1.csv"] })
        let first = try #require(bench.journal.events.first?.payload.flatMap { Complaint($0) })
        #expect(first.text == "占道经营" && bench.ids == ["XF-1"])
        try bench.write([0xEF, 0xBB, 0xBF] + ComplaintBench.csv(closed), to: "petition-2.csv")
        #expect(await bench.runs { bench.done.count == 2 })
        #expect(bench.ids == ["XF-1", "XF-1/closed"])
        await bench.stop()
    }

    @Test("one bad row goes to quarantine with the header, the good rows become complaints")
    func badRow() async throws {
        let bench = try ComplaintBench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        let bad = "夜市投诉,YS-1,昨天,\"烧烤，\r\n\"\"油烟\"\"大\",,"
        try bench.rename(ComplaintBench.csv(open, bad, "提案,TA-9,2021-03-07,路面破损,,"), to: "13800138000.csv")
        #expect(await eventually { bench.done.count == 1 })
        #expect(bench.ids == ["XF-1", "TA-9"] && bench.journal.deliveries == 1)
        let row = try #require(bench.quarantined.first)
        #expect(bench.quarantined.count == 1 && row.adapter == "complaints" && row.source == "patrold:/feeds/channels")
        #expect(row.bytes == ComplaintBench.csv(bad))
        #expect(row.reason.contains("第 3 行 渠道:未知渠道"))
        #expect(row.reason.contains("Row 3, 渠道: The channel is not known"))
        #expect(row.reason.contains("受理时间:时间无法识别"))
        // Neither what the row holds nor a telephone number is for the reason.
        #expect(!row.reason.contains("昨天") && !row.reason.contains("13800138000"))
        #expect(await eventually { bench.status?.quarantined == 1 })
        await bench.stop()
    }

    @Test("a quarantined row can be read on its own once its channel is known")
    func replay() async throws {
        let bench = try ComplaintBench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(ComplaintBench.csv(open, "夜市投诉,YS-1,2021-03-05,烧烤,,"), to: "a.csv")
        #expect(await eventually { bench.quarantined.count == 1 })
        let row = try #require(bench.quarantined.first)
        func replayed(_ channels: [Channel]) -> [Arrival] {
            ChannelFolderFeed.replay(row, channels: channels, received: bench.clock.now())
        }
        guard case .unreadable(let same) = try #require(replayed(ComplaintBench.channels).first) else {
            Issue.record("the channel is not known yet")
            return
        }
        #expect(same == row)
        let known = replayed(ComplaintBench.channels + [Channel(key: "night", name: "夜市投诉")])
        guard known.count == 1, case .event(let event) = known[0] else {
            Issue.record("the row gives one event")
            return
        }
        #expect(event.id == "YS-1" && event.source == "patrold:/channels/night")
        await bench.stop()
    }

    @Test("garbage, a workbook and a file without header go to quarantine whole and stop nothing")
    func garbage() async throws {
        let bench = try ComplaintBench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        let files: [[UInt8]] = [[0, 1, 2, 3], [0x50, 0x4B, 3, 4, 9, 9], Array("a,b\n1,2\n".utf8)]
        for (index, bytes) in files.enumerated() { try bench.rename(bytes, to: "\(index).csv") }
        try bench.rename(ComplaintBench.csv(open), to: "good.csv")
        #expect(await bench.runs { bench.done.count == 4 })
        #expect(Set(bench.quarantined.map(\.bytes)) == Set(files) && bench.ids == ["XF-1"])
        #expect(bench.quarantined.contains { $0.reason.contains("workbook is damaged") && $0.reason.contains("1.csv") })
        await bench.stop()
    }

    @Test("a header without rows is done without a word")
    func headerOnly() async throws {
        let bench = try ComplaintBench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(ComplaintBench.csv(), to: "quiet.csv")
        #expect(await eventually { bench.done == ["quiet.csv"] })
        #expect(bench.journal.deliveries == 0 && bench.quarantined.isEmpty)
        await bench.stop()
    }

    @Test("a temporary name is left alone until it is renamed, a file that is still open until it is closed")
    func halfWritten() async throws {
        let bench = try ComplaintBench()
        bench.start(patience: .days(1))
        #expect(await eventually { bench.status?.state == .live })
        let bytes = ComplaintBench.csv(open, "提案,TA-9,2021-03-07,路面破损,,")
        try bench.write(Array(bytes.prefix(70)), to: "a.csv.part")
        #expect(FileManager.default.createFile(atPath: bench.folder.file("in/b.csv"), contents: nil))
        let writer = try #require(FileHandle(forWritingAtPath: bench.folder.file("in/b.csv")))
        try writer.write(contentsOf: bytes.prefix(70))
        bench.clock.advance(.hours(1))
        try bench.rename(ComplaintBench.csv("提案,TA-1,2021-03-01,积水,,"), to: "c.csv")
        #expect(await bench.runs { bench.done == ["c.csv"] })
        #expect(bench.waiting == ["a.csv.part", "b.csv"] && bench.ids == ["TA-1"])
        try bench.write(bytes, to: "a.csv.part")
        try FileManager.default.moveItem(
            atPath: bench.folder.file("in/a.csv.part"), toPath: bench.folder.file("in/a.csv"))
        #expect(await bench.runs { bench.done == ["a.csv", "c.csv"] })
        try writer.write(contentsOf: bytes.dropFirst(70))
        try writer.close()
        #expect(await bench.runs { bench.done == ["a.csv", "b.csv", "c.csv"] })
        #expect(bench.ids == ["TA-1", "XF-1", "TA-9"] && bench.quarantined.isEmpty)
        await bench.stop()
    }

    @Test("a refused delivery leaves the file where it is and is tried again")
    func refused() async throws {
        let bench = try ComplaintBench()
        bench.journal.refuse(3)
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(ComplaintBench.csv(open), to: "a.csv")
        #expect(await eventually { bench.journal.deliveries == 1 && bench.status?.detail.contains("(full)") == true })
        #expect(bench.waiting == ["a.csv"] && bench.done.isEmpty)
        #expect(await bench.runs { bench.done == ["a.csv"] })
        #expect(bench.ids == ["XF-1"] && bench.journal.deliveries == 4)
        #expect(await bench.runs { bench.status?.detail == "" })
        await bench.stop()
    }

    @Test("the same file twice counts once, and done keeps both under different names")
    func twice() async throws {
        let bench = try ComplaintBench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        let expected = [["a.csv"], ["a-1.csv", "a.csv"], ["a-1.csv", "a-2.csv", "a.csv"]]
        for names in expected {
            try bench.rename(ComplaintBench.csv(open, "坏行,,,,,"), to: "a.csv")
            #expect(await eventually { bench.done == names && bench.waiting.isEmpty })
        }
        #expect(bench.ids == ["XF-1"] && bench.quarantined.count == 1 && bench.journal.deliveries == 3)
        await bench.stop()
    }

    @Test("the file stays until the journal has answered, and a restart in between counts each complaint once")
    func restart() async throws {
        let bench = try ComplaintBench()
        bench.journal.holdAnswers()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(ComplaintBench.csv(closed), to: "a.csv")
        #expect(await eventually { bench.journal.events.count == 2 })
        #expect(bench.waiting == ["a.csv"] && bench.done.isEmpty)
        bench.kill()
        bench.journal.answerFromNow()
        bench.start()
        #expect(await bench.runs { bench.done == ["a.csv"] && bench.waiting.isEmpty })
        #expect(bench.ids == ["XF-1", "XF-1/closed"] && bench.journal.deliveries == 2)
        await bench.stop()
    }

    @Test("a crash between the two names of a move leaves one of them after the restart")
    func halfMoved() async throws {
        let bench = try ComplaintBench()
        try bench.write(ComplaintBench.csv(open), to: "a.csv")
        try Files.makeFolder(bench.folder.file("in/done"))
        try FileManager.default.linkItem(
            atPath: bench.folder.file("in/a.csv"), toPath: bench.folder.file("in/done/a.csv"))
        bench.start()
        #expect(await bench.runs { bench.waiting.isEmpty })
        #expect(bench.done == ["a.csv"] && bench.ids == ["XF-1"])
        await bench.stop()
    }

    @Test("a done folder that cannot be made keeps the file, which is delivered once and moved when it can be")
    func doneBlocked() async throws {
        let bench = try ComplaintBench()
        try bench.write([], to: "done")
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(ComplaintBench.csv(open), to: "a.csv")
        #expect(await bench.runs { bench.status?.detail.contains("a.csv is stored, yet cannot be moved") == true })
        try FileManager.default.removeItem(atPath: bench.folder.file("in/done"))
        #expect(await bench.runs { bench.done == ["a.csv"] })
        #expect(bench.journal.deliveries == 1)
        await bench.stop()
    }

    @Test("a file that is too long stays where it is, is told of, and holds no other up")
    func tooLong() async throws {
        let bench = try ComplaintBench()
        bench.start(limit: 200)
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename([UInt8](repeating: 0x41, count: 201), to: "long.csv")
        #expect(await bench.runs { bench.status?.detail.contains("long.csv is not taken yet: it is longer than 200") == true })
        try bench.rename(ComplaintBench.csv(open), to: "a.csv")
        #expect(await bench.runs { bench.done == ["a.csv"] })
        #expect(bench.waiting == ["long.csv"] && bench.quarantined.isEmpty)
        await bench.stop()
    }

    @Test("a folder that is not there makes the feed unreachable; it is taken up when it appears")
    func laterFolder() async throws {
        let bench = try ComplaintBench()
        try FileManager.default.removeItem(atPath: bench.folder.file("in"))
        bench.start()
        #expect(await eventually { bench.status?.state == .unreachable })
        #expect(bench.status?.detail.contains("the complaint folder") == true)
        try Files.makeFolder(bench.folder.file("in"))
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(ComplaintBench.csv(open), to: "a.csv")
        #expect(await eventually { bench.done == ["a.csv"] && bench.ids == ["XF-1"] })
        await bench.stop()
    }

    @Test("a workbook's rows are taken, its bad rows are quarantined as text that can be mended")
    func workbook() async throws {
        let bench = try ComplaintBench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename(Fixtures.bytes("tables/mistakes.xlsx"), to: "三月.xlsx")
        #expect(await bench.runs { bench.done == ["三月.xlsx"] })
        #expect(bench.ids == ["G-1", "G-2", "G-2/closed"] && bench.quarantined.count == 37)
        let row = try #require(bench.quarantined.first { $0.reason.contains("第 15 行") })
        #expect(row.contentType == "text/csv; charset=utf-8" && row.reason.contains("names no year"))
        var mended = row
        mended.bytes = Array(String(decoding: row.bytes, as: UTF8.self).replacing("3月5日", with: "2021年3月5日").utf8)
        let again = ChannelFolderFeed.replay(mended, channels: ComplaintBench.channels, received: bench.clock.now())
        guard case .event(let event)? = again.first, again.count == 1 else {
            Issue.record("the mended row gives its event")
            return
        }
        #expect(event.id == "M-12")
        await bench.stop()
    }

    @Test("a channel's own folder takes files that name no channel, found while the feed runs, each with its own done")
    func channelFolders() async throws {
        let bench = try ComplaintBench()
        try Files.makeFolder(bench.folder.file("in/信访"))
        try Files.makeFolder(bench.folder.file("in/other"))
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        let bytes = Array("编号,受理时间,内容\nXF-7,2021-03-05,占道\nXF-8,3月5日,油烟\n".utf8)
        try bench.rename(bytes, to: "信访/a.csv")
        try bench.rename(bytes, to: "other/a.csv")
        #expect(await bench.runs { (try? Files.list(bench.folder.file("in/信访/done"))) == ["a.csv"] })
        #expect(bench.journal.events.map(\.source) == ["patrold:/channels/petition"])
        try Files.makeFolder(bench.folder.file("in/proposal"))
        try bench.rename(Array("{\"编号\":\"TA-1\",\"受理时间\":\"2021-03-05\"}\n".utf8), to: "proposal/b.jsonl")
        #expect(await bench.runs { bench.ids == ["XF-7", "TA-1"] })
        #expect(bench.journal.events.last?.source == "patrold:/channels/proposal")
        // What the folder said goes with the row into quarantine and out of it.
        var row = try #require(bench.quarantined.first)
        #expect(row.contentType.hasSuffix("; channel=petition"))
        row.bytes = Array(String(decoding: row.bytes, as: UTF8.self).replacing("3月5日", with: "2021年3月5日").utf8)
        let again = ChannelFolderFeed.replay(row, channels: ComplaintBench.channels, received: bench.clock.now())
        guard case .event(let event)? = again.first else {
            Issue.record("the mended row gives its event")
            return
        }
        #expect(event.id == "XF-8" && event.source == "patrold:/channels/petition")
        #expect(await bench.runs { bench.status?.events == 2 && bench.status?.quarantined == 1 })
        #expect(try Files.list(bench.folder.file("in/other")) == ["a.csv"])
        await bench.stop()
        #expect(bench.status?.state == .stopped)
    }

    @Test("the mark that a spreadsheet program leaves beside an open table is no table")
    func lockFile() async throws {
        let bench = try ComplaintBench()
        bench.start()
        #expect(await eventually { bench.status?.state == .live })
        try bench.rename([UInt8](repeating: 0, count: 165), to: "~$三月.xlsx")
        try bench.rename(ComplaintBench.csv(open), to: "a.csv")
        #expect(await bench.runs { bench.done == ["a.csv"] })
        bench.clock.advance(.hours(1))
        try bench.rename(ComplaintBench.csv("提案,TA-1,2021-03-01,积水,,"), to: "b.csv")
        #expect(await bench.runs { bench.done == ["a.csv", "b.csv"] })
        #expect(bench.waiting == ["~$三月.xlsx"] && bench.quarantined.isEmpty)
        await bench.stop()
    }
}

import Feeds
import Model
import TestKit
import Testing

@Suite struct ImportTableTests {
    private let received = Timestamp(seconds: 1_622_505_600)
    private let complaints = ComplaintImport(channels: [
        Channel(key: "petition", name: "信访行风", aliases: ["信访"]), Channel(key: "huanghe-cloud", name: "黄河云"),
    ])

    private func read(_ text: String, _ options: ImportOptions = ImportOptions()) throws -> ImportResult {
        try complaints.read(Array(text.utf8), options: options, received: received)
    }

    private func error(_ text: String, _ options: ImportOptions = ImportOptions()) -> ImportError? {
        do {
            _ = try complaints.read(Array(text.utf8), options: options, received: received)
            return nil
        } catch {
            return error
        }
    }

    @Test("titles above the header, a header in two lines, totals, repeated headers and remarks are no records")
    func layout() throws {
        let text = """
            2021年投诉台账,,,,
            填报单位:城管执法局,,,,
            ,,,,
            渠道,编号,受理,,办结
            ,,时间,人员,时间
            信访,1,2021-03-05,张,2021-03-06
            渠道,编号,受理,,办结
            ,,时间,人员,时间
            \u{3000},\u{200B},,,
            黄河云,2,2021-03-07,李,
            合计,2,,,
            制表人:王某,,,,

            """
        let result = try read(text)
        #expect(result.refused.isEmpty && result.rows == 2)
        #expect(result.events.map(\.id) == ["1", "1/closed", "2"])
        #expect(result.header == ["渠道", "编号", "受理时间", "受理人员", "办结时间"])
        #expect(result.ignoredColumns == ["受理人员"])
        #expect(result.notes.map(\.row) == [1, 2, 7, 8, 11, 12])
        #expect(result.notes[4].message.zh.contains("合计") && result.notes[4].message.en.contains("total"))
    }

    @Test("a workbook of another program: the sheet whose header is known, merged cells for all their rows, days from 1904")
    func workbook() throws {
        let result = try complaints.read(Fixtures.bytes("tables/quirks.xlsx"), received: received)
        #expect(result.encoding == "XLSX" && result.sheet == "台账")
        #expect(result.events.map(\.id) == ["17"])
        let complaint = try #require(result.events.first?.payload.flatMap { Complaint($0) })
        #expect(complaint.channel == "petition" && complaint.accepted == Timestamp("2021-03-05T00:00:00+08:00"))
        #expect(complaint.text == "两行\r\n文字")
        #expect(result.refused.map { "\($0.row) \($0.column)" } == ["5 诉求内容", "9 渠道", "9 受理日期", "9 诉求内容"])
        let notes = result.notes.map(\.message.zh)
        #expect(notes.contains("隐藏的工作表“隐藏”未读取。") && notes.contains { $0.contains("1 行被隐藏") })
        #expect(notes.contains { $0.contains("封面") })
    }

    @Test("a sheet that is asked for is read, one that is not there is named with its nearest")
    func sheets() throws {
        let bytes = try Fixtures.bytes("tables/quirks.xlsx")
        #expect(try complaints.read(bytes, options: ImportOptions(sheet: "台账"), received: received).rows == 3)
        do {
            _ = try complaints.read(bytes, options: ImportOptions(sheet: "台帐"), received: received)
            Issue.record("there is no such sheet")
        } catch {
            #expect(error.code == .noSheet && error.message.zh.contains("是否指“台账”"))
        }
    }

    @Test("a missing column names the one that may be meant")
    func nearMiss() {
        #expect(error("渠道,编号,受理时闲\n信访,1,2021-03-05\n")?.message.zh == "表头缺少列:受理时间(“受理时闲”是否即此列?)。")
    }

    @Test("a mapping file names columns that no list knows, and leaves others out")
    func mapping() throws {
        let mapping = try ColumnMapping(Array("# 外单位的表\n流水 = 编号\n办件时刻＝accepted\n编号 = -\n\n".utf8))
        let text = "来源,流水,编号,办件时刻\n信访,7,x,2021/3/5\n"
        let result = try read(text, ImportOptions(mapping: mapping))
        #expect(result.events.map(\.id) == ["7"] && result.ignoredColumns == ["编号"])
    }

    @Test(
        "what is wrong with a mapping file is said with what may be meant",
        arguments: [
            ("流水 = numbr", "没有字段“numbr”,是否指“number”?", "did you mean 'number'?"),
            ("流水好 = number", "表头里没有“流水好”,是否指“流水号”?", "did you mean '流水号'?"),
            ("流水号 number", "第 1 行应为“表头 = 字段”", "must be 'header = field'"),
        ])
    func badMapping(line: String, zh: String, en: String) throws {
        do {
            let mapping = try ColumnMapping(Array(line.utf8))
            _ = try read("来源,流水号,受理时间\n信访,7,2021/3/5\n", ImportOptions(mapping: mapping))
            Issue.record("the mapping is wrong")
        } catch let error as ImportError {
            #expect(
                error.code == .badMapping && error.message.zh.contains(zh) && error.message.en.contains(en), "\(error.message)")
        }
    }

    @Test("a channel that is given counts for rows that name none, and only for them")
    func channel() throws {
        let options = ImportOptions(channel: "信访")
        #expect(try read("编号,受理时间\n1,2021-03-05\n", options).events.map(\.source) == ["patrold:/channels/petition"])
        let both = try read("渠道,编号,受理时间\n,1,2021-03-05\n黄河云,2,2021-03-05\n未知,3,2021-03-05\n", options)
        #expect(both.events.map(\.source) == ["patrold:/channels/petition", "patrold:/channels/huanghe-cloud"])
        #expect(both.refused.map(\.row) == [4])
    }

    @Test("JSON as interfaces answer it is a table too")
    func json() throws {
        let text = """
            {"code":0,"data":{"rows":[{"source":"黄河云","id":202103050000000001,"received":1614910800000,"content":"占道",
            "lat":40.6574,"long":109.8403,"email":"a@b.cn","media_url":"https://x.cn/1.jpg"},{"source":"信访","id":"X"}]}}
            """
        let result = try read(text)
        let complaint = try #require(result.events.first?.payload.flatMap { Complaint($0) })
        #expect(complaint.number == "202103050000000001" && complaint.accepted == Timestamp("2021-03-05T10:20:00+08:00"))
        #expect(complaint.latitude == 40.6574 && complaint.longitude == 109.8403 && complaint.email == "a@b.cn")
        #expect(complaint.media == "https://x.cn/1.jpg")
        #expect(result.refused.map { "\($0.row) \($0.column)" } == ["2 received"])
    }

    @Test("refused rows written to a file, mended there and imported again, are good; the two columns more are ignored")
    func mending() throws {
        let text = "备注,渠道,编号,受理时间,内容\na,信访,1,2021-03-05,好\nb,信访,2,3月5日,\"引\"\"号,逗号\"\nc,信方,3,2021-03-05,x\n"
        let result = try read(text)
        #expect(result.events.map(\.id) == ["1"] && result.refusedCount == 2)
        let file = RefusedFile.bytes(result, chinese: true)
        #expect(file.starts(with: [0xEF, 0xBB, 0xBF]))
        let written = String(decoding: file, as: UTF8.self)
        #expect(written.contains("备注,渠道,编号,受理时间,内容,行号,原因\r\n") && written.contains("\"引\"\"号,逗号\",3,"))
        let still = try complaints.read(file, received: received)
        #expect(still.refusedCount == 2 && still.ignoredColumns == ["备注", "行号", "原因"])
        let mended = written.replacing("3月5日,", with: "2021年3月5日,").replacing("信方,", with: "信访,")
        let good = try read(mended)
        #expect(good.refused.isEmpty && good.events.map(\.id) == ["2", "3"])
        #expect(good.events.first?.payload.flatMap { Complaint($0) }?.text == "引\"号,逗号")
        // A file of refused rows that is refused again does not grow.
        #expect(String(decoding: RefusedFile.bytes(still, chinese: true), as: UTF8.self).contains("行号,原因,行号") == false)
    }

    @Test("an unmended row is refused again for the same reason, whatever its cell was")
    func unmended() throws {
        let result = try complaints.read(Fixtures.bytes("tables/mistakes.xlsx"), received: received)
        let again = try complaints.read(RefusedFile.bytes(result, chinese: true), received: received)
        // One mistake is of the file and not of the row: a number that stood twice.
        #expect(again.rows == 37 && again.refusedCount == 36)
        #expect(Set(again.events.map(\.id)) == ["G-1"])
    }
}

import Feeds
import Model
import TestKit
import Testing

@Suite struct ComplaintImportTests {
    private let received = Timestamp(seconds: 1_622_505_600)
    private let complaints = ComplaintImport(channels: [
        Channel(key: "city-digital", name: "包头市数字化城管指挥调动系统", aliases: ["数字城管"]),
        Channel(key: "huanghe-cloud", name: "黄河云"),
    ])
    private let header = "渠道,编号,受理时间,内容,类别,办结时间\n"

    private func read(_ rows: String) throws -> ImportResult {
        try complaints.read(Array((header + rows).utf8), received: received)
    }

    private func wholeError(_ text: String) -> ImportError? {
        do {
            _ = try complaints.read(Array(text.utf8), received: received)
            return nil
        } catch {
            return error
        }
    }

    @Test("a GB18030 export with quoted newlines becomes complaints and closings")
    func export() throws {
        let result = try complaints.read(Fixtures.bytes("import/complaints-gb18030.csv"), received: received)
        #expect(result.encoding == "GB18030" && result.rows == 2 && result.refused.isEmpty)
        #expect(result.ignoredColumns == ["备注"])
        #expect(result.events.map(\.id) == ["HHY-2021-0001", "HHY-2021-0001/closed", "SZ20210002"])
        let first = try #require(result.events.first)
        #expect(first.type == EventType.complaintReceived && first.source == "patrold:/channels/huanghe-cloud")
        #expect(first.subject == "huanghe-cloud/HHY-2021-0001" && first.time == "2021-03-05T10:20:00+08:00")
        #expect(first.received == received)
        let complaint = try #require(first.payload.flatMap { Complaint($0) })
        #expect(complaint.text == "门前占道经营，\r\n影响通行" && complaint.category == "0501" && complaint.place == "钢铁大街12号")
        #expect(complaint.reporter == "张某" && complaint.phone == "13800000001")
        let closing = try #require(result.events[1].payload.flatMap { ComplaintClosing($0) })
        #expect(result.events[1].type == EventType.complaintClosed && result.events[1].time == "2021-03-06T09:05:00+08:00")
        #expect(closing.outcome == "已劝离，\"整改\"完毕")
        #expect(result.events[2].source == "patrold:/channels/city-digital")
    }

    @Test("the same file again gives the same events")
    func again() throws {
        let bytes = try Fixtures.bytes("import/complaints-gb18030.csv")
        let first = try complaints.read(bytes, received: received).events
        #expect(try complaints.read(bytes, received: received).events == first)
        let later = try complaints.read(bytes, received: received + .days(1)).events
        #expect(later.map { [$0.source, $0.id] } == first.map { [$0.source, $0.id] })
    }

    @Test("English headers, keys as channel names and full-width forms read the same")
    func english() throws {
        let text = "Channel\tNumber\tAccepted\tCategory\nHUANGHE-CLOUD\tＡ１\t2021-03-05\t０５０１\n"
        let result = try complaints.read(Array(text.utf8), received: received)
        #expect(result.refused.isEmpty)
        let complaint = try #require(result.events.first?.payload.flatMap { Complaint($0) })
        #expect(complaint.number == "A1" && complaint.category == "0501")
        #expect(complaint.accepted == Timestamp("2021-03-05T00:00:00+08:00"))
    }

    @Test(
        "each problem names its row, column and what would be right",
        arguments: [
            ("未知,1,2021-03-05,x,,\n", "渠道", "未知", "未知渠道", "channel is not known"),
            (",1,2021-03-05,x,,\n", "渠道", "", "缺少渠道", "channel is missing"),
            ("黄河云,,2021-03-05,x,,\n", "编号", "", "缺少编号", "number is missing"),
            ("黄河云,1,,x,,\n", "受理时间", "", "缺少时间", "time is missing"),
            ("黄河云,1,三月五日,x,,\n", "受理时间", "三月五日", "哪一年", "names no year"),
            ("黄河云,1,2021-03-05,x,501,\n", "类别", "501", "四位数字", "four digits"),
            ("黄河云,1,2021-03-05,x,占道,\n", "类别", "占道", "四位数字", "four digits"),
            ("黄河云,1,2021-03-05,x,,2021-03-04\n", "办结时间", "2021-03-04", "早于受理时间", "closed before it was accepted"),
            ("黄河云,1,2021-03-05,x,,soon\n", "办结时间", "soon", "时间无法识别", "cannot be read"),
            ("黄河云,2.02103E+14,2021-03-05,x,,\n", "编号", "2.02103E+14", "科学计数", "rounded"),
            ("黄河云,1,2021-03-05,x,,,,多余\n", "", "多余", "列多", "more values"),
        ])
    func refused(row: String, column: String, value: String, zh: String, en: String) throws {
        let result = try read("黄河云,good,2021-03-05,x,,\n" + row)
        #expect(result.refused.count == 1 && result.refusedCount == 1 && result.rows == 2)
        let problem = try #require(result.refused.first)
        #expect(problem.row == 3 && problem.column == column && problem.value == value)
        #expect(problem.message.zh.contains(zh) && problem.message.en.contains(en), "\(problem.message)")
        // The good row stays, the bad one gives no event at all.
        #expect(result.events.map(\.id) == ["good"])
    }

    @Test("everything that is wrong with a row is told at once")
    func several() throws {
        let result = try read("未知,,never,x,5,\n")
        #expect(result.refused.map(\.column) == ["渠道", "编号", "受理时间", "类别"])
        #expect(result.refusedCount == 1)
    }

    @Test("a number that comes twice in a file is refused the second time, by channel")
    func twice() throws {
        let result = try read("黄河云,1,2021-03-05,x,,\n数字城管,1,2021-03-05,x,,\n黄河云,1,2021-03-06,y,,\n")
        #expect(result.events.count == 2)
        #expect(result.refused.map(\.row) == [4])
        #expect(result.refused.first?.message.en.contains("Row 2 has this number already") == true)
    }

    @Test("blank rows at a spreadsheet's end are no rows")
    func blanks() throws {
        let result = try read("黄河云,1,2021-03-05,x,,\n,,,,,\n\n")
        #expect(result.rows == 1 && result.refused.isEmpty)
    }

    @Test("an empty file, a missing or a doubled column is an error of the whole file")
    func whole() {
        #expect(wholeError("")?.code == .empty)
        #expect(wholeError(" \n\n")?.code == .empty)
        #expect(wholeError(header) == nil)
        #expect(wholeError("渠道,内容\n黄河云,x\n")?.message.en == "The header lacks the columns 编号, 受理时间.")
        #expect(wholeError("渠道,来源,编号,受理时间\na,b,c,d\n")?.code == .repeatedColumn)
        #expect(wholeError(header + "黄河云,\"1\n")?.message.en.contains("row 2") == true)
    }

    @Test("a city's own headers replace the table")
    func ownHeaders() throws {
        var columns = ComplaintColumns()
        columns.aliases[.number] = ["流水号"]
        let own = ComplaintImport(channels: [Channel(key: "x", name: "甲")], columns: columns)
        let result = try own.read(Array("来源,流水号,受理时间\n甲,7,2021-03-05\n".utf8), received: received)
        #expect(result.events.map(\.id) == ["7"])
    }
}

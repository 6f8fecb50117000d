import Feeds
import Model
import TestKit
import Testing

@Suite struct RegisterImportTests {
    private let received = Timestamp(seconds: 1_622_505_600)
    private let register = RegisterImport(
        kind: RegisterKind(
            key: "penalty", label: "行政处罚", identity: "number", countedBy: "decided",
            fields: [
                .init(key: "number", label: "决定书文号", form: .text, required: true),
                .init(key: "decided", label: "决定日期", form: .day, required: true),
                .init(
                    key: "party", label: "当事人类别", form: .choice, required: true,
                    choices: [.init(key: "natural", label: "自然人"), .init(key: "business", label: "商业企业")]),
                .init(key: "items", label: "件数", form: .count, required: false),
                .init(key: "fine", label: "罚款金额", form: .decimal, required: false),
                .init(key: "note", label: "备注", form: .text, required: false),
            ]))
    private let header = "决定书文号,决定日期,当事人类别,件数,罚款金额,备注\n"

    private func read(_ rows: String) throws -> ImportResult {
        try register.read(Array((header + rows).utf8), received: received)
    }

    @Test("choices are known by other words too, and an unknown one names the nearest")
    func choiceWords() throws {
        let kind = RegisterKind(
            key: "application", label: "申请", identity: "number", countedBy: "number",
            fields: [
                .init(key: "number", label: "编号", form: .text, required: true),
                .init(
                    key: "outcome", label: "办理结果", form: .choice, required: true,
                    choices: [.init(key: "granted", label: "予以公开", aliases: ["公开"]), .init(key: "partial", label: "部分公开")],
                    aliases: ["答复结果"]),
            ])
        let rows = "编号,答复结果\n1,公开\n2,部份公开\n3,#N/A\n"
        let result = try RegisterImport(kind: kind).read(Array(rows.utf8), received: received)
        #expect(result.events.compactMap(\.payload).compactMap { RegisterRecord($0)?["outcome"] } == ["granted"])
        #expect(result.refused.map(\.row) == [3, 4])
        #expect(result.refused.first?.message.zh.contains("是否指“部分公开”") == true)
        #expect(result.refused.last?.message.zh.contains("公式错误") == true)
    }

    @Test("a row becomes a record in the register's order and one spelling")
    func record() throws {
        let result = try read("昆综执罚〔2021〕1号,2021/3/5,自然人,００７,0500.50,\n")
        #expect(result.refused.isEmpty && result.rows == 1)
        let event = try #require(result.events.first)
        #expect(event.source == "patrold:/registers/penalty" && event.type == "cn.patrold.register.penalty.added")
        #expect(event.id == "昆综执罚〔2021〕1号/added" && event.subject == "昆综执罚〔2021〕1号" && event.received == received)
        let record = try #require(event.payload.flatMap { RegisterRecord($0) })
        #expect(
            record.fields.map { [$0.key, $0.value] } == [
                ["number", "昆综执罚〔2021〕1号"], ["decided", "2021-03-05"], ["party", "natural"], ["items", "7"], ["fine", "500.50"],
            ])
    }

    @Test("headers by key and choices by key read the same")
    func keys() throws {
        let text = "note,number,decided,party\nx,1,2021-03-05,business\n"
        let result = try register.read(Array(text.utf8), received: received)
        #expect(result.refused.isEmpty)
        #expect(result.events.first?.payload.flatMap { RegisterRecord($0) }?["party"] == "business")
    }

    @Test(
        "counts are non-negative integers",
        arguments: ["1,11", "-1", "1.0", "/", "—", "十", "99999999999999999999", "1 113", "+1", "1.5万人0", "1E+05"])
    func counts(value: String) throws {
        let result = try read("1,2021-03-05,自然人,\"\(value)\",,\n")
        #expect(result.refused.map(\.column) == ["件数"] && result.refused.first?.value == value && result.events.isEmpty)
    }

    @Test("counts and amounts are read as clerks write them, exactly")
    func amounts() throws {
        let rows = [
            "1,2021-03-05,自然人,\"1,113\",\"1,234.50元\",", "2,2021-03-05,自然人,１１１３人,￥0300.10,", "3,2021-03-05,自然人,1.2万人,1.2万元,",
            "4,2021-03-05,自然人,0,1.23456万,", "5,2021-03-05,自然人,,人民币 0.5亿元,",
        ]
        let result = try read(rows.joined(separator: "\n"))
        #expect(result.refused.isEmpty)
        let records = result.events.compactMap(\.payload).compactMap { RegisterRecord($0) }
        #expect(records.map { $0["fine"] } == ["1234.50", "300.10", "12000", "12345.6", "50000000"])
        #expect(records.map { $0["items"] } == ["1113", "1113", "12000", "0", nil])
        #expect(result.notes.map(\.row) == [4, 4, 5, 6])
        #expect(result.notes.first?.message.zh == "“1.2万人”已换算为 12000。")
    }

    @Test("decimals are non-negative", arguments: ["1,11.5", "-1", "1e3", "1.5E+3", ".5", "5.", "1.2.3", "一", "(5)", "壹仟元"])
    func decimals(value: String) throws {
        let result = try read("1,2021-03-05,自然人,,\"\(value)\",\n")
        #expect(result.refused.map(\.column) == ["罚款金额"] && result.events.isEmpty)
    }

    @Test("missing, impossible and unknown values name their row and column")
    func refused() throws {
        let result = try read(",2021-02-30,外星人,,,\n2,,,,,\n")
        #expect(result.refused.map { "\($0.row) \($0.column)" } == ["2 决定书文号", "2 决定日期", "2 当事人类别", "3 决定日期", "3 当事人类别"])
        #expect(result.refused[2].message.zh.contains("自然人(natural)、商业企业(business)"))
        #expect(result.refusedCount == 2)
    }

    @Test("of two rows with one identity the second is refused")
    func twice() throws {
        let result = try read("1,2021-03-05,自然人,,,\n１,2021-03-06,自然人,,,\n")
        #expect(result.events.count == 1 && result.refused.map(\.row) == [3])
        #expect(result.refused.first?.column == "决定书文号")
    }

    @Test("the same file again gives the same ids")
    func again() throws {
        let rows = "1,2021-03-05,自然人,,,\n2,2021-03-06,商业企业,,,\n"
        #expect(try read(rows).events.map(\.id) == ["1/added", "2/added"])
        #expect(try read(rows).events == read(rows).events)
    }

    @Test("a header without a required column is an error of the whole file")
    func header_() {
        #expect {
            try register.read(Array("决定书文号,备注\n1,x\n".utf8), received: received)
        } throws: { ($0 as? ImportError)?.message.zh == "表头缺少列:决定日期、当事人类别。" }
    }

    @Test("pairs make the same record as a row, in any order")
    func pairs() throws {
        let record = try register.record(from: [
            ("罚款金额", "500.50"), ("decided", "2021年3月5日"), ("number", " 1 "), ("party", "自然人"),
        ])
        #expect(record.id == "1" && record.kind == "penalty")
        #expect(record.fields.map(\.key) == ["number", "decided", "party", "fine"])
        #expect(record["decided"] == "2021-03-05" && record["party"] == "natural")
        #expect(register.event(record, received: received).id == "1/added")
    }

    @Test("pairs that do not fit are refused all at once")
    func badPairs() {
        #expect {
            try register.record(from: [("colour", "red"), ("number", "1"), ("number", "2"), ("decided", "x"), ("party", "")])
        } throws: { error in
            (error as? RecordRefused)?.problems.map(\.column) == ["colour", "number", "decided", "party"]
        }
    }
}

@Suite struct RegisterWorkbookTests {
    @Test("a table that LibreOffice wrote: title, aliases, days, amounts, a total")
    func libreOffice() throws {
        let kind = RegisterKind(
            key: "penalty", label: "行政处罚", identity: "number", countedBy: "decided",
            fields: [
                .init(key: "number", label: "决定书文号", form: .text, required: true),
                .init(key: "decided", label: "决定日期", form: .day, required: true),
                .init(key: "party", label: "当事人", form: .text, required: false),
                .init(key: "amount", label: "罚款金额（元）", form: .decimal, required: false, aliases: ["罚款金额", "罚款"]),
            ])
        let result = try RegisterImport(kind: kind).read(
            Fixtures.bytes("tables/libreoffice.xlsx"), received: Timestamp(seconds: 1_622_505_600))
        #expect(result.refused.isEmpty && result.rows == 2 && result.encoding == "XLSX")
        let records = result.events.compactMap(\.payload).compactMap { RegisterRecord($0) }
        #expect(records.map(\.id) == ["昆综执罚〔2021〕1号", "昆综执罚〔2021〕2号"])
        #expect(
            records.map { $0["decided"] } == ["2021-03-05", "2021-03-06"] && records.map { $0["amount"] } == ["1234.5", "300"])
        #expect(result.notes.map(\.row) == [1, 5] && result.ignoredColumns == ["备注"])
    }
}

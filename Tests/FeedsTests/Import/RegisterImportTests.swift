import Feeds
import Model
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
        "counts are plain non-negative integers",
        arguments: ["1,113", "-1", "1.0", "/", "—", "十", "99999999999999999999", "1 113", "+1"])
    func counts(value: String) throws {
        let result = try read("1,2021-03-05,自然人,\"\(value)\",,\n")
        #expect(result.refused.map(\.column) == ["件数"] && result.refused.first?.value == value && result.events.isEmpty)
    }

    @Test("decimals are plain and non-negative", arguments: ["1,113.5", "-1", "1e3", ".5", "5.", "1.2.3", "一"])
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

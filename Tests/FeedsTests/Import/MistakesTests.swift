import Feeds
import Model
import TestKit
import Testing

@Suite struct MistakesTests {
    private let complaints = ComplaintImport(channels: [
        Channel(key: "petition", name: "信访行风", aliases: ["信访"]), Channel(key: "proposal", name: "人大政协提案"),
    ])

    /// Row, column, and what the sentence says in both languages.
    private static let mistakes: [(Int, String, String, String)] = [
        (4, "渠道", "缺少渠道", "channel is missing"),
        (5, "渠道", "是否指“信访行风”", "Did you mean '信访行风'"),
        (6, "渠道", "公式错误 #REF!", "formula error #REF!"),
        (7, "编号", "缺少编号", "number is missing"),
        (8, "编号", "应为一行", "must be one line"),
        (9, "编号", "不能超过 200 字节", "at most 200 bytes"),
        (10, "编号", "科学计数", "rounded"),
        (11, "编号", "只保留 15 位", "keeps 15 digits"),
        (12, "编号", "改成了日期", "made a date"),
        (13, "编号", "已在第 2 行出现", "Row 2 has this number already"),
        (14, "受理时间", "缺少时间", "time is missing"),
        (15, "受理时间", "哪一年", "names no year"),
        (16, "受理时间", "没有写到日", "names no day"),
        (17, "受理时间", "2021 年没有 2 月 30 日", "no day 30 of month 2 in 2021"),
        (18, "受理时间", "时间无法识别", "time cannot be read"),
        (19, "受理时间", "分不清月和日", "which is the month"),
        (20, "受理时间", "年份只有两位", "two digits"),
        (21, "受理时间", "没有这个钟点", "no such time of day"),
        (22, "受理时间", "只有钟点没有日期", "without a day"),
        (23, "受理时间", "数字 7 不是日期", "number 7 is no date"),
        (24, "受理时间", "多个日期", "more than one date"),
        (25, "受理时间", "年份 2201 不合理", "year 2201"),
        (26, "受理时间", "公历", "lunar"),
        (27, "受理时间", "列太窄", "too narrow"),
        (28, "受理时间", "公式没有计算结果", "never calculated"),
        (29, "类别", "四位数字", "four digits"),
        (30, "类别", "应为 0501", "write 0501"),
        (31, "办结时间", "早于受理时间 2021-03-05T10:20:00+08:00", "before it was accepted"),
        (32, "办结时间", "时间无法识别", "time cannot be read"),
        (33, "电话", "电话被表格软件", "telephone number"),
        (34, "纬度", "可能颠倒", "may be swapped"),
        (35, "经度", "同时填写", "given together"),
        (36, "纬度", "十进制度数", "decimal degrees"),
        (37, "图片", "http://", "must begin with http://"),
        (38, "邮箱", "name@example.com", "name@example.com"),
        (39, "内容", "文字已损坏", "damaged"),
        (40, "", "列多", "more values"),
    ]

    @Test("37 different mistakes in 37 rows get 37 true sentences, and the good rows are taken")
    func mistakes() throws {
        let result = try complaints.read(Fixtures.bytes("tables/mistakes.xlsx"), received: Timestamp(seconds: 1_622_505_600))
        #expect(result.rows == 39 && result.events.map(\.id) == ["G-1", "G-2", "G-2/closed"])
        #expect(result.refused.count == 37 && result.refusedCount == 37, "\(result.refused.map { "\($0.row) \($0.column)" })")
        for (refused, expected) in zip(result.refused, Self.mistakes) {
            #expect(refused.row == expected.0 && refused.column == expected.1, "\(refused)")
            #expect(refused.message.zh.contains(expected.2), "\(refused)")
            #expect(refused.message.en.contains(expected.3), "\(refused)")
            #expect(refused.message.zh.hasSuffix("。") || refused.message.zh.hasSuffix("？") || refused.message.zh.hasSuffix("?"))
        }
    }
}

import Feeds
import Model
import TestKit
import Testing

@Suite struct ImportFuzzTests {
    private static let pieces = [
        "渠道", "编号", "受理时间", "内容", "类别", "信访", "2021年3月5日", "2021-03-05 10:20", "下午3:20", "3月5日", "二〇二一年十二月三十一日",
        "44260.5", "1.5E+14", "1,234.5元", "1.2万元", "(5)", "合计", "#N/A", "\u{FFFD}", "\u{200B}", "\u{3000}", "０５０１", "\"", ",",
        "\n",
        "99999999999999999999", "-", ".", "年", "月", "日", ":", "E+", "万", "一", "十", "廿", "\0", "\t", ";", "至", "40.65", "{\"a\":",
        "[", "]",
    ]

    private let complaints = ComplaintImport(channels: [Channel(key: "petition", name: "信访")])
    private let register = RegisterImport(
        kind: RegisterKind(
            key: "fee", label: "收费", identity: "编号", countedBy: "受理时间",
            fields: [
                .init(key: "编号", label: "编号", form: .text, required: true),
                .init(key: "受理时间", label: "受理时间", form: .day, required: true),
                .init(key: "内容", label: "内容", form: .decimal, required: false),
                .init(key: "类别", label: "类别", form: .count, required: false),
            ]))

    @Test("any text in any cell is read or refused with a sentence, and each row ends as one of the two")
    func cells() {
        for number in FuzzInputs() {
            var numbers = SeededNumbers(UInt64(number) + 3 << 40)
            var text = "渠道,编号,受理时间,内容,类别\n"
            for _ in 0..<3 {
                let cells = (0..<5).map { _ in
                    (0..<Int.random(in: 0...3, using: &numbers)).compactMap { _ in Self.pieces.randomElement(using: &numbers) }
                        .joined()
                }
                text += cells.joined(separator: ",") + "\n"
            }
            let bytes = Array(text.utf8)
            for result in [
                try? complaints.read(bytes, received: Timestamp(seconds: 0)),
                try? register.read(bytes, received: Timestamp(seconds: 0)),
            ].compactMap({ $0 }) {
                #expect(result.refused.allSatisfy { !$0.message.zh.isEmpty && !$0.message.en.isEmpty })
                let received = result.events.count { !$0.id.hasSuffix("/closed") }
                #expect(received + result.refusedCount == result.rows, "\(text)")
            }
        }
    }
}

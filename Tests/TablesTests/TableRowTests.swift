import Tables
import Testing

@Suite struct TableRowTests {
    @Test("a row keeps its number and cells, and knows nothing behind them")
    func row() {
        let row = TableRow(number: 2, cells: ["甲", ""])
        #expect(row[0] == .text("甲") && row[1] == .empty && row[9] == .empty && !row.isBlank)
        #expect(TableRow(number: 1, cells: [.text("\u{200B} \u{3000}\u{A0}"), .empty]).isBlank)
    }

    @Test(
        "a number is told as a spreadsheet shows it, an exponent where digits are lost",
        arguments: [
            ("44260", "44260"), ("1.0", "1"), ("14722.490000000002", "14722.49"), ("1.2E+3", "1200"), ("-0.050", "-0.05"),
            ("150203000000000000", "1.50203E+17"), ("1.5E+14", "150000000000000"), ("999999999999999", "999999999999999"),
            ("9999999999999999", "1E+16"), ("0", "0"), ("1E-3", "0.001"), ("5e+300", "5E+300"),
        ])
    func numbers(spelling: String, shown: String) {
        #expect(TableCell.number(spelling).text == shown)
    }

    @Test("what is no number has no value", arguments: ["", "-", ".", "1e", "1e999999", "0x10", "1,5", "NaN", "inf", "1 "])
    func noNumber(spelling: String) {
        #expect(PlainNumber(spelling) == nil)
    }
}

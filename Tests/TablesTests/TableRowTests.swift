import Tables
import Testing

@Suite struct TableRowTests {
    @Test("a row keeps its number and cells")
    func row() {
        #expect(TableRow(number: 2, cells: ["甲", ""]).cells == ["甲", ""])
    }
}

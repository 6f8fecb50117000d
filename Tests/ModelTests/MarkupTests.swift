import Model
import Testing

@Suite struct MarkupTests {
    @Test("what markup means by itself is escaped, what it cannot hold is a blank, the rest stays")
    func escaping() {
        #expect("a<b>&\"c\" 甲\n".markup == "a&lt;b&gt;&amp;&quot;c&quot; 甲\n")
        #expect("\u{0}\u{1B}\u{FFFF}x\t".markup == "   x\t")
    }
}

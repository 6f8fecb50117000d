import Model
import Testing

@Suite("Glob patterns")
struct GlobTests {
    @Test(
        "what fits",
        arguments: [
            ("", ""), ("*", ""), ("**", "abc"), ("cn.patrold.*", "cn.patrold.camera.alarm"), ("cam-?", "cam-1"),
            ("*.alarm", "cn.patrold.camera.alarm"), ("c*a*m", "cn.patrold.camera.alarm"), ("?", "昆"), ("*区", "昆都仑区"),
            ("a*b*b", "abbb"), ("*ab", "aab"),
        ])
    func fits(pattern: String, text: String) {
        #expect(matches(glob: pattern, text))
    }

    @Test(
        "what does not",
        arguments: [
            ("", "a"), ("?", ""), ("cam-?", "cam-12"), ("cn.patrold.*", "org.patrold.x"), ("*.alarm", "cn.alarm.x"),
            ("a*b", "abc"), ("[ab]", "a"), ("A", "a"), ("a.c", "abc"),
        ])
    func fitsNot(pattern: String, text: String) {
        #expect(!matches(glob: pattern, text))
    }

    @Test("many stars against a long text end soon")
    func manyStars() {
        #expect(!matches(glob: String(repeating: "a*", count: 30) + "b", String(repeating: "a", count: 5000)))
    }
}

import Model
import Testing

@Suite("A person's own words in free text")
struct PersonalWordsTests {
    @Test(
        "the reporter's name, numbers and addresses are hidden wherever they stand",
        arguments: [
            ("王翠花", "我是王翠花，王翠花本人", "我是***，***本人"), ("王翠花(女)", "王翠花说", "***说"),
            ("王翠花女士", "王翠花来电", "***来电"), ("Wang Cuihua", "I am Wang Cuihua.", "I am ***."),
            ("买买提·艾力", "买买提·艾力反映", "***反映"), ("欧阳 植名", "欧阳 植名在家", "***在家"),
        ])
    func names(reporter: String, text: String, shown: String) {
        #expect(PersonalText.masked(text, PersonalWords(["reporter": .string(reporter)])) == shown)
    }

    @Test(
        "a word that says that nobody is named, and a surname alone, hide nothing",
        arguments: ["市民", "匿名", "热心市民", "王", "李先生的", "", "***", "li"])
    func nobody(reporter: String) {
        let text = "市民匿名反映：王府街li店占道，热心市民"
        #expect(PersonalText.masked(text, PersonalWords(["reporter": .string(reporter)])) == text)
    }

    @Test("a local number without an area code is known from the reporter's own")
    func ownNumbers() {
        let words = PersonalWords(["phone": "5123456、13900139000", "email": "x@localhost", "deep": [["caller": 7654321]]])
        #expect(PersonalText.masked("5123456或7654321或1234567，x@localhost", words) == "***或***或1234567，***")
    }

    @Test("names of files and calls lose numbers, and keep dates, extensions, seconds since 1970 and digests")
    func fileNames() {
        func shown(_ name: String) -> String { PersonalText.replacingNumbers(inName: name) { _ in "~" } }
        #expect(shown("20261123_102030_IN_13800138000_8001.wav") == "20261123_102030_IN_~_8001.wav")
        #expect(
            shown("20191024012719-1571909237.191-04725123456-4001-Internal.wav")
                == "20191024012719-1571909237.191-~-4001-Internal.wav")
        #expect(
            shown("5123456.wav") == "~.wav" && shown("a8613800138000") == "a~"
                && shown("20210305/8001.wav") == "20210305/8001.wav")
        let digest = "ab13800138000" + String(repeating: "0", count: 51)
        #expect(PersonalText.replacingNumbers(inIdentity: digest + "/13800138000.wav") { _ in "~" } == digest + "/~.wav")
    }
}

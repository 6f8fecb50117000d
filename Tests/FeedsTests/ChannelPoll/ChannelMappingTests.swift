import Feeds
import Model
import TestKit
import Testing

@Suite struct ChannelMappingTests {
    @Test(
        "a path leads to its place",
        arguments: [
            ("data.rows[1].text", "\"b\""), ("", "{\"data\":{\"rows\":[{\"text\":\"a\"},{\"text\":\"b\"}],\"n\":3}}"),
            ("$.data.n", "3"), ("data.rows[2]", ""), ("data.n.x", ""), ("data.rows[*].text", "\"a\""),
        ])
    func place(path: String, expected: String) throws {
        let json = try JSON(parsing: #"{"data":{"rows":[{"text":"a"},{"text":"b"}],"n":3}}"#)
        #expect(try JSONPath(path).first(in: json)?.text ?? "" == expected)
    }

    @Test("a list of lists is one list, an empty one an answer, and a missing one none")
    func lists() throws {
        let json = try JSON(parsing: #"{"groups":[{"cases":[1,2]},{"cases":[3]},{"other":[]}],"empty":[]}"#)
        #expect(try JSONPath("groups[*].cases[*]").records(in: json)?.count == 3)
        #expect(try JSONPath("empty").records(in: json) == [])
        #expect(try JSONPath("empty[*]").records(in: json) == [])
        #expect(try JSONPath("none").records(in: json) == nil)
        #expect(try JSONPath("").records(in: .array([1])) == [1])
        #expect(try JSONPath("").records(in: json) == nil)
    }

    @Test(
        "what is no path is refused with a sentence",
        arguments: ["a..b", "a[", "a[x]", "a[1]b", ".a", "a b", "a]", "a[-1]", "a."])
    func noPath(text: String) {
        #expect(throws: JSONPathError.self) { try JSONPath(text) }
    }

    @Test("templates fill their places, each escaped for where it stands")
    func templates() throws {
        var request = RequestTemplate(
            method: "POST", path: Template("/a/{number}"),
            query: [.init("q", Template("x {since}")), .init("c", Template("{cursor}"))],
            body: Template(#"{"t":"{outcome}","n":{size}}"#))
        let values = ["number": "A/1 号", "since": "2021-03-05 10:20:30", "outcome": "said \"ok\"\n\\", "size": "5"]
        #expect(request.target(values) == "/a/A%2F1%20%E5%8F%B7?q=x%202021-03-05%2010%3A20%3A30", "no cursor, no parameter")
        let body = try #require(request.bodyBytes(values))
        #expect(try JSON(parsing: body)["t"]?.string == "said \"ok\"\n\\")
        #expect(try JSON(parsing: body)["n"]?.int == 5)
        request.contentType = "application/x-www-form-urlencoded"
        request.body = Template("a={outcome}&b={number}")
        let form = request.bodyBytes(values).map { String(decoding: $0, as: UTF8.self) }
        #expect(form == "a=said%20%22ok%22%0A%5C&b=A%2F1%20%E5%8F%B7")
        #expect(request.places == ["number", "since", "cursor", "outcome"])
    }

    @Test(
        "times are read in every way channels write them",
        arguments: [
            (TimeSpelling.Form.civil, "2021-03-05 10:20:30"), (.civil, "2021/3/5 10:20:30"), (.civil, "2021年3月5日10时20分30秒"),
            (.civil, "2021-03-05T10:20:30"), (.rfc3339, "2021-03-05T02:20:30Z"), (.compact, "20210305102030"),
            (.seconds, "1614910830"), (.milliseconds, "1614910830000"), (.day, "2021.3.5 10:20:30"),
        ])
    func times(form: TimeSpelling.Form, text: String) {
        #expect(TimeSpelling(form).read(text) == Timestamp(seconds: 1_614_910_830))
    }

    @Test(
        "what is no time is none, and a number that means something else is no moment of 1970",
        arguments: [
            (TimeSpelling.Form.civil, "2021-02-30"), (.civil, "yesterday"), (.civil, "2021-03-05 25:00"),
            (.seconds, "1614910830000"),
            (.milliseconds, "1614910830"), (.compact, "2021030510"), (.civil, "0"), (.civil, "12021-3-5"), (.seconds, "-5"),
            (.milliseconds, "999999999999999"), (.civil, "2021-3-5-6"),
        ])
    func noTimes(form: TimeSpelling.Form, text: String) {
        #expect(TimeSpelling(form).read(text) == nil)
    }

    @Test("a time that is written is read back")
    func roundTrip() {
        let time = Timestamp(seconds: 1_614_910_830)
        for form in TimeSpelling.Form.allCases where form != .day {
            for zone in [Zone.shanghai, .utc] {
                let spelling = TimeSpelling(form, zone: zone)
                #expect(spelling.read(spelling.text(time)) == time, "\(form)")
            }
        }
        #expect(TimeSpelling(.day).text(time) == "2021-03-05")
    }
}

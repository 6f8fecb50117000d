import Model
import Testing

@testable import Feeds

@Suite struct CivilTimeTests {
    @Test(
        "the spellings that clerks and channels use are one moment",
        arguments: [
            "2021-03-05T10:20:00+08:00", "2021-03-05T02:20:00Z", "2021-03-05 10:20:00", "2021-03-05 10:20", "2021/3/5 10:20",
            "2021/03/05 10:20:00", "2021年3月5日 10:20", "2021年3月5日10:20", "2021年03月05日10时20分", "2021.3.5 10:20",
            "２０２１－０３－０５　１０：２０", "  2021-3-5  10:20 ", "2021年3月5日10点20分00秒",
        ])
    func moments(text: String) throws {
        let day = try #require(Day(year: 2021, month: 3, day: 5))
        #expect(CivilTime.moment(text) == day.start(in: .shanghai) + .minutes(620))
    }

    @Test("a day alone is its first moment in Shanghai", arguments: ["2021-03-05", "2021/3/5", "2021年3月5日", "2021.3.5"])
    func dayAlone(text: String) {
        #expect(CivilTime.moment(text) == Timestamp("2021-03-05T00:00:00+08:00"))
    }

    @Test(
        "what is no moment is nothing",
        arguments: [
            "", "昨天", "2021-02-30 10:20", "2021-03-05 24:00", "2021-03-05 10:60", "2021-03-05 10", "2021-03/05", "5/3/2021",
            "21-3-5",
            "2021年3月", "2021-03-05x", "2021-03-055", "44260.43", "2021-03-05 10:20 am",
        ])
    func noMoment(text: String) {
        #expect(CivilTime.moment(text) == nil)
    }

    @Test("days are read in all forms, a time of day beside them is left out")
    func days() {
        for text in ["2021-03-05", "2021/3/5", "2021年3月5日", "20210305", "2021/3/5 0:00", "2021-03-05T23:00:00+08:00"] {
            #expect(CivilTime.day(text)?.description == "2021-03-05", "\(text)")
        }
        #expect(CivilTime.day("20210229") == nil && CivilTime.day("3月5日") == nil && CivilTime.day("2021-03-05 abc") == nil)
    }
}

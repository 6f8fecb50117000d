import Model
import Tables
import Testing

@testable import Feeds

@Suite struct CivilTimeTests {
    @Test(
        "the spellings that clerks and channels use are one moment",
        arguments: [
            "2021-03-05T10:20:00+08:00", "2021-03-05T02:20:00Z", "2021-03-05 10:20:00", "2021-03-05 10:20", "2021/3/5 10:20",
            "2021/03/05 10:20:00", "2021年3月5日 10:20", "2021年3月5日10:20", "2021年03月05日10时20分", "2021.3.5 10:20",
            "２０２１－０３－０５　１０：２０", "  2021-3-5  10:20 ", "2021年3月5日10点20分00秒", "2021-03-05 上午10:20",
            "2021年3月5日 上午10时20分", "2021-03-05 10:20 AM", "二〇二一年三月五日十时二十分", "二○二一年三月五日 上午10:20",
            "2021年3月5日(星期五)10:20", "2021年3月5日 周五 10:20", "2021 年 3 月 5 日 10:20", "20210305102000", "202103051020",
            "1614910800000", "1614910800", "\u{FEFF}2021-03-05\u{A0}10:20\u{200B}", "44260.430555555555",
            "2021-03-05 10:20:00.000",
        ])
    func moments(text: String) throws {
        let day = try #require(Day(year: 2021, month: 3, day: 5))
        #expect(CivilTime.moment(text) == day.start(in: .shanghai) + .minutes(620))
    }

    @Test("afternoons are twelve hours later")
    func afternoon() throws {
        for text in ["2021-03-05 下午3:20", "2021/3/5 3:20 PM", "2021年3月5日下午三时二十分", "2021-03-05 15:20"] {
            #expect(CivilTime.moment(text) == Timestamp("2021-03-05T15:20:00+08:00"), "\(text)")
        }
        #expect(CivilTime.moment("2021-03-05 12:05 AM") == Timestamp("2021-03-05T00:05:00+08:00"))
        #expect(CivilTime.moment("2021-03-05 中午12点半") == Timestamp("2021-03-05T12:30:00+08:00"))
    }

    @Test(
        "a day alone is its first moment in Shanghai",
        arguments: ["2021-03-05", "2021/3/5", "2021年3月5日", "2021.3.5", "20210305", "44260", "二〇二一年三月五日", "2021年3月5号"])
    func dayAlone(text: String) {
        #expect(CivilTime.moment(text) == Timestamp("2021-03-05T00:00:00+08:00"))
    }

    @Test(
        "what is no moment says why",
        arguments: [
            ("", DateProblem.unreadable), ("昨天", .unreadable), ("2021-02-30 10:20", .noSuchDay(2021, 2, 30)),
            ("2021-03-05 24:00", .noSuchTime), ("2021-03-05 10:60", .noSuchTime), ("2021-03-05 10", .unreadable),
            ("2021-03/05", .unreadable), ("5/3/2021", .dayOrMonthFirst), ("21-3-5", .shortYear), ("2021年3月", .noDay),
            ("2021-03", .noDay), ("2021-03-05x", .unreadable), ("2021-03-055", .unreadable), ("3月5日", .noYear), ("3/5", .noYear),
            ("三月五日", .noYear), ("10:20", .onlyTime), ("下午3点", .unreadable), ("2021-03-05至2021-03-06", .several),
            ("2021年3月5日、6日", .several), ("农历二月初三", .lunar), ("二〇二一年正月廿五", .lunar), ("########", .columnTooNarrow),
            ("7", .noSerial("7")), ("1021-03-05", .year(1021)), ("20210229", .noSuchDay(2021, 2, 29)),
            ("99999", .noSerial("99999")),
            ("2021-13-05", .noSuchDay(2021, 13, 5)), ("150203000000000000", .noSerial("150203000000000000")),
        ])
    func problems(text: String, problem: DateProblem) {
        #expect(CivilTime.read(text) == .failure(problem))
    }

    @Test("days are read in all forms, a time of day beside them is left out")
    func days() {
        for text in ["2021-03-05", "2021/3/5", "2021年3月5日", "20210305", "2021/3/5 0:00", "2021-03-05T23:00:00+08:00"] {
            #expect(CivilTime.day(text)?.description == "2021-03-05", "\(text)")
        }
        #expect(CivilTime.day("20210229") == nil && CivilTime.day("3月5日") == nil && CivilTime.day("2021-03-05 abc") == nil)
    }

    @Test("cells that a spreadsheet knows are read as what they are")
    func cells() throws {
        let day = try #require(Day(year: 2021, month: 3, day: 5))
        let moment = CivilMoment(day: day, second: 37_200)
        #expect(try CivilTime.read(.moment(moment)).get().moment == Timestamp("2021-03-05T10:20:00+08:00"))
        #expect(try CivilTime.read(.number("44260")).get().day == day)
        #expect(try CivilTime.read(.number("42798"), serials: .from1904).get().day == day)
        #expect(try CivilTime.read(.number("20210305")).get().day == day)
        #expect(CivilTime.read(.time(60)) == .failure(.onlyTime) && CivilTime.read(.truth(true)) == .failure(.unreadable))
        #expect(CivilTime.read(.error("#N/A")) == .failure(.error("#N/A")))
        #expect(CivilTime.read(.number("60")) == .failure(.noSerial("60")))
    }
}

import Model
import TestKit
import Testing

@Suite struct TimeTests {
    @Test("numbers that no calendar has are refused or end at its edge, and never stop the program")
    func absurd() {
        #expect(Day(year: 10_000, month: 1, day: 1) == nil && Day(year: .max, month: 12, day: 31) == nil)
        #expect(Day(year: .min, month: 1, day: 1) == nil)
        #expect(Timestamp(seconds: .max).microseconds == 1 << 60 && Timestamp(seconds: .min).microseconds == -1 << 60)
        #expect(Span.days(.max) > .days(10_000_000) && Span.milliseconds(.min) < .zero)
        #expect(!Timestamp(seconds: .max).text().isEmpty && !Timestamp(seconds: .min).text().isEmpty)
    }

    @Test("days and their numbers are the same walk over eight centuries")
    func dayNumbers() throws {
        var day = try #require(Day(year: 1600, month: 1, day: 1))
        for number in day.number..<(day.number + 300_000) {
            #expect(day.number == number)
            #expect(Day(number: number) == day)
            let next = Day(number: number + 1)
            #expect(day < next)
            let rolls = day.day == Day.length(ofMonth: day.month, in: day.year)
            #expect(next.day == (rolls ? 1 : day.day + 1))
            day = next
        }
    }

    @Test("known days have known numbers", arguments: [("1970-01-01", 0), ("2000-03-01", 11017), ("2021-12-31", 18992)])
    func knownDays(text: String, number: Int64) {
        #expect(Day(text)?.number == number)
        #expect(Day(number: number).description == text)
    }

    @Test(
        "days that the calendar does not have are nothing",
        arguments: [
            "2021-02-29", "2021-13-01", "2021-00-10", "2021-04-31", "2021-1-1", "20210101", "2021-01-01 ", "", "1900-02-29",
        ])
    func noSuchDay(text: String) {
        #expect(Day(text) == nil)
    }

    @Test("moments written in any zone read back as themselves")
    func timestampRoundTrip() {
        var generator = SeededNumbers(42)
        for _ in 0..<5000 {
            let micros = Int64(truncatingIfNeeded: generator.next() % 8_000_000_000_000_000) - 2_000_000_000_000_000
            let minutes = Int64(generator.next() % 1600) - 800
            let time = Timestamp(microseconds: micros)
            let zone = Zone(seconds: minutes * 60)
            #expect(Timestamp(time.text(in: zone)) == time, "\(time.text(in: zone))")
            guard micros >= 0 else { continue }
            #expect(Day(time, in: zone).start(in: zone) <= time)
            #expect(time < Day(time, in: zone).start(in: zone) + .days(1))
        }
    }

    @Test(
        "the spellings of one moment are one moment",
        arguments: [
            "2021-06-01T08:00:00+08:00", "2021-06-01t00:00:00z", "2021-06-01 08:00:00+0800",
            "2021-06-01T08:00:00.000000000+08:00",
            "2021-05-31T20:00:00-04:00",
        ])
    func spellings(text: String) {
        #expect(Timestamp(text) == Timestamp(seconds: 1_622_505_600))
    }

    @Test("a time without an offset needs one to be assumed")
    func civil() {
        #expect(Timestamp("2021-06-01T08:00:00") == nil)
        #expect(Timestamp("2021-06-01T08:00:00", assuming: .shanghai) == Timestamp(seconds: 1_622_505_600))
        #expect(DeviceTime("2021-06-01 08:00:00").moment == Timestamp(seconds: 1_622_505_600))
        #expect(DeviceTime("long ago").moment == nil)
        #expect(DeviceTime("long ago").text == "long ago")
    }

    @Test(
        "texts that are no time are nothing",
        arguments: [
            "2021-06-01T24:00:00Z", "2021-06-01T08:60:00Z", "2021-06-01T08:00:61Z", "2021-06-01T08:00:00.Z", "2021-06-01T08:00Z",
            "2021-06-01X08:00:00Z", "2021-06-01T08:00:00+8", "2021-06-01T08:00:00 ", "2021-02-30T08:00:00Z", "",
        ])
    func noTime(text: String) {
        #expect(Timestamp(text, assuming: .utc) == nil)
    }

    @Test("a fraction is written with no more digits than it needs")
    func fractions() {
        #expect(Timestamp(microseconds: 0).text(in: .utc) == "1970-01-01T00:00:00Z")
        #expect(Timestamp(microseconds: 500_000).text(in: .utc) == "1970-01-01T00:00:00.500Z")
        #expect(Timestamp(microseconds: -1).text(in: .utc) == "1969-12-31T23:59:59.999999Z")
    }
}

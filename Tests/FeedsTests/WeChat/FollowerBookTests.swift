import Model
import TestKit
import Testing

@testable import Feeds

@Suite struct FollowerBookTests {
    private func day(_ text: String) throws -> Day { try #require(Day(text)) }
    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    private func rows(_ totals: [String: Int], _ changes: [String: Int] = [:]) throws -> FollowerRows {
        var rows = FollowerRows()
        for (text, total) in totals { rows.totals[try day(text)] = total }
        for (text, change) in changes { rows.changes[try day(text)] = change }
        return rows
    }

    @Test("yesterday can be read from 08:00 in Shanghai on, not a second before")
    func readable() throws {
        #expect(FollowerBook.lastReadable(at: try time("2022-01-01T07:59:59+08:00")) == (try day("2021-12-30")))
        #expect(FollowerBook.lastReadable(at: try time("2022-01-01T08:00:00+08:00")) == (try day("2021-12-31")))
        let eight = try time("2022-01-01T08:00:00+08:00")
        #expect(FollowerBook.nextReadable(after: eight - .hours(1)) == eight)
        #expect(FollowerBook.nextReadable(after: eight) == eight + .days(1))
    }

    @Test("spans are of seven days at most, leave known weeks out, and always hold the last week")
    func windows() throws {
        let now = try time("2022-01-20T12:00:00+08:00")
        var book = FollowerBook(since: try day("2021-12-31"), patience: 30)
        #expect(
            book.windows(at: now).map { "\($0.lowerBound) \($0.upperBound)" } == [
                "2021-12-31 2022-01-06", "2022-01-07 2022-01-12", "2022-01-13 2022-01-19",
            ])
        let known = Dictionary(uniqueKeysWithValues: try (0..<20).map { (Day(number: try day("2021-12-31").number + $0), 700) })
        var all = FollowerRows()
        all.totals = known
        _ = book.take(all, source: "s", at: now)
        #expect(book.windows(at: now).map { "\($0.lowerBound) \($0.upperBound)" } == ["2022-01-13 2022-01-19"])
        #expect(FollowerBook(since: try day("2022-02-01"), patience: 7).windows(at: now).isEmpty)
    }

    @Test("a first figure is added under its date, another figure of the day corrects it, the same one says nothing")
    func events() throws {
        let now = try time("2022-01-01T09:00:00+08:00")
        var book = FollowerBook(since: try day("2021-12-31"), patience: 7)
        let added = book.take(try rows(["2021-12-31": 754]), source: "patrold:/feeds/wechat", at: now)
        #expect(added.map(\.id) == ["2021-12-31"] && added[0].type == "cn.patrold.register.followers.added")
        let record = try #require(added[0].payload.flatMap { RegisterRecord($0) })
        #expect(record.kind == "followers" && record.id == "2021-12-31" && record["count"] == "754" && record.reason == nil)
        #expect(book.take(try rows(["2021-12-31": 754]), source: "patrold:/feeds/wechat", at: now).isEmpty)
        let first = book.take(try rows(["2021-12-31": 750]), source: "patrold:/feeds/wechat", at: now)
        let second = book.take(try rows(["2021-12-31": 754]), source: "patrold:/feeds/wechat", at: now)
        #expect(first.first?.type == "cn.patrold.register.followers.corrected" && first.first?.id != second.first?.id)
        #expect(first.first?.payload.flatMap { RegisterRecord($0) }?.reason == "WeChat restated")
        let restored = try #require(FollowerBook(book.json, patience: 7))
        #expect(restored == book)
    }

    @Test("a figure that does not follow from the day before is noted")
    func notes() throws {
        let now = try time("2022-01-01T09:00:00+08:00")
        var book = FollowerBook(since: try day("2021-12-30"), patience: 7)
        let right = try rows(["2021-12-30": 750, "2021-12-31": 754], ["2021-12-31": 4])
        #expect(book.take(right, source: "s", at: now).allSatisfy { $0.payload.flatMap { RegisterRecord($0) }?.reason == nil })
        #expect(book.inconsistencies.isEmpty)
        let wrong = book.take(try rows(["2021-12-31": 760]), source: "s", at: now)
        let sentence = "760 on 2021-12-31 is not 750 of the day before + 4"
        #expect(book.inconsistencies == [sentence])
        #expect(wrong.first?.payload.flatMap { RegisterRecord($0) }?.reason == "WeChat restated; " + sentence)
    }

    @Test("a missing day is asked for again until its patience is over; then it is a gap, once")
    func gaps() throws {
        var book = FollowerBook(since: try day("2021-12-31"), patience: 3)
        let early = try time("2022-01-02T09:00:00+08:00")
        #expect(book.giveUp(after: book.windows(at: early), feed: "wechat", at: early).isEmpty)
        let late = try time("2022-01-04T09:00:00+08:00")
        let gaps = book.giveUp(after: book.windows(at: late), feed: "wechat", at: late)
        #expect(gaps.count == 1 && gaps[0].from.text() == "2021-12-31T00:00:00+08:00" && gaps[0].state == .closed)
        #expect(gaps[0].until?.text() == "2022-01-01T00:00:00+08:00")
        #expect(book.giveUp(after: book.windows(at: late), feed: "wechat", at: late).isEmpty)
        #expect(book.missing(at: late).count == 4)
    }
}

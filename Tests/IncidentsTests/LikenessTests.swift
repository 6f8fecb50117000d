import Glibc
import Model
import TestKit
import Testing

@testable import Incidents

@Suite("Complaints that are alike")
struct LikenessTests {
    private static let start = Timestamp(seconds: 1_622_505_600)

    private static func facts(
        _ number: String, _ text: String, _ place: String? = nil, category: String? = nil, after: Span = .zero,
        channel: String = "a"
    ) -> ComplaintFacts {
        ComplaintFacts(
            name: ComplaintName(channel: channel, number: number), accepted: start + after, text: text, place: place,
            category: category)
    }

    @Test(
        "the same place in other words",
        arguments: [
            ("包头市昆都仑区钢铁大街12号", "昆区钢铁街１２号"), ("内蒙古自治区包头市昆都仑区 民族东路 附近", "民族东路"),
            ("青年路与白云路交叉口", "白云路和青年路路口"), ("友谊大街三号", "友谊大街3号"), ("阿尔丁大街 十二号", "阿尔丁街12号"),
        ])
    func samePlace(one: String, other: String) {
        #expect(PlaceText(one).likeness(to: PlaceText(other)) == 1)
        #expect(PlaceText(other).likeness(to: PlaceText(one)) == 1)
    }

    @Test(
        "another place",
        arguments: [
            ("钢铁大街12号", "钢铁大街98号"), ("钢铁大街12号", "青年路12号"), ("白云路", "青年路"), ("文化广场", "友谊市场"),
        ])
    func otherPlace(one: String, other: String) {
        #expect(PlaceText(one).likeness(to: PlaceText(other)) < 0.5)
    }

    @Test("roads and house numbers are read from an address")
    func address() {
        let place = PlaceText("包头市昆都仑区钢铁大街12号楼下")
        #expect(place.roads == ["钢铁街"])
        #expect(place.house == 12)
        #expect(place.rest == "楼下")
        #expect(PlaceText("").isEmpty)
        #expect(PlaceText("附近，").isEmpty)
        #expect(PlaceText("内蒙古包头市").rest == "包头市")
    }

    @Test("one stall told through two channels is suggested with score and reasons in both languages")
    func suggested() throws {
        let one = Self.facts("1", "钢铁大街12号门口有烧烤摊占道经营，油烟扰民", "昆都仑区钢铁大街12号", category: "0501")
        let other = Self.facts(
            "9", "烧烤摊在钢铁大街占道，油烟很大扰民", "钢铁街12号", category: "0501", after: .hours(3), channel: "b")
        let pair = try #require(ComplaintSuggestions().pairs(among: [other, one]).first)
        #expect(pair.earlier == one.name)
        #expect(pair.likeness.score > 0.75)
        #expect(pair.likeness.reasons.map(\.zh).contains("地点相同"))
        #expect(pair.likeness.reasons.map(\.en).contains("3 h apart"))
        #expect(pair.likeness.reasons.map(\.zh).contains("类别相同 0501"))
        #expect(pair.likeness.reasons.contains { $0.zh.hasPrefix("内容相似") })
        #expect(ComplaintSuggestions().pairs(of: one, among: [one, other]) == [pair])
    }

    @Test("another matter at the same place, and the same words of another place, are not suggested")
    func notSuggested() {
        let one = Self.facts("1", "烧烤摊占道经营油烟扰民", "钢铁大街12号", category: "0501")
        let noise = Self.facts("2", "夜间施工噪声影响休息", "钢铁大街12号", category: "0703", after: .hours(1))
        let elsewhere = Self.facts("3", "烧烤摊占道经营油烟扰民", "青年路40号", category: "0501", after: .hours(1))
        let later = Self.facts("4", "烧烤摊占道经营油烟扰民", "钢铁大街12号", category: "0501", after: .days(8))
        #expect(ComplaintSuggestions().pairs(among: [one, noise, elsewhere, later]).isEmpty)
    }

    @Test("where one gives no place its text may name it; without any tie words alone count less")
    func withoutPlace() throws {
        let one = Self.facts("1", "占道经营", "钢铁大街12号")
        let named = Self.facts("2", "钢铁大街12号占道经营", after: .minutes(5))
        let pair = try #require(ComplaintSuggestions().pairs(among: [one, named]).first)
        #expect(pair.likeness.reasons.map(\.zh).contains("内容中提到该地点"))
        let bare = Likeness(Self.facts("3", "占道经营"), Self.facts("4", "占道经营"), window: .days(7))
        #expect(bare.score < 0.85)
    }

    @Test("a score is the same both ways, and lies between 0 and 1", arguments: 1...3 as ClosedRange<UInt64>)
    func symmetric(seed: UInt64) {
        var numbers = SeededNumbers(seed)
        let all = Self.year(200, &numbers)
        for one in all {
            for other in all.prefix(40) where other.name != one.name {
                let likeness = Likeness(one, other, window: .days(366))
                #expect(likeness.score == Likeness(other, one, window: .days(366)).score)
                #expect((0...1).contains(likeness.score))
            }
        }
    }

    private static func year(_ count: Int, _ numbers: inout SeededNumbers) -> [ComplaintFacts] {
        let roads = ["钢铁大街", "青年路", "白云路", "民族东路", "友谊大街", "阿尔丁大街", "林荫路", "团结大街", "富强路", "乌兰道"]
        let words = ["烧烤摊", "占道经营", "夜间施工", "噪声", "油烟", "扰民", "乱倒垃圾", "违章搭建", "共享单车", "堵塞通道", "小广告", "流动商贩"]
        return (0..<count).map { index in
            let road = roads.randomElement(using: &numbers) ?? ""
            let text = (0..<6).map { _ in words.randomElement(using: &numbers) ?? "" }.joined(separator: "，")
            let channel = Bool.random(using: &numbers) ? "a" : "b"
            return facts(
                "\(index)", "市民反映\(road)附近有" + text + "，希望尽快处理",
                "昆都仑区\(road)\(Int.random(in: 1...200, using: &numbers))号", category: "0501",
                after: .seconds(Int64(index) * 31_536_000 / Int64(count)), channel: channel)
        }
    }

    /// What this thread has computed so far; waiting for a busy machine does not count.
    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }

    @Test("the seven days among a year of 11,000 complaints are looked through")
    func speed() {
        var numbers = SeededNumbers(7)
        let week = Self.year(11_000, &numbers).suffix(211)
        let begun = Self.processorSeconds()
        _ = ComplaintSuggestions().pairs(among: Array(week))
        // A debug build; optimised it is a hundredth of this.
        #expect(Self.processorSeconds() - begun < 30)
    }
}

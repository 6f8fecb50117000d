import Model

/// A Chinese address in the form in which it is compared: roads, house number, and what else is said.
///
/// Province, city and district in front are left out, and so are words such as 附近 and 路口 that name no place.
package struct PlaceText: Hashable, Sendable {
    /// Names that end in 路, 街, 道 or 巷, in order; 大街 is 街.
    package let roads: [String]
    /// 12 of `12号`.
    package let house: Int?
    /// What is left, plain.
    package let rest: String
    let pairs: [UInt64]

    /// Areas that all places of this bureau lie in.
    package static let areas = [
        "内蒙古自治区", "内蒙古", "包头市", "包头", "昆都仑区", "昆都仑", "昆区", "中国",
    ]

    package init(_ text: String, areas: [String] = areas) {
        var plain = String(String.UnicodeScalarView(PlainText.of(text)))
        for area in areas where plain != area && plain.hasPrefix(area) {
            plain.removeFirst(area.count)
            if areas.contains(plain) { break }
        }
        for word in Self.empty { plain = plain.replacing(word, with: "") }
        plain = Self.digits(plain.replacing("大街", with: "街").replacing("大道", with: "道"))
        var (roads, other): ([String], String) = ([], "")
        var name = ""
        for character in plain {
            if Self.joining.contains(character) {
                other += name
                name = ""
            } else {
                name.append(character)
                if Self.roadEnds.contains(character), name.count > 1, !name.allSatisfy(\.isNumber) {
                    roads.append(name)
                    name = ""
                }
            }
        }
        let (house, after) = Self.house(other + name)
        self.roads = roads
        self.house = house
        rest = after
        pairs = PlainText.pairs(Array((roads.sorted().joined() + after).unicodeScalars))
    }

    package var isEmpty: Bool { roads.isEmpty && house == nil && rest.isEmpty }

    private static let empty = ["交叉口", "交汇处", "十字路口", "路口", "附近", "旁边", "门口", "对面", "东侧", "西侧", "南侧", "北侧"]
    private static let joining: Set<Character> = ["与", "和", "交", "至", "到"]
    private static let roadEnds: Set<Character> = ["路", "街", "道", "巷"]

    /// 三号 as 3号, up to 十九, where a number of a house, a building or a stop follows.
    private static func digits(_ text: String) -> String {
        let characters = Array(text)
        var result = ""
        var index = 0
        while index < characters.count {
            var value = 0
            var end = index
            if characters[end] == "十" {
                value = 10
                end += 1
            }
            if end < characters.count, let digit = ones[characters[end]] {
                value += digit
                end += 1
            }
            if end > index, end < characters.count, ["号", "栋", "楼", "单"].contains(characters[end]),
                index == 0 || ones[characters[index - 1]] == nil && characters[index - 1] != "十"
            {
                result += String(value)
                index = end
            } else {
                result.append(characters[index])
                index += 1
            }
        }
        return result
    }

    private static let ones: [Character: Int] = [
        "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    ]

    /// The first number before 号, and the text without both.
    private static func house(_ text: String) -> (Int?, String) {
        let characters = Array(text)
        for (index, character) in characters.enumerated() where character == "号" {
            var start = index
            while start > 0, characters[start - 1].isASCII, characters[start - 1].isNumber { start -= 1 }
            guard start < index, index - start <= 6, let number = Int(String(characters[start..<index])) else { continue }
            return (number, String(characters[..<start] + characters[(index + 1)...]))
        }
        return (nil, text)
    }

    /// How alike two places are, from 0 to 1.
    package func likeness(to other: PlaceText) -> Double {
        guard !roads.isEmpty, !other.roads.isEmpty else { return PlainText.dice(pairs, other.pairs) }
        let common = Set(roads).intersection(other.roads)
        guard !common.isEmpty else { return PlainText.dice(pairs, other.pairs) * 0.5 }
        if Set(roads) == Set(other.roads), roads.count > 1 { return 1 }
        if let mine = house, let theirs = other.house {
            if mine == theirs { return 1 }
            // Neighbours on one side are two numbers apart.
            return abs(mine - theirs) <= 4 ? 0.7 : 0.3
        }
        if rest.isEmpty || other.rest.isEmpty { return rest == other.rest && house == other.house ? 1 : 0.75 }
        let details = PlainText.dice(
            PlainText.pairs(Array(rest.unicodeScalars)), PlainText.pairs(Array(other.rest.unicodeScalars)))
        return 0.5 + 0.5 * details
    }

    /// What share of this place another text names, from 0 to 1.
    func share(in text: [UInt64]) -> Double {
        pairs.isEmpty ? 0 : Double(PlainText.shared(pairs, text)) / Double(pairs.count)
    }
}

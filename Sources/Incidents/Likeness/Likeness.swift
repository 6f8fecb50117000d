import Model

/// A complaint as it is compared with others; no personal data.
package struct ComplaintFacts: Sendable {
    package let name: ComplaintName
    package let accepted: Timestamp
    /// 大类+小类, four digits.
    package let category: String?
    package let place: PlaceText?
    let pairs: [UInt64]

    package init(
        name: ComplaintName, accepted: Timestamp, text: String, place: String? = nil, category: String? = nil,
        areas: [String] = PlaceText.areas
    ) {
        self.name = name
        self.accepted = accepted
        self.category = category
        let known = place.map { PlaceText($0, areas: areas) }
        self.place = known?.isEmpty ?? true ? nil : known
        pairs = PlainText.pairs(PlainText.of(text.replacing("大街", with: "街")))
    }
}

/// How likely two complaints tell of one thing, and why; a suggestion to a person and never a decision.
package struct Likeness: Hashable, Sendable {
    /// A reason in the words of both languages.
    package struct Reason: Hashable, Sendable {
        package let zh: String
        package let en: String
    }

    /// From 0 to 1.
    package let score: Double
    package let reasons: [Reason]

    /// Compares two complaints.
    ///
    /// The score is a weighted mean of place (0.4), text (0.4), time and category (0.1 each) over what both tell. Where
    /// neither a place nor the other's text ties them to one spot it counts four fifths: 占道经营 is said of many streets.
    ///
    /// - Parameter window: complaints further apart than this are not alike at all.
    package init(_ one: ComplaintFacts, _ other: ComplaintFacts, window: Span) {
        let apart = Span(microseconds: abs((one.accepted - other.accepted).microseconds))
        guard apart <= window, window > .zero else {
            (score, reasons) = (0, [])
            return
        }
        var sum = Weighted()
        var reasons: [Reason] = []
        let place = Self.place(one, other)
        if let place {
            sum.add(place.value, 0.4)
            if place.value >= 0.6 { reasons.append(place.reason) }
        }
        let text = PlainText.dice(one.pairs, other.pairs)
        sum.add(text, 0.4)
        if text >= 0.3 {
            let percent = Int((text * 100).rounded())
            reasons.append(Reason(zh: "内容相似 \(percent)%", en: "the texts are \(percent) % alike"))
        }
        sum.add(1 - Double(apart.microseconds) / Double(window.microseconds), 0.1)
        reasons.append(Self.reason(apart))
        if let mine = one.category, let theirs = other.category {
            sum.add(mine == theirs ? 1 : mine.prefix(2) == theirs.prefix(2) ? 0.5 : 0, 0.1)
            if mine == theirs { reasons.append(Reason(zh: "类别相同 \(mine)", en: "the same category \(mine)")) }
        }
        score = sum.mean * (place == nil ? 0.8 : 1)
        self.reasons = reasons
    }

    private struct Weighted {
        var sum = 0.0
        var weight = 0.0

        mutating func add(_ value: Double, _ weight: Double) {
            sum += value * weight
            self.weight += weight
        }

        var mean: Double { weight == 0 ? 0 : sum / weight }
    }

    /// By both places, or by how much of the one place the other's text names.
    private static func place(_ one: ComplaintFacts, _ other: ComplaintFacts) -> (value: Double, reason: Reason)? {
        if let mine = one.place, let theirs = other.place {
            let value = mine.likeness(to: theirs)
            let reason =
                value == 1
                ? Reason(zh: "地点相同", en: "the same place") : Reason(zh: "地点相近", en: "places that are alike")
            return (value, reason)
        }
        let named = one.place.map { $0.share(in: other.pairs) } ?? other.place.map { $0.share(in: one.pairs) }
        guard let named, named >= 0.5 else { return nil }
        return (named, Reason(zh: "内容中提到该地点", en: "the text names the other's place"))
    }

    private static func reason(_ apart: Span) -> Reason {
        let minutes = apart.seconds / 60
        return switch minutes {
        case ..<60: Reason(zh: "相隔 \(minutes) 分钟", en: "\(minutes) min apart")
        case ..<2880: Reason(zh: "相隔 \(minutes / 60) 小时", en: "\(minutes / 60) h apart")
        default: Reason(zh: "相隔 \(minutes / 1440) 天", en: "\(minutes / 1440) days apart")
        }
    }
}

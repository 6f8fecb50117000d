import Model

/// Which complaints may tell of one thing; suggestions for a person to merge or to pass over.
package struct ComplaintSuggestions: Sendable {
    /// Two complaints, the earlier first.
    package struct Pair: Hashable, Sendable {
        package let earlier: ComplaintName
        package let later: ComplaintName
        package let likeness: Likeness
    }

    /// Complaints further apart than this are not compared.
    package var window: Span
    /// What scores less is not suggested.
    package var threshold: Double

    package init(window: Span = .days(7), threshold: Double = 0.6) {
        self.window = window
        self.threshold = threshold
    }

    /// All pairs that are alike enough, the likeliest first.
    ///
    /// Compared is only what lies within the window of each other and shares a pair of characters of the place, or three
    /// of the text.
    package func pairs(among complaints: [ComplaintFacts]) -> [Pair] {
        let ordered = complaints.sorted { ($0.accepted, $0.name) < ($1.accepted, $1.name) }
        var found: [Pair] = []
        var first = 0
        for index in ordered.indices {
            let later = ordered[index]
            while later.accepted - ordered[first].accepted > window { first += 1 }
            for earlier in first..<index {
                if let pair = compare(ordered[earlier], later) { found.append(pair) }
            }
        }
        return found.sorted(by: Self.before)
    }

    /// What is like one complaint, the likeliest first.
    package func pairs(of complaint: ComplaintFacts, among others: [ComplaintFacts]) -> [Pair] {
        others.compactMap { other in
            guard other.name != complaint.name else { return nil }
            let isEarlier = (other.accepted, other.name) < (complaint.accepted, complaint.name)
            return isEarlier ? compare(other, complaint) : compare(complaint, other)
        }.sorted(by: Self.before)
    }

    private func compare(_ earlier: ComplaintFacts, _ later: ComplaintFacts) -> Pair? {
        guard mayBeAlike(earlier, later) else { return nil }
        let likeness = Likeness(earlier, later, window: window)
        return likeness.score < threshold
            ? nil : Pair(earlier: earlier.name, later: later.name, likeness: likeness)
    }

    private func mayBeAlike(_ one: ComplaintFacts, _ other: ComplaintFacts) -> Bool {
        if let mine = one.place, let theirs = other.place, PlainText.shared(mine.pairs, theirs.pairs) > 0 { return true }
        return PlainText.shared(one.pairs, other.pairs) >= min(3, one.pairs.count, other.pairs.count)
    }

    private static func before(_ left: Pair, _ right: Pair) -> Bool {
        left.likeness.score != right.likeness.score
            ? left.likeness.score > right.likeness.score : (left.earlier, left.later) < (right.earlier, right.later)
    }
}

/// Finds numbers that stand in running text between known words.
struct TextFigures {
    let text: String

    struct Found: Hashable {
        let words: String
        /// The number as printed.
        let number: String
    }

    /// Every `before` that is directly followed by ASCII digits (and at most one point) and one of `after`.
    func numbers(before: [String], after: [String]) -> [Found] {
        before.flatMap { words in
            text.ranges(of: words).compactMap { range -> Found? in
                let rest = text[range.upperBound...].drop { $0 == " " }
                let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
                guard !number.isEmpty else { return nil }
                let tail = rest[number.endIndex...].drop { $0 == " " }
                return after.contains { tail.hasPrefix($0) } ? Found(words: words, number: String(number)) : nil
            }
        }
    }

    func contains(_ words: String) -> Bool { text.contains(words) }
}

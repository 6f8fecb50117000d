/// The words of one line of `ls -l`, with where each one lies.
struct FTPListingWords {
    private let line: ArraySlice<UInt8>
    private let ranges: [Range<Int>]

    /// Only the beginning is split: a name may be of a thousand words.
    init(_ line: ArraySlice<UInt8>) {
        self.line = line
        var ranges: [Range<Int>] = []
        var start: Int?
        for index in line.indices where ranges.count < 14 {
            if line[index] == 0x20 || line[index] == 0x09 {
                if let begun = start { ranges.append(begun..<index) }
                start = nil
            } else if start == nil {
                start = index
            }
        }
        if let start, ranges.count < 14 { ranges.append(start..<line.endIndex) }
        self.ranges = ranges
    }

    var count: Int { ranges.count }

    func text(_ index: Int) -> String? {
        ranges.indices.contains(index) ? String(decoding: line[ranges[index]], as: UTF8.self) : nil
    }

    /// What follows a word and one blank: names may begin with blanks.
    func rest(after index: Int, skippingBlanks: Bool = false) -> [UInt8]? {
        guard ranges.indices.contains(index), ranges[index].upperBound + 1 < line.endIndex else { return nil }
        let rest = line[(ranges[index].upperBound + 1)...]
        return skippingBlanks ? Array(rest.drop { $0 == 0x20 }) : Array(rest)
    }

    /// `Nov 23 18:44`, `Nov 23 2026`, `23 Nov 18:44`, `2026-11-23 18:44`, `11月 23 18:44`.
    func date(at index: Int) -> (words: Int, text: String)? {
        guard let first = text(index), let second = text(index + 1) else { return nil }
        if first.count == 10, first.utf8.filter({ $0 == 0x2D }).count == 2, second.contains(":") {
            return (2, first + " " + second)
        }
        guard let third = text(index + 2), third.contains(":") || (third.count == 4 && Int(third) != nil) else { return nil }
        guard (Self.isMonth(first) && Self.isDay(second)) || (Self.isDay(first) && Self.isMonth(second)) else { return nil }
        return (3, first + " " + second + " " + third)
    }

    private static let months: Set<String> = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func isMonth(_ word: String) -> Bool {
        months.contains(word.lowercased()) || (word.hasSuffix("月") && Int(word.dropLast()) != nil)
    }

    private static func isDay(_ word: String) -> Bool {
        Int(word.hasSuffix("日") ? word.dropLast() : word[...]).map { (1...31).contains($0) } ?? false
    }
}

/// One rule that a report must meet, read from versioned data; the evaluator knows kinds, not rules.
struct Rule: Sendable, Decodable {
    /// E must hold, W should hold and needs a reason if not, I is information.
    enum Level: String, Sendable, Decodable {
        case error = "E"
        case warning = "W"
        case information = "I"
    }

    enum Kind: String, Sendable, Decodable {
        case balance, chapters, shape, numbers, period, rates, growth, overdue, applications, provenance, drafts, channels
        case textCounts = "text-counts"
        case textPercent = "text-percent"
        case textNone = "text-none"
        case textMentions = "text-mentions"
    }

    enum Relation: String, Sendable, Decodable {
        case equal
        case atMost = "at-most"
    }

    /// Words of the text, and what in the tables they speak of.
    struct Phrase: Sendable, Decodable {
        let before: [String]
        let after: [String]?
        let cells: [String]?
        let rate: String?
    }

    let id: String
    let level: Level
    let kind: Kind
    let zh: String
    let en: String
    /// What stands in turn for `*` in the terms; the rule is judged once for each.
    let each: [String]?
    let left: [String]?
    let right: [String]?
    let relation: Relation?
    let phrases: [Phrase]?
    /// From 1.
    let chapter: Int?
    let days: Int?
    let factor: Int?
    let register: String?

    /// Its letter; what a report must be (S) comes before what it says.
    var group: String { id.hasPrefix("S") ? "" : String(id.prefix(1)) }
    var number: Int { Int(id.dropFirst()) ?? 0 }
}

/// One summand of a balance: a cell of this report or the previous one, added or taken away.
struct Term: Sendable {
    let key: String
    let previous: Bool
    let sign: Int

    init(_ text: String, filling instance: String?) {
        var rest = text[...]
        let negative = rest.hasPrefix("-")
        if negative { rest = rest.dropFirst() }
        let isPrevious = rest.hasPrefix("previous:")
        if isPrevious { rest = rest.dropFirst("previous:".count) }
        sign = negative ? -1 : 1
        previous = isPrevious
        key = rest.split(separator: "*", omittingEmptySubsequences: false).joined(separator: instance ?? "*")
    }

    /// `previous:t3.r25.natural`: the term as findings name it.
    var name: String { (previous ? "previous:" : "") + key }
}

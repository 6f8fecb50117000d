import Journal
import Model
import TestKit
import Testing

@testable import Ledger

@Suite("Suggestions for the register in the ledger")
struct PublicationRowsTests {
    let bench: LedgerBench
    private static let source = "patrold:/feeds/daily"
    private static let now = LedgerBench.start

    init() throws {
        bench = try LedgerBench()
    }

    private static let article = PublicationSuggestion(
        id: "a1", outlet: "包头日报", title: "昆区城管整治", link: "http://n/1", published: Day("2021-03-05") ?? Day(now, in: .shanghai),
        keywords: ["城管"])

    private static func suggested(_ article: PublicationSuggestion = article, source: String = source) -> Event {
        Event(
            source: source, id: article.id, type: EventType.publicationSuggested, received: now, data: article.json.bytes)
    }

    private func confirm(_ number: String, cause: Position? = 1, by: String = "li") throws {
        for event in Self.article.confirmed(number: number, by: by, source: Self.source, cause: cause, at: Self.now) {
            try bench.apply(event)
        }
    }

    private var row: PublicationRow {
        get throws { try #require(try bench.ledger.reader.publications(named: "a1").first) }
    }

    @Test("a confirmed suggestion is a record whose events begin with the feed's item")
    func confirmed() throws {
        try bench.apply(Self.suggested())
        #expect(try bench.ledger.reader.publications(state: .open).map(\.suggestion) == [Self.article])
        try confirm("2021-317")
        let record = try #require(try bench.ledger.reader.snapshot { try $0.records(of: "publication") }.first)
        #expect(record.record["title"] == "昆区城管整治" && record.record["published"] == "2021-03-05")
        #expect(record.events == bench.events.prefix(2).map { EventReference(position: $0.position, leaf: $0.leaf) })
        #expect(try row.state == .confirmed && row.number == "2021-317" && row.by == "li" && row.decided == Self.now)
        #expect(try bench.ledger.reader.publications(named: "2021-317") == [row])
        #expect(try bench.ledger.reader.publications(named: "3") == [row])
        #expect(try bench.ledger.reader.steps(of: row) == [1, 3])
        #expect(try bench.ledger.reader.publications(state: .open).isEmpty)
    }

    @Test("the first decision stands, and what changes afterwards changes nothing")
    func firstStands() throws {
        try bench.apply(Self.suggested(), Self.article.dismissed(by: "li", reason: "无关", source: Self.source, at: Self.now))
        var changed = Self.article
        changed.title = "更正"
        try bench.apply(Self.suggested(changed))
        try confirm("2021-317")
        #expect(try row.state == .dismissed && row.reason == "无关" && row.number == nil)
        #expect(try row.suggestion.title == "昆区城管整治" && row.latest == 1)
    }

    @Test("until it is decided an article says what it said last, under the position where it came first")
    func changed() throws {
        var changed = Self.article
        changed.title = "更正"
        try bench.apply(Self.suggested(), Self.suggested(changed))
        #expect(try row.suggestion.title == "更正" && row.position == 1 && row.latest == 2)
        #expect(try bench.ledger.reader.publications(named: "2") == [row])
    }

    @Test("a yes whose number another record has, or that names another cause, leaves the suggestion open")
    func withoutRecord() throws {
        try bench.apply(Facts.register(.added, "7", kind: "publication", ["published": "2021-01-01"]), Self.suggested())
        try confirm("7", cause: 2)
        #expect(try row.state == .open)
        try confirm("8", cause: 1)
        #expect(try row.state == .open)
        try confirm("9", cause: 2)
        #expect(try row.state == .confirmed && row.number == "9")
        #expect(try bench.ledger.reader.hasRecord("publication", "7"))
        #expect(try bench.ledger.reader.hasRecord("publication", "10") == false)
    }

    @Test("one article in two outlets is two suggestions, decided apart; a decision on what is not there has no effect")
    func outlets() throws {
        try bench.apply(
            Self.article.dismissed(by: "li", source: Self.source, at: Self.now), Self.suggested(),
            Self.suggested(source: "patrold:/feeds/evening"))
        #expect(try bench.ledger.reader.publications(named: "a1").map(\.state) == [.open, .open])
        try bench.apply(Self.article.dismissed(by: "li", source: "patrold:/feeds/evening", at: Self.now))
        #expect(try bench.ledger.reader.publications(named: "a1").map(\.state) == [.open, .dismissed])
        #expect(try bench.ledger.reader.publications(outlet: "包头日报").map(\.position) == [3, 2])
    }

    @Test("the journal gives the same rows again, in any batch size, and a changed row is found", arguments: [1, 2, 100])
    func again(batch: Int) throws {
        try bench.apply(Self.suggested(), Self.suggested(source: "patrold:/feeds/evening"))
        try confirm("9")
        try bench.apply(Self.article.dismissed(by: "li", source: "patrold:/feeds/evening", at: Self.now))
        #expect(try bench.difference(batch: batch) == nil)
        try bench.sql("UPDATE publication SET state = 'open' WHERE state = 'dismissed'")
        #expect(try bench.difference(batch: batch)?.hasPrefix("table publication:") == true)
        try bench.sql("UPDATE publication SET state = 'dismissed' WHERE state = 'open'")
        try bench.sql("DELETE FROM publication_event")
        #expect(try bench.difference(batch: batch)?.hasPrefix("table publication_event:") == true)
    }
}

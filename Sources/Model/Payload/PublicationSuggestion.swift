/// The `data` of `cn.patrold.publication.suggested`: an article that a clerk may enter into the `publication` register.
///
/// The same article in several outlets is one suggestion for each. A change of the article after publication is a
/// further event with the same `id`; the last one counts until a clerk decides.
package struct PublicationSuggestion: Hashable, Sendable {
    /// Names the article within the outlet's feed.
    package var id: String
    /// The outlet's name as the register prints it.
    package var outlet: String
    package var title: String
    /// Address of the article; empty where the feed gives none.
    package var link: String
    /// In Shanghai.
    package var published: Day
    /// The words of the configuration that were found in it.
    package var keywords: [String]

    package init(id: String, outlet: String, title: String, link: String, published: Day, keywords: [String] = []) {
        self.id = id
        self.outlet = outlet
        self.title = title
        self.link = link
        self.published = published
        self.keywords = keywords
    }

    package var json: JSON {
        .object([
            JSON.Member("id", .string(id)), JSON.Member("outlet", .string(outlet)), JSON.Member("title", .string(title)),
            JSON.Member("link", .string(link)), JSON.Member("published", .string(published.description)),
            JSON.Member("keywords", .array(keywords.map { .string($0) })),
        ])
    }

    package init?(_ json: JSON) {
        guard let id = json["id"]?.string, let outlet = json["outlet"]?.string, let title = json["title"]?.string,
            let published = json["published"]?.string.flatMap({ Day($0) })
        else { return nil }
        self.init(
            id: id, outlet: outlet, title: title, link: json["link"]?.string ?? "", published: published,
            keywords: json["keywords"]?.array?.compactMap(\.string) ?? [])
    }
}

extension PublicationSuggestion {
    /// The record of the `publication` register that a clerk's yes makes of it.
    ///
    /// - Parameter number: the record's number within the register, given by the clerk.
    package func record(number: String, by clerk: String? = nil) -> RegisterRecord {
        RegisterRecord(
            kind: "publication", id: number,
            fields: [
                .init("number", number), .init("kind", "news"), .init("published", published.description),
                .init("title", title), .init("outlet", outlet),
            ], by: clerk)
    }

    /// A clerk's yes: the ordinary addition to the register, and that the suggestion is decided; one delivery.
    ///
    /// - Parameter source: the source of the suggestion's event.
    package func confirmed(number: String, by clerk: String, source: String, at now: Timestamp) -> [Event] {
        let record = record(number: number, by: clerk)
        let added = Event(
            source: "patrold:/registers/publication", id: number + "/added", type: EventType.register("publication", .added),
            subject: number, received: now, data: record.json.bytes)
        return [added, decided(.confirmed, number: number, by: clerk, source: source, at: now)]
    }

    /// A clerk's no.
    package func dismissed(by clerk: String, source: String, at now: Timestamp) -> Event {
        decided(.dismissed, number: nil, by: clerk, source: source, at: now)
    }

    private func decided(
        _ outcome: PublicationDecision.Outcome, number: String?, by clerk: String, source: String, at now: Timestamp
    ) -> Event {
        let decision = PublicationDecision(suggestion: id, outcome: outcome, number: number, by: clerk)
        return Event(
            source: source, id: id + "/decided", type: EventType.publicationDecided, subject: id, received: now,
            data: decision.json.bytes)
    }
}

/// The `data` of `cn.patrold.publication.decided`: what a clerk made of a suggestion; the first decision stands.
package struct PublicationDecision: Hashable, Sendable {
    package enum Outcome: String, Sendable {
        case confirmed, dismissed
    }

    /// `id` of the suggestion; its source is the source of this event.
    package var suggestion: String
    package var outcome: Outcome
    /// Number of the record that it became.
    package var number: String?
    package var by: String

    package init(suggestion: String, outcome: Outcome, number: String?, by: String) {
        self.suggestion = suggestion
        self.outcome = outcome
        self.number = number
        self.by = by
    }

    package var json: JSON {
        .object(present: [
            ("suggestion", .string(suggestion)), ("outcome", .string(outcome.rawValue)),
            ("number", number.map { .string($0) }), ("by", .string(by)),
        ])
    }

    package init?(_ json: JSON) {
        guard let suggestion = json["suggestion"]?.string, let by = json["by"]?.string,
            let outcome = json["outcome"]?.string.flatMap({ Outcome(rawValue: $0) })
        else { return nil }
        self.init(suggestion: suggestion, outcome: outcome, number: json["number"]?.string, by: by)
    }
}

extension EventType {
    /// An article in an outlet names the bureau.
    package static let publicationSuggested = prefix + "publication.suggested"
    /// A clerk confirmed or dismissed a suggestion.
    package static let publicationDecided = prefix + "publication.decided"
}

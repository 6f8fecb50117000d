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
    /// - Parameters:
    ///   - number: the record's number within the register, given by the clerk.
    ///   - cause: where the journal has the suggestion as the clerk saw it.
    package func record(number: String, by clerk: String? = nil, cause: Position? = nil) -> RegisterRecord {
        RegisterRecord(
            kind: "publication", id: number,
            fields: [
                .init("number", number), .init("kind", "news"), .init("published", published.description),
                .init("title", title), .init("outlet", outlet),
            ], by: clerk, cause: cause)
    }

    /// A clerk's yes: the ordinary addition to the register, and that the suggestion is decided; one delivery.
    ///
    /// - Parameter source: the source of the suggestion's event.
    package func confirmed(
        number: String, by clerk: String, source: String, cause: Position? = nil, at now: Timestamp
    ) -> [Event] {
        let record = record(number: number, by: clerk, cause: cause)
        let added = Event(
            source: "patrold:/registers/publication", id: number + "/added", type: EventType.register("publication", .added),
            subject: number, received: now, data: record.json.bytes)
        let decision = PublicationDecision(suggestion: id, outcome: .confirmed, number: number, by: clerk)
        // A yes that had no effect, because the number was taken meanwhile, leaves room for another.
        return [added, decision.event(id: id + "/confirmed/" + number, source: source, at: now)]
    }

    /// A clerk's no.
    package func dismissed(by clerk: String, reason: String? = nil, source: String, at now: Timestamp) -> Event {
        var decision = PublicationDecision(suggestion: id, outcome: .dismissed, number: nil, by: clerk)
        decision.reason = reason
        return decision.event(id: id + "/dismissed", source: source, at: now)
    }
}

/// The `data` of `cn.patrold.publication.decided`: what a clerk made of a suggestion.
///
/// The first decision stands; a yes counts only if its record entered the register.
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
    /// Why not.
    package var reason: String?

    package init(suggestion: String, outcome: Outcome, number: String?, by: String) {
        self.suggestion = suggestion
        self.outcome = outcome
        self.number = number
        self.by = by
    }

    package var json: JSON {
        .object(present: [
            ("suggestion", .string(suggestion)), ("outcome", .string(outcome.rawValue)),
            ("number", number.map { .string($0) }), ("by", .string(by)), ("reason", reason.map { .string($0) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let suggestion = json["suggestion"]?.string, let by = json["by"]?.string,
            let outcome = json["outcome"]?.string.flatMap({ Outcome(rawValue: $0) })
        else { return nil }
        self.init(suggestion: suggestion, outcome: outcome, number: json["number"]?.string, by: by)
        reason = json["reason"]?.string
    }

    fileprivate func event(id: String, source: String, at now: Timestamp) -> Event {
        Event(
            source: source, id: id, type: EventType.publicationDecided, subject: suggestion, received: now, data: json.bytes)
    }
}

extension EventType {
    /// An article in an outlet names the bureau.
    package static let publicationSuggested = prefix + "publication.suggested"
    /// A clerk confirmed or dismissed a suggestion.
    package static let publicationDecided = prefix + "publication.decided"
}

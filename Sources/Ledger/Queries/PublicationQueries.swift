import GRDB
import Model

/// A suggestion for the `publication` register as it stands.
package struct PublicationRow: Hashable, Sendable {
    /// Where it came first; clerks name it by that.
    package let position: Position
    /// Where the journal has its last words.
    package let latest: Position
    /// The feed, `patrold:/feeds/NAME`.
    package let source: String
    package let suggestion: PublicationSuggestion
    package let received: Timestamp
    package let state: PublicationState
    /// Number of the record that it became.
    package let number: String?
    /// Why it was dismissed.
    package let reason: String?
    package let by: String?
    package let decided: Timestamp?

    package var json: JSON {
        .object(present: [
            ("position", .int(position)), ("state", .string(state.rawValue)), ("outlet", .string(suggestion.outlet)),
            ("title", .string(suggestion.title)), ("link", .string(suggestion.link)),
            ("published", .string(suggestion.published.description)),
            ("keywords", .array(suggestion.keywords.map { .string($0) })), ("received", .string(received.text())),
            ("source", .string(source)), ("id", .string(suggestion.id)), ("latest", .int(latest)),
            ("number", number.map { .string($0) }), ("reason", reason.map { .string($0) }), ("by", by.map { .string($0) }),
            ("decided", decided.map { .string($0.text()) }),
        ])
    }

    init?(_ row: Row) {
        guard let state = PublicationState(rawValue: row["state"]), let published = Day(row["published"] as String) else {
            return nil
        }
        let keywords = (try? JSON(parsing: row["keywords"] as String))?.array?.compactMap(\.string) ?? []
        suggestion = PublicationSuggestion(
            id: row["id"], outlet: row["outlet"], title: row["title"], link: row["link"], published: published,
            keywords: keywords)
        self.state = state
        position = row["position"]
        latest = row["latest"]
        source = row["source"]
        received = Timestamp(microseconds: row["received"])
        number = row["number"]
        reason = row["reason"]
        by = row["actor"]
        decided = (row["decided"] as Int64?).map { Timestamp(microseconds: $0) }
    }
}

extension LedgerReader {
    /// Suggestions for the `publication` register, newest first.
    ///
    /// - Parameters:
    ///   - state: nothing means all.
    ///   - outlet: those of this outlet only.
    package func publications(
        state: PublicationState? = nil, outlet: String? = nil, limit: Int = 100
    ) throws -> [PublicationRow] {
        try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM publication WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR outlet = ?2)
                    ORDER BY position DESC LIMIT ?3
                    """, arguments: [state?.rawValue, outlet, limit]
            ).compactMap { PublicationRow($0) }
        }
    }

    /// The suggestions that a person may mean: by any position of its history, else by the article's id or the record's
    /// number.
    package func publications(named name: String) throws -> [PublicationRow] {
        try pool.read { db in
            let byPosition = try Row.fetchAll(
                db,
                sql: """
                    SELECT publication.* FROM publication_event JOIN publication USING (source, id)
                    WHERE publication_event.position = ?
                    """, arguments: [Position(name)])
            let rows =
                try byPosition.isEmpty
                ? Row.fetchAll(
                    db, sql: "SELECT * FROM publication WHERE id = ?1 OR number = ?1 ORDER BY position", arguments: [name])
                : byPosition
            return rows.compactMap { PublicationRow($0) }
        }
    }

    /// A suggestion's history, oldest first.
    package func steps(of publication: PublicationRow) throws -> [Position] {
        try pool.read { db in
            try Int64.fetchAll(
                db, sql: "SELECT position FROM publication_event WHERE source = ? AND id = ? ORDER BY position",
                arguments: [publication.source, publication.suggestion.id])
        }
    }

    /// Whether a register has, or had, a record of that identity; a voided one keeps its name.
    package func hasRecord(_ kind: String, _ id: String) throws -> Bool {
        try pool.read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM register WHERE kind = ? AND id = ?)", arguments: [kind, id]) ?? false
        }
    }
}

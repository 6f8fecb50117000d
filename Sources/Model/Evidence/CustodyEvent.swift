/// What is done with an item of evidence; the raw value ends the event type `cn.patrold.evidence.`.
package enum CustodyAct: String, Hashable, Sendable, CaseIterable {
    /// 调阅.
    case viewed
    /// 导出: a copy left the store, with a purpose.
    case exported
    /// 附卷: it belongs to an incident from now on.
    case attached
    /// 撤出案卷.
    case detached
    /// 文字说明: a transcript was put beside it.
    case transcribed
    /// 封存 (legal hold): nothing may remove it until it is released.
    case held
    /// 解除封存.
    case released
    /// The stored file is missing or is not what its name says.
    case damaged

    /// The act that an event type names, nothing where it is none of these.
    package init?(type: String) {
        guard type.hasPrefix(EventType.evidence("")) else { return nil }
        self.init(rawValue: String(type.dropFirst(EventType.evidence("").count)))
    }
}

/// The `data` of `cn.patrold.evidence.<act>`: one line of an item's custody log (保管记录).
package struct CustodyEvent: Hashable, Sendable {
    package static let source = "patrold:/evidence"

    /// SHA-256 of the item, hexadecimal; also its name in the evidence store.
    package var sha256: String
    package var act: CustodyAct
    /// Who: an account, or `rule:NAME`.
    package var by: String
    /// When it was done, where that is not when it was told.
    package var at: Timestamp?
    /// Why; for held and released it is the hold's name, and every hold is released apart.
    package var reason: String?
    /// For attached and detached: the incident.
    package var incident: String?
    /// For exported: what the copy is for.
    package var purpose: String?
    /// For transcribed: SHA-256 of the text in the evidence store.
    package var transcript: String?
    /// For damaged: SHA-256 of what stands there now, or `missing`.
    package var found: String?

    package init(_ act: CustodyAct, _ sha256: String, by: String) {
        self.act = act
        self.sha256 = sha256
        self.by = by
    }

    package var json: JSON {
        .object(present: [
            ("sha256", .string(sha256)), ("by", .string(by)), ("at", at.map { .string($0.text()) }),
            ("reason", reason.map { .string($0) }), ("incident", incident.map { .string($0) }),
            ("purpose", purpose.map { .string($0) }), ("transcript", transcript.map { .string($0) }),
            ("found", found.map { .string($0) }),
        ])
    }

    /// Reads the payload of an act; nothing where it names no item.
    package init?(_ act: CustodyAct, _ json: JSON) {
        guard let sha256 = json["sha256"]?.string, EvidenceItem.isHash(sha256) else { return nil }
        self.init(act, sha256, by: json["by"]?.string ?? "")
        at = json["at"]?.string.flatMap { Timestamp($0) }
        reason = json["reason"]?.string
        incident = json["incident"]?.string
        purpose = json["purpose"]?.string
        transcript = json["transcript"]?.string.flatMap { EvidenceItem.isHash($0) ? $0 : nil }
        found = json["found"]?.string
    }

    /// The event of this act.
    ///
    /// - Parameter id: unique among all acts on all items; the caller's, so that telling it again is the same fact.
    package func event(id: String, received: Timestamp) -> Event {
        Event(
            source: Self.source, id: id, type: EventType.evidence(act.rawValue), subject: sha256, received: received,
            data: json.bytes)
    }
}

/// A custody event with its place in the journal.
package struct CustodyEntry: Hashable, Sendable {
    package let position: Position
    package let received: Timestamp
    package let event: CustodyEvent

    package init(position: Position, received: Timestamp, event: CustodyEvent) {
        self.position = position
        self.received = received
        self.event = event
    }

    /// Reads a custody event of the journal; nothing where it is another.
    package init?(_ stored: StoredEvent) {
        guard stored.event.source == CustodyEvent.source, let act = CustodyAct(type: stored.event.type),
            let event = stored.event.payload.flatMap({ CustodyEvent(act, $0) })
        else { return nil }
        self.init(position: stored.position, received: stored.event.received, event: event)
    }

    package var json: JSON {
        .object(
            [
                JSON.Member("position", .int(position)), JSON.Member("received", .string(received.text())),
                JSON.Member("act", .string(event.act.rawValue)),
            ] + (event.json.members ?? []))
    }
}

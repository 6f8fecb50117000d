import Model

/// Makes events of a news feed's items; knows what was told before.
struct SyndicationReading {
    /// What was told of an item: its content, and when it counts as accepted.
    struct Known: Hashable {
        var digest: String
        var accepted: Timestamp
    }

    /// Items remembered at most; the ids of the others are known to the journal.
    private static let memory = 3000

    let feed: SyndicationFeed
    private(set) var known: [String: Known] = [:]
    /// The ids of `known`, the latest last.
    private var order: [String] = []

    init(_ feed: SyndicationFeed) {
        self.feed = feed
    }

    /// The events of the items that are new or changed, in the order of the document from its end: the oldest first.
    mutating func events(of document: FeedDocument, received: Timestamp) -> [Event] {
        let events = document.items.reversed().compactMap { event($0, received) }
        forget()
        return events
    }

    private mutating func event(_ item: FeedItem, _ received: Timestamp) -> Event? {
        let found = item.matches(feed.keywords)
        var isWanted = !found.isEmpty
        if case .channel = feed.use, feed.keywords.isEmpty { isWanted = true }
        guard isWanted else { return nil }
        let before = known[item.id]
        guard before?.digest != item.digest else { return nil }
        let accepted = before?.accepted ?? Self.accepted(item, received)
        if before == nil { order.append(item.id) }
        known[item.id] = Known(digest: item.digest, accepted: accepted)
        let change = before == nil ? nil : String(item.digest.prefix(8))
        switch feed.use {
        case .channel(let key): return complaint(item, key, accepted, change, received)
        case .outlet(let name): return suggestion(item, name, found, accepted, change, received)
        }
    }

    /// When it was published; a date of tomorrow or none is the date of arrival.
    private static func accepted(_ item: FeedItem, _ received: Timestamp) -> Timestamp {
        guard let published = item.published, published < received + .days(1) else { return received }
        return published
    }

    private func complaint(
        _ item: FeedItem, _ channel: String, _ accepted: Timestamp, _ change: String?, _ received: Timestamp
    ) -> Event {
        let text = [item.title, item.text == item.title ? "" : item.text, item.link].filter { !$0.isEmpty }
        let complaint = Complaint(
            channel: channel, number: item.id, accepted: accepted, text: text.joined(separator: "\n"))
        return Event(
            source: "patrold:/channels/" + channel, id: item.id + (change.map { "/updated/" + $0 } ?? ""),
            type: change == nil ? EventType.complaintReceived : EventType.complaintUpdated, subject: channel + "/" + item.id,
            time: accepted.text(), received: received, data: complaint.json.bytes)
    }

    private func suggestion(
        _ item: FeedItem, _ outlet: String, _ keywords: [String], _ accepted: Timestamp, _ change: String?,
        _ received: Timestamp
    ) -> Event {
        let suggestion = PublicationSuggestion(
            id: item.id, outlet: outlet, title: item.title.isEmpty ? HTMLText.shortened(item.text, to: 80) : item.title,
            link: item.link, published: Day(accepted, in: .shanghai), keywords: keywords)
        return Event(
            source: feed.source, id: item.id + (change.map { "/changed/" + $0 } ?? ""), type: EventType.publicationSuggested,
            subject: item.id, time: accepted.text(), received: received, data: suggestion.json.bytes)
    }

    private mutating func forget() {
        guard order.count > Self.memory else { return }
        let surplus = order.count - Self.memory
        for id in order.prefix(surplus) { known[id] = nil }
        order.removeFirst(surplus)
    }
}

// What is kept from one start to the next.
extension SyndicationReading {
    var json: JSON {
        .array(
            order.compactMap { id in
                known[id].map { ["id": .string(id), "digest": .string($0.digest), "accepted": .string($0.accepted.text())] }
            })
    }

    mutating func restore(_ json: JSON) {
        for entry in json.array ?? [] {
            guard let id = entry["id"]?.string, let digest = entry["digest"]?.string, known[id] == nil,
                let accepted = entry["accepted"]?.string.flatMap({ Timestamp($0) })
            else { continue }
            known[id] = Known(digest: digest, accepted: accepted)
            order.append(id)
        }
    }

    /// Reads quarantined bytes of a feed again; the entry itself where they are still none.
    static func replay(_ unreadable: Unreadable, feed: SyndicationFeed, received: Timestamp) -> [Arrival] {
        do throws(FeedUnreadable) {
            var reading = SyndicationReading(feed)
            let document = try FeedDocument(unreadable.bytes, from: feed.address.url)
            return reading.events(of: document, received: received).map { .event($0) }
        } catch {
            return [.unreadable(unreadable)]
        }
    }
}

extension SyndicationFeed {
    /// Reads quarantined bytes of this feed again; the entry itself where they are still no news feed.
    package func replay(_ unreadable: Unreadable, received: Timestamp) -> [Arrival] {
        SyndicationReading.replay(unreadable, feed: self, received: received)
    }
}

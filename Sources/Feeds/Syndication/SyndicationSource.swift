import Model

/// Fetches a news feed with conditional requests (RFC 9110 §13), and tells what is new in it.
actor SyndicationSource: PeriodicSource {
    private let feed: SyndicationFeed
    private let multi = CurlMulti(label: "patrold.feeds.syndication", maxHostConnections: 1)
    private let file: MarkFile
    private var reading: SyndicationReading
    private var tag: String?
    private var modified: String?
    /// Digest of the last document that could not be read, which is in quarantine already.
    private var unreadable: String?
    private var isRestored = false

    init(_ feed: SyndicationFeed) {
        self.feed = feed
        file = MarkFile(path: feed.mark)
        reading = SyndicationReading(feed)
    }

    func visit(_ desk: PeriodicDesk) async throws -> PeriodicVisit {
        await restore()
        let answer: CurlResponse
        do {
            answer = try await multi.send(request())
        } catch let error as CurlError {
            throw PeriodicTrouble(error, asking: "the news feed \(host)")
        }
        guard answer.status != 304 else { return PeriodicVisit(detail: "nothing new") }
        try check(answer, at: desk.clock.now())
        return try await take(answer, desk)
    }

    /// The host alone: paths and queries may hold keys.
    private var host: String {
        let rest = feed.address.url.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" && $0 != "?" }
        return String(rest.split(separator: "@").last ?? rest)
    }

    private func request() -> CurlRequest {
        var headers = [(name: "Accept", value: "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.1")]
        if let tag { headers.append(("If-None-Match", tag)) }
        if let modified { headers.append(("If-Modified-Since", modified)) }
        return feed.address.request("", headers: headers)
    }

    private func check(_ answer: CurlResponse, at now: Timestamp) throws {
        switch answer.status {
        case 200: return
        case 301, 302, 303, 307, 308:
            let target = answer.head["Location"].map { " to " + $0.prefix { $0 != "?" && $0 != "#" }.prefix(200) } ?? ""
            throw PeriodicTrouble.refused("the news feed \(host) has moved\(target); put the new address into the configuration")
        case 401, 403:
            throw PeriodicTrouble.refused("the news feed \(host) answers \(answer.status); check user and password")
        case 404, 410:
            throw PeriodicTrouble.refused("the news feed \(host) answers \(answer.status); correct its address")
        case 429, 503:
            guard let seconds = answer.head["Retry-After"].flatMap({ Int64($0) }), seconds > 0 else { break }
            let until = now + .seconds(min(seconds, 86400))
            throw PeriodicTrouble.postponed(until: until, "the news feed \(host) wants no question before \(until.text())")
        default: break
        }
        throw PeriodicTrouble.failed("the news feed \(host) answers \(answer.status); it is asked again")
    }

    private func take(_ answer: CurlResponse, _ desk: PeriodicDesk) async throws -> PeriodicVisit {
        let now = desk.clock.now()
        let document: FeedDocument
        do throws(FeedUnreadable) {
            document = try FeedDocument(answer.body, from: feed.address.url)
        } catch {
            try await quarantine(answer, error, desk)
            throw PeriodicTrouble.failed("the news feed \(host): \(error.sentence)")
        }
        var next = reading
        let events = next.events(of: document, received: now)
        for start in stride(from: 0, to: events.count, by: 100) {
            try await desk.hand(events[start..<min(start + 100, events.count)].map { .event($0) })
        }
        // Only what is durable is known.
        reading = next
        tag = answer.head["ETag"]
        modified = answer.head["Last-Modified"]
        unreadable = nil
        try await save()
        // What is left out for its length is said, since nobody else would know.
        let unread = document.unread == 0 ? "" : "; \(document.unread) more at the document's end were not read"
        return PeriodicVisit(detail: "\(document.items.count) items, \(events.count) of them new or changed\(unread)")
    }

    /// Keeps a document that cannot be read, once.
    private func quarantine(_ answer: CurlResponse, _ error: FeedUnreadable, _ desk: PeriodicDesk) async throws {
        let digest = FeedItem.digest([String(decoding: answer.body, as: UTF8.self)])
        guard unreadable != digest, !answer.body.isEmpty else { return }
        let entry = Unreadable(
            source: feed.source, adapter: "syndication", reason: error.sentence,
            contentType: answer.head["Content-Type"] ?? "application/xml", bytes: answer.body, received: desk.clock.now())
        try await desk.hand([.unreadable(entry)])
        unreadable = digest
        try await save()
    }
}

// What is kept from one start to the next.
extension SyndicationSource {
    private func restore() async {
        guard !isRestored else { return }
        isRestored = true
        // A mark of another address or use says nothing about this one.
        guard let mark = await file.load(), mark["url"]?.string == identity else { return }
        tag = mark["etag"]?.string
        modified = mark["modified"]?.string
        unreadable = mark["unreadable"]?.string
        reading.restore(mark["items"] ?? [])
    }

    /// What the mark is for; keywords too, since with other keywords other items count.
    private var identity: String {
        FeedItem.digest([feed.address.url, String(describing: feed.use)] + feed.keywords)
    }

    private func save() async throws {
        try await file.save(
            .object(present: [
                ("url", .string(identity)), ("etag", tag.map { .string($0) }), ("modified", modified.map { .string($0) }),
                ("unreadable", unreadable.map { .string($0) }), ("items", reading.json),
            ]))
    }
}

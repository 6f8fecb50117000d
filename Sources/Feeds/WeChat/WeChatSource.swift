import Model

/// Asks WeChat for the follower figures: a token, then both statistics for each span of days.
actor WeChatSource: PeriodicSource {
    private let account: WeChatAccount
    private let calls: WeChatCalls
    private let file: MarkFile
    private var book: FollowerBook?

    init(_ account: WeChatAccount) {
        self.account = account
        calls = WeChatCalls(account)
        file = MarkFile(path: account.mark)
    }

    func visit(_ desk: PeriodicDesk) async throws -> PeriodicVisit {
        let now = desk.clock.now()
        var book = await restored(at: now)
        let spans = book.windows(at: now)
        // One refreshed token a visit: a second refusal has another reason.
        await calls.begin()
        for span in spans {
            try Task.checkCancellation()
            let rows = try await rows(span, now)
            let events = book.take(rows, source: account.source, at: now)
            try await keep(book, events.map { .event($0) }, desk)
        }
        let gaps = book.giveUp(after: spans, feed: account.name, at: now)
        try await keep(book, gaps.map { .event($0.event(source: account.source, received: now)) }, desk)
        return PeriodicVisit(detail: Self.detail(book, now), next: next(book, now))
    }

    /// Both statistics of a span; days outside of it, should WeChat tell any, are left out.
    private func rows(_ span: ClosedRange<Day>, _ now: Timestamp) async throws -> FollowerRows {
        do {
            let totals = try FollowerRows(try await calls.ask("getusercumulate", span, at: now))
            let changes = try FollowerRows(try await calls.ask("getusersummary", span, at: now))
            var rows = FollowerRows()
            rows.totals = totals.totals.filter { span.contains($0.key) }
            rows.changes = changes.changes.filter { span.contains($0.key) }
            return rows
        } catch let error as WeChatError {
            throw Self.trouble(error, now)
        }
    }

    static func trouble(_ error: WeChatError, _ now: Timestamp) -> PeriodicTrouble {
        switch error.kind {
        case .busy, .unreadable: return .failed(error.sentence)
        case .token, .refused: return .refused(error.sentence)
        case .limit:
            let tomorrow = Day(number: Day(now, in: .shanghai).number + 1).start(in: .shanghai)
            return .postponed(until: tomorrow + .hours(8), error.sentence)
        }
    }

    private func keep(_ book: FollowerBook, _ arrivals: [Arrival], _ desk: PeriodicDesk) async throws {
        try await desk.hand(arrivals)
        guard book != self.book else { return }
        self.book = book
        try await file.save(book.json)
    }

    private func restored(at now: Timestamp) async -> FollowerBook {
        if let book { return book }
        let first = account.since ?? Day(year: Day(now, in: .shanghai).year - 1, month: 12, day: 31)
        let since = first ?? FollowerBook.lastReadable(at: now)
        var book =
            await file.load().flatMap { FollowerBook($0, patience: account.patience) }
            ?? FollowerBook(since: since, patience: account.patience)
        if account.since != nil { book.begin(from: since) }
        return book
    }

    /// Tomorrow at 08:00 when all is there, else after the usual time.
    private func next(_ book: FollowerBook, _ now: Timestamp) -> Timestamp? {
        let open = book.missing(at: now).contains { !book.abandoned.contains($0) }
        let usual = now + account.every
        return open ? min(usual, FollowerBook.nextReadable(after: now)) : FollowerBook.nextReadable(after: now)
    }

    static func detail(_ book: FollowerBook, _ now: Timestamp) -> String {
        var sentences: [String] = []
        if let last = book.entries.max(by: { $0.key < $1.key }) {
            sentences.append("\(last.value.total) followers on \(last.key)")
        }
        let missing = book.missing(at: now)
        if !missing.isEmpty {
            let shown = missing.suffix(5).map(\.description).joined(separator: ", ")
            sentences.append("\(missing.count) days without a figure (\(missing.count > 5 ? "…, " : "")\(shown))")
        }
        let wrong = book.inconsistencies
        if let last = wrong.last { sentences.append("\(wrong.count) figures do not follow from the day before: \(last)") }
        return sentences.joined(separator: "; ")
    }
}

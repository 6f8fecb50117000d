import Model

/// What to ask a channel next, and up to where everything is durable.
///
/// A round goes through one or more windows of time, each of one or more pages. The mark moves only over what the journal
/// has, and each round begins a little before it, so that what the channel enters late is not missed; ids make the
/// repetition harmless.
package struct PollPlan: Hashable, Sendable {
    /// Up to where the channel was read, kept across restarts.
    package struct Mark: Hashable, Sendable {
        package var until: Timestamp?
        /// A cursor that lasts.
        package var cursor: String?

        package init(until: Timestamp? = nil, cursor: String? = nil) {
            self.until = until
            self.cursor = cursor
        }
    }

    /// One question.
    package struct Ask: Hashable, Sendable {
        package var since: Timestamp
        package var until: Timestamp
        package var cursor: String?
        package var page: Int?
    }

    /// What an answer held.
    package struct Page: Hashable, Sendable {
        package var count: Int
        package var next: String?
        package var more: Bool?
        package var total: Int?
        /// Of the records, to notice a page that comes twice.
        package var digest: String

        package init(count: Int, next: String? = nil, more: Bool? = nil, total: Int? = nil, digest: String = "") {
            self.count = count
            self.next = next
            self.more = more
            self.total = total
            self.digest = digest
        }
    }

    /// What to do with an answer.
    package enum Verdict: Hashable, Sendable {
        /// Deliver its records, then call `durable`.
        case deliver
        /// It was cut off: leave it and ask this, half of it.
        case ask(Ask)
        /// The round cannot go on; the sentence says why.
        case broken(String)
    }

    private struct Window: Hashable, Sendable {
        var since: Timestamp
        var until: Timestamp
    }

    /// More pages than any round has: a server that never ends is broken.
    private static let pageLimit = 10_000

    package private(set) var mark: Mark
    private let paging: Channel.Paging
    private let overlap: Span
    private let longest: Span?
    private let recheck: Channel.REST.Recheck?
    /// The first window's beginning where nothing was read yet.
    private let beginning: Timestamp
    /// Windows still to be read, the next one last.
    private var windows: [Window] = []
    private var asked: Ask?
    private var next: Ask?
    private var pages = 0
    private var lastDigest = ""
    private var recheckedAt: Timestamp?

    package init(
        paging: Channel.Paging, overlap: Span, longest: Span?, recheck: Channel.REST.Recheck?, mark: Mark, beginning: Timestamp
    ) {
        self.paging = paging
        self.overlap = overlap
        self.longest = longest
        self.recheck = recheck
        self.mark = mark
        self.beginning = beginning
    }

    /// Begins a round that reads up to now; an unfinished one is given up.
    package mutating func begin(at time: Timestamp) -> Ask {
        // Whole seconds: channels write no finer times, and what is cut off here the next round reads.
        let now = Timestamp(seconds: time.microseconds / 1_000_000)
        // A clock that was set back asks for what lies before it again.
        var since = min(mark.until ?? beginning, now) - overlap
        if let recheck, recheckedAt.map({ now - $0 >= recheck.every }) ?? true {
            recheckedAt = now
            since = min(since, now - recheck.back)
        }
        windows = Self.cut(Window(since: since, until: now), longest: longest).reversed()
        pages = 0
        return open(windows.last ?? Window(since: since, until: now))
    }

    /// Takes an answer.
    package mutating func take(_ page: Page) -> Verdict {
        guard let asked else { return .broken("an answer came that nobody asked for") }
        pages += 1
        guard pages <= Self.pageLimit else { return .broken("the channel gave \(Self.pageLimit) pages and no end") }
        switch paging {
        case .none: next = nil
        case .window(let size):
            if page.count >= size { return halve(asked) }
            next = nil
        case .page(let first, let size, let total):
            let number = asked.page ?? first
            if page.count > 0, number > first, page.digest == lastDigest {
                return .broken("page \(number) is the page before it again; check how the request names the page")
            }
            let read = (number - first) * size + page.count
            let hasMore = total != nil && page.total != nil ? page.count > 0 && read < page.total ?? 0 : page.count >= size
            next = hasMore ? Ask(since: asked.since, until: asked.until, page: number + 1) : nil
        case .cursor(_, _, _, let kept): next = after(asked, page, kept: kept)
        }
        lastDigest = page.digest
        return .deliver
    }

    /// Everything asked so far is durable: gives the next question, or nothing where the round is over.
    package mutating func durable() -> Ask? {
        guard let asked else { return nil }
        if case .cursor(_, _, _, true) = paging { mark.cursor = next?.cursor ?? lastCursor ?? mark.cursor }
        if let next {
            self.asked = next
            return next
        }
        mark.until = max(mark.until ?? asked.until, asked.until)
        windows.removeLast()
        guard let window = windows.last else {
            self.asked = nil
            return nil
        }
        return open(window)
    }

    /// The channel's last word about where to go on.
    private var lastCursor: String?

    private mutating func open(_ window: Window) -> Ask {
        lastDigest = ""
        next = nil
        lastCursor = nil
        var ask = Ask(since: window.since, until: window.until)
        switch paging {
        case .cursor(_, _, _, true): ask.cursor = mark.cursor
        case .page(let first, _, _): ask.page = first
        default: break
        }
        asked = ask
        return ask
    }

    private mutating func after(_ asked: Ask, _ page: Page, kept: Bool) -> Ask? {
        let cursor = page.next.flatMap { $0.isEmpty ? nil : $0 }
        lastCursor = cursor
        guard let cursor, cursor != asked.cursor, page.more ?? (page.count > 0) else { return nil }
        return Ask(since: asked.since, until: asked.until, cursor: cursor)
    }

    /// Asks for the first half of a window that held too much.
    private mutating func halve(_ asked: Ask) -> Verdict {
        let length = asked.until - asked.since
        guard length >= .seconds(2) else {
            return .broken("the channel has more records of \(asked.since.text()) than one answer holds; raise paging.size")
        }
        let middle = Timestamp(seconds: (asked.since + Span(microseconds: length.microseconds / 2)).microseconds / 1_000_000)
        windows.removeLast()
        windows.append(Window(since: middle, until: asked.until))
        windows.append(Window(since: asked.since, until: middle))
        return .ask(open(Window(since: asked.since, until: middle)))
    }

    private static func cut(_ window: Window, longest: Span?) -> [Window] {
        guard let longest, longest > .seconds(1) else { return [window] }
        var windows: [Window] = []
        var since = window.since
        while window.until - since > longest, windows.count < 10_000 {
            windows.append(Window(since: since, until: since + longest))
            since = since + longest
        }
        return windows + [Window(since: since, until: window.until)]
    }
}

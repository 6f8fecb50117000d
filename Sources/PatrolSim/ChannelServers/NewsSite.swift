import Model
import NIOPosix
import Synchronization

/// A web site that does not exist: its newest articles as RSS 2.0 or Atom 1.0, older ones drop out at the end.
///
/// Like every news feed it shows a window only, and articles go on by a step with each question: who asks too rarely has
/// missed some. An unchanged document is not sent again (`ETag`).
package final class NewsSite: Sendable {
    package enum Form: Hashable, Sendable {
        case rss, atom
    }

    /// An article.
    package struct Article: Hashable, Sendable {
        package var id: String
        package var title: String
        package var text: String
        package var published: Timestamp

        package init(_ id: String, title: String, text: String, published: Timestamp) {
            self.id = id
            self.title = title
            self.text = text
            self.published = published
        }
    }

    private struct State {
        /// Those that are shown and those that come, the oldest first; earlier ones are gone.
        var articles: [Article] = []
        /// How many of `articles` have come so far.
        var shown = 0
        /// How many came in all.
        var total = 0
    }

    private let title: String
    private let form: Form
    private let window: Int
    private let step: Int
    private let state = Mutex(State())
    private let server = Mutex<SimHTTPServer?>(nil)

    private init(_ title: String, _ form: Form, window: Int, step: Int) {
        self.title = title
        self.form = form
        self.window = window
        self.step = step
    }

    /// Begins to serve, whatever the path.
    ///
    /// - Parameters:
    ///   - window: articles in a document.
    ///   - step: new articles in a document at most; less than `window`, so that two documents overlap.
    package static func start(
        _ title: String, form: Form = .rss, window: Int, step: Int, on threads: MultiThreadedEventLoopGroup? = nil
    ) async throws -> NewsSite {
        let site = NewsSite(title, form, window: window, step: step)
        let server = try await SimHTTPServer.start(on: threads) { [weak site] request in
            site.map { .answer($0.answer(request)) } ?? .hangUp
        }
        site.server.withLock { $0 = server }
        return site
    }

    package var url: String { "http://127.0.0.1:\(server.withLock { $0?.port } ?? 0)" }

    package func stop() async {
        let server = server.withLock { server in
            defer { server = nil }
            return server
        }
        await server?.stop()
    }

    /// Publishes an article; it is shown when its turn comes.
    package func put(_ article: Article) { state.withLock { $0.articles.append(article) } }

    private func answer(_ request: PushRequest) -> PushAnswer {
        let (articles, total) = state.withLock { state -> ([Article]?, Int) in
            let isKnown = request["If-None-Match"] == Self.tag(state.total)
            guard !isKnown || state.shown < state.articles.count else { return (nil, state.total) }
            let more = min(step, state.articles.count - state.shown)
            state.shown += more
            state.total += more
            let gone = max(0, state.shown - window)
            state.articles.removeFirst(gone)
            state.shown -= gone
            return (Array(state.articles[..<state.shown]), state.total)
        }
        guard let articles else { return PushAnswer(304, headers: [("ETag", Self.tag(total))]) }
        let text = form == .rss ? rss(articles.reversed()) : atom(articles.reversed())
        let type = form == .rss ? "application/rss+xml" : "application/atom+xml"
        return PushAnswer(200, headers: [("Content-Type", type), ("ETag", Self.tag(total))], body: Array(text.utf8))
    }

    private static func tag(_ total: Int) -> String { "\"\(total)\"" }

    private func rss(_ articles: [Article]) -> String {
        let items = articles.map { article in
            "<item><title>\(article.title.markup)</title><link>\(url)/c/\(article.id)</link>"
                + "<guid isPermaLink=\"false\">\(article.id)</guid><pubDate>\(Self.mailDate(article.published))</pubDate>"
                + "<description>\(article.text.markup)</description></item>\n"
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>\(title.markup)</title>"
            + "<link>\(url)/</link><description>\(title.markup)</description>\n" + items.joined() + "</channel></rss>\n"
    }

    private func atom(_ articles: [Article]) -> String {
        let entries = articles.map { article in
            "<entry><id>tag:media.example,2021:\(article.id)</id><title>\(article.title.markup)</title>"
                + "<link href=\"\(url)/n/\(article.id)\"/><updated>\(article.published.text())</updated>"
                + "<summary>\(article.text.markup)</summary></entry>\n"
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">"
            + "<title>\(title.markup)</title><id>tag:media.example,2021:news</id>\n" + entries.joined() + "</feed>\n"
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `05 Mar 2021 10:20:30 +0800` (RFC 822).
    static func mailDate(_ time: Timestamp) -> String {
        let day = Day(time, in: .shanghai)
        let clock = time.text().dropFirst(11).prefix(8)
        return "\(padded(day.day, 2)) \(months[day.month - 1]) \(day.year) \(clock) +0800"
    }
}

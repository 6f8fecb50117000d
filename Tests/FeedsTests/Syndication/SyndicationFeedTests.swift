import Feeds
import Foundation
import Model
import PatrolSim
import TestKit
import Testing

@Suite(.enabled(if: NginxServer.isInstalled, "nginx is not installed")) struct SyndicationFeedTests {
    /// A server, a journal, and feeds that read one path of it.
    private final class Bench {
        let folder: TemporaryFolder
        let journal = MemoryJournal()
        let server: NginxServer

        init() async throws {
            folder = try TemporaryFolder("patrold-news")
            server = try await NginxServer.start(in: folder.path)
        }

        func feed(
            _ path: String = "feed.xml", _ use: SyndicationFeed.Use = .channel("media"), keywords: [String] = [],
            user: String? = nil
        ) -> PeriodicFeed {
            let address = DeviceAddress(url: server.url + "/" + path, user: user) { "geheim" }
            let feed = SyndicationFeed(
                name: "news", address: address, use: use, keywords: keywords, mark: folder.file("marks/news.json"))
            let made = feed.feed(.quick("news", "syndication"), in: journal.surroundings(), lookEvery: .milliseconds(10))
            made.start()
            return made
        }

        func put(_ items: String...) throws {
            try put(text: "<rss><channel><title>t</title>\(items.joined())</channel></rss>")
        }

        func put(text: String) throws { try server.put(Array(text.utf8), as: "feed.xml") }

        static func item(_ guid: String, _ title: String, _ text: String = "", date: String = "2021-03-05 10:20") -> String {
            "<item><guid>\(guid)</guid><title>\(title)</title><description>\(text)</description><pubDate>\(date)</pubDate></item>"
        }
    }

    @Test("items become complaints of the channel once, the oldest first; an unchanged document is not sent again")
    func channel() async throws {
        let bench = try await Bench()
        try bench.put(Bench.item("2", "积水", date: "2021-03-06 10:20"), Bench.item("1", "占道", "有人占道"))
        let feed = bench.feed()
        #expect(await eventually { bench.journal.complaints.count == 2 })
        let first = try #require(bench.journal.complaints.first)
        #expect(first.text == "占道\n有人占道" && first.channel == "media")
        #expect(first.accepted.text() == "2021-03-05T10:20:00+08:00" && first.number.utf8.count == 16)
        let event = try #require(bench.journal.events.first)
        #expect(event.source == "patrold:/channels/media" && event.id == first.number && event.subject == "media/\(first.number)")
        // nginx itself says that nothing changed.
        #expect(await eventually { bench.server.log.contains { $0.hasPrefix("304 /feed.xml \"") } })
        #expect(await bench.journal.waits(for: .live, saying: "nothing new"))
        await feed.stopped()
        #expect(bench.journal.events.count == 2 && bench.journal.state.withLock { $0.duplicates } == 0)
        #expect(bench.journal.status?.state == .stopped && bench.journal.gaps.isEmpty)
    }

    @Test("an item that was changed after publication is an update of the same complaint, also after a restart")
    func changed() async throws {
        let bench = try await Bench()
        try bench.put(Bench.item("1", "占道"))
        var feed = bench.feed()
        #expect(await bench.journal.waits(for: .live, saying: "nothing new"))
        await feed.stopped()
        try bench.put(Bench.item("1", "占道(更正)", date: "2021-03-09 10:20"), Bench.item("2", "积水"))
        feed = bench.feed()
        #expect(await eventually { bench.journal.events.count == 3 })
        let update = try #require(bench.journal.events(EventType.complaintUpdated).first)
        let complaint = try #require(update.payload.flatMap { Complaint($0) })
        let before = try #require(bench.journal.complaints.first)
        #expect(complaint.number == before.number && complaint.text.hasPrefix("占道(更正)"))
        #expect(complaint.accepted == before.accepted && update.id.hasPrefix(complaint.number + "/updated/"))
        await feed.stopped()
        #expect(bench.journal.state.withLock { $0.duplicates } == 0)
    }

    @Test("keywords choose; an outlet's article that names the bureau is suggested, and a clerk's yes makes the record")
    func outlet() async throws {
        let bench = try await Bench()
        try bench.put(Bench.item("1", "昆区城管整治"), Bench.item("2", "天气"), Bench.item("3", "图片", "<![CDATA[<b>城管</b>执法]]>"))
        let feed = bench.feed("feed.xml", .outlet("包头日报"), keywords: ["城管"])
        #expect(await bench.journal.waits(for: .live))
        await feed.stopped()
        let events = bench.journal.events(EventType.publicationSuggested)
        let suggestions = events.compactMap { $0.payload }.compactMap { PublicationSuggestion($0) }
        #expect(suggestions.map(\.title) == ["图片", "昆区城管整治"] && events.count == bench.journal.events.count)
        #expect(events.allSatisfy { $0.source == "patrold:/feeds/news" })
        let suggestion = try #require(suggestions.last)
        try #require(events.count == 2)
        #expect(suggestion.outlet == "包头日报" && suggestion.published.description == "2021-03-05" && suggestion.keywords == ["城管"])
        let made = suggestion.confirmed(number: "2021-317", by: "clerk", source: events[1].source, at: Timestamp(seconds: 1))
        let record = try #require(made.first?.payload.flatMap { RegisterRecord($0) })
        #expect(made[0].type == "cn.patrold.register.publication.added" && made[0].id == "2021-317/added")
        #expect(record["kind"] == "news" && record["outlet"] == "包头日报" && record["published"] == "2021-03-05")
        #expect(record["number"] == "2021-317" && record["title"] == "昆区城管整治" && record.by == "clerk")
        let decision = try #require(made.last?.payload.flatMap { PublicationDecision($0) })
        #expect(decision.suggestion == suggestion.id && decision.outcome == .confirmed && decision.number == "2021-317")
        let no = suggestion.dismissed(by: "clerk", reason: "无关", source: events[1].source, at: Timestamp(seconds: 2))
        #expect(no.payload.flatMap { PublicationDecision($0) }?.reason == "无关" && no.source == made.last?.source)
    }

    @Test("the same article in two outlets is suggested for each")
    func twice() async throws {
        let bench = try await Bench()
        try bench.put(Bench.item("1", "城管"))
        for name in ["a", "b"] {
            let feed = SyndicationFeed(
                name: name, address: DeviceAddress(url: bench.server.url + "/feed.xml"), use: .outlet(name), keywords: ["城管"]
            ).feed(.quick(name, "syndication"), in: bench.journal.surroundings(), lookEvery: .milliseconds(10))
            feed.start()
            #expect(await eventually { bench.journal.events.contains { $0.source == "patrold:/feeds/" + name } })
            await feed.stopped()
        }
        #expect(bench.journal.events.count == 2)
    }

    @Test(
        "a fault is a sentence and a gap, and the feed goes on",
        arguments: [
            ("fault", FeedState.unreachable, "answers 500"), ("busy", .refused, "wants no question before"),
            ("hang-up", .unreachable, "broke off"), ("moved", .refused, "has moved to http://127.0.0.1"),
            ("absent.xml", .refused, "answers 404"), ("locked/feed.xml", .refused, "check user and password"),
        ])
    func faults(_ path: String, _ state: FeedState, _ words: String) async throws {
        let bench = try await Bench()
        try bench.put(Bench.item("1", "占道"))
        let feed = bench.feed(path)
        #expect(await bench.journal.waits(for: state, saying: words), "\(bench.journal.status?.detail ?? "")")
        await feed.stopped()
        #expect(bench.journal.gaps.first?.state == .open && bench.journal.events(EventType.complaintReceived).isEmpty)
    }

    @Test("half a document is kept in quarantine once, and when it is whole its items come and the gap closes")
    func truncated() async throws {
        let bench = try await Bench()
        try bench.put(text: "<rss><channel><item><guid>1</guid><title>占")
        let feed = bench.feed()
        #expect(await bench.journal.waits(for: .unreachable, saying: "no news feed that can be read"))
        #expect(await eventually { bench.server.log.count > 3 })
        #expect(bench.journal.unreadable.count == 1 && bench.journal.unreadable[0].adapter == "syndication")
        try bench.put(Bench.item("1", "占道"))
        #expect(await bench.journal.waits(for: .live))
        #expect(await eventually { bench.journal.gaps.contains { $0.state == .closed } })
        #expect(bench.journal.complaints.count == 1)
        await feed.stopped()
    }

    @Test("a server that is down and comes back, a slow one, and one that asks for a password")
    func others() async throws {
        let bench = try await Bench()
        try bench.put(Bench.item("1", "占道", String(repeating: "长", count: 600)))
        bench.server.kill()
        var feed = bench.feed("slow/feed.xml")
        #expect(await bench.journal.waits(for: .unreachable, saying: "nobody listens"))
        try await bench.server.restart()
        #expect(await bench.journal.waits(for: .live))
        #expect(bench.journal.complaints.count == 1)
        await feed.stopped()
        try bench.put(Bench.item("2", "积水"))
        feed = bench.feed("locked/feed.xml", user: "reader")
        #expect(await eventually { bench.journal.complaints.count == 2 })
        await feed.stopped()
    }

    @Test("what the journal refuses is offered again, and nothing is known before it is durable")
    func refusedByJournal() async throws {
        let bench = try await Bench()
        try bench.put(Bench.item("1", "占道"))
        bench.journal.refuse(.full)
        var feed = bench.feed()
        #expect(await eventually { bench.journal.state.withLock { $0.calls } >= 2 })
        // A daemon that ends now has acknowledged nothing.
        await feed.stopped()
        #expect(!FileManager.default.fileExists(atPath: bench.folder.file("marks/news.json")))
        bench.journal.refuse(nil)
        feed = bench.feed()
        #expect(await eventually { bench.journal.complaints.count == 1 })
        await feed.stopped()
    }

    @Test("what was quarantined can be read again when it is mended")
    func replay() throws {
        let feed = SyndicationFeed(name: "n", address: DeviceAddress(url: "http://a.cn/f"), use: .channel("media"))
        func entry(_ text: String) -> Unreadable {
            Unreadable(
                source: feed.source, adapter: "syndication", reason: "", contentType: "", bytes: Array(text.utf8),
                received: Timestamp(seconds: 0))
        }
        guard case .unreadable = feed.replay(entry("<rss>"), received: Timestamp(seconds: 9)).first,
            case .event(let event) = feed.replay(
                entry("<rss><channel>\(Bench.item("1", "a"))</channel></rss>"), received: Timestamp(seconds: 9)
            ).first
        else {
            Issue.record("one is unreadable, the other an event")
            return
        }
        #expect(event.type == EventType.complaintReceived)
    }
}

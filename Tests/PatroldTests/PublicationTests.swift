import Foundation
import Model
import PatrolSim
import TestKit
import Testing

/// From an outlet's feed to the report's figure and back, through the built program.
@Suite(.serialized, .timeLimit(.minutes(15))) struct PublicationTests {
    private static let feed = """
        <rss><channel><title>t</title>
        <item><guid>3</guid><title>天气</title><pubDate>2021-03-07 09:00</pubDate></item>
        <item><guid>2</guid><title>昆区城管进社区</title><link>http://n/2</link><pubDate>2021-03-06 10:20</pubDate></item>
        <item><guid>1</guid><title>昆区城管整治占道</title><link>http://n/1</link><pubDate>2021-03-05 10:20</pubDate></item>
        </channel></rss>
        """

    private struct Desk {
        let config: String

        func run(_ words: String...) throws -> Program.Outcome { try Program.run(words + ["--config", config, "--lang", "en"]) }

        func lines(_ words: String...) throws -> [JSON] {
            try Program.run(words + ["--json", "--config", config]).output.split(separator: "\n")
                .compactMap { try? JSON(parsing: String($0)) }
        }
    }

    @Test("an outlet's article is suggested, confirmed, counted, traced back to the feed's item, and decided once")
    func wholeWay() async throws {
        let folder = try TemporaryFolder()
        let server = try await SimHTTPServer.start { _ in
            .answer(PushAnswer(200, headers: [("Content-Type", "application/rss+xml")], body: Array(Self.feed.utf8)))
        }
        let config = try writeConfiguration(
            folder,
            """
            outlets:
              - {name: daily, outlet: 包头日报, url: "http://127.0.0.1:\(server.port)/rss.xml", keywords: [城管]}
            """)
        var daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        let desk = Desk(config: config)
        var open: [JSON] = []
        #expect(
            try await eventually(within: 180) {
                open = try desk.lines("publication", "list")
                return open.count == 2
            }, "\(daemon.logText.suffix(2000))")
        #expect(open.map { $0["title"]?.string } == ["昆区城管进社区", "昆区城管整治占道"])
        let (later, first) = (open[0]["position"]?.plainText ?? "", open[1]["position"]?.plainText ?? "")
        try decide(desk, first, later)
        try trace(desk, first)
        #expect(try Program.run(["verify", "--config", config]).status == 0)
        #expect(daemon.stop() == 0)
        #expect(try Program.run(["rebuild", "--config", config]).status == 0)
        daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        try trace(desk, first)
        #expect(try desk.lines("publication", "list", "--all").map { $0["state"]?.string } == ["dismissed", "confirmed"])
        #expect(daemon.stop() == 0)
        await server.stop()
    }

    private func decide(_ desk: Desk, _ first: String, _ later: String) throws {
        let confirmed = try desk.run("publication", "confirm", first, "--number", "2021-317", "--by", "li")
        #expect(confirmed.status == 0 && confirmed.output == "entered as 2021-317\n", "\(confirmed.errors)")
        let twice = try desk.run("publication", "confirm", first, "--number", "2021-318")
        #expect(twice.status == 65 && twice.errors.contains("confirmed as '2021-317' by li"))
        let taken = try desk.run("publication", "confirm", later, "--number", "2021-317")
        #expect(taken.status == 65 && taken.errors.contains("give this one another number"))
        let dismissed = try desk.run("publication", "dismiss", later, "--reason", "与本单位无关")
        #expect(dismissed.status == 0, "\(dismissed.errors)")
        let after = try desk.run("publication", "confirm", later, "--number", "2021-318")
        #expect(after.status == 65 && after.errors.contains("dismissed by operator") && after.errors.contains("与本单位无关"))
        let unknown = try desk.run("publication", "dismiss", "999999", "--reason", "x")
        #expect(unknown.status == 66 && unknown.errors.contains("patrold publication list"))
        #expect(try desk.run("publication", "show", "999999").status == 66)
        let shown = try desk.run("publication", "show", later)
        for word in ["昆区城管进社区", "http://n/2", "dismissed", "与本单位无关"] { #expect(shown.output.contains(word), "\(word)") }
        #expect(try desk.run("publication", "list").output == "no suggestion fits\n")
    }

    /// The figure's record names the position of the feed's item, and that event is the item.
    private func trace(_ desk: Desk, _ suggestion: String) throws {
        let traced = try desk.lines("report", "trace", "n.news.published", "--year", "2021")
        #expect(traced.map { $0["record"]?.string } == ["publication/2021-317"])
        let positions = traced.first?["events"]?.array?.compactMap { $0["position"]?.plainText } ?? []
        #expect(positions.count == 2 && positions.first == suggestion)
        let shown = try desk.lines("publication", "show", positions.first ?? "").first
        let item = shown?["history"]?.array?.first
        #expect(item?["type"]?.string == EventType.publicationSuggested && item?["source"]?.string == "patrold:/feeds/daily")
        #expect(item?["data"]?["link"]?.string == "http://n/1" && shown?["number"]?.string == "2021-317")
    }
}

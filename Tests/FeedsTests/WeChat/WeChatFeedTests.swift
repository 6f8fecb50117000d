import Feeds
import Foundation
import Model
import PatrolSim
import Platform
import TestKit
import Testing

@Suite struct WeChatFeedTests {
    /// WeChat's interface, a journal, and the feed between them; the clock stands at 09:00 on 1 January 2022.
    private final class Bench {
        let folder: TemporaryFolder
        let journal = MemoryJournal()
        let clock = ManualClock(Timestamp(seconds: 1_640_998_800))
        let server: WeChatServer
        var account: WeChatAccount

        init(days: [String: Int] = ["2021-12-29": 748, "2021-12-30": 750, "2021-12-31": 754]) async throws {
            folder = try TemporaryFolder("patrold-wechat")
            server = try await WeChatServer.start(clock: clock)
            account = WeChatAccount(url: server.url, appID: WeChatServer.appID) { WeChatServer.secret }
            account.since = Day("2021-12-29")
            account.mark = folder.file("marks/wechat.json")
            for (text, total) in days { set(text, total) }
            server.state.withLock { state in
                guard let day = Day("2021-12-31") else { return }
                state.days[day]?.changes = [(source: 0, new: 3, cancelled: 1), (source: 30, new: 2, cancelled: 0)]
            }
        }

        func set(_ text: String, _ total: Int) {
            guard let day = Day(text) else { return }
            server.state.withLock { $0.days[day, default: .init(total: total)].total = total }
        }

        func feed() -> PeriodicFeed {
            let made = account.feed(
                .quick("wechat", "wechat"), in: journal.surroundings(clock: clock), lookEvery: .milliseconds(10))
            made.start()
            return made
        }

        /// Waits for a condition while the clock goes on, by little each poll.
        func runs(step: Span = .seconds(1), until condition: () -> Bool) async -> Bool {
            await eventually(every: 0.03) {
                if condition() { return true }
                clock.advance(step)
                return condition()
            }
        }

        var records: [RegisterRecord] { journal.events.compactMap { $0.payload }.compactMap { RegisterRecord($0) } }
        var detail: String { journal.status?.detail ?? "" }

        /// Ends everything; neither secret nor token was told to anybody.
        func end(_ feed: PeriodicFeed) async {
            await feed.stopped()
            #expect(!journal.words.contains(WeChatServer.secret) && !journal.words.contains("TOKEN-"))
            await server.stop()
        }
    }

    @Test("the figures of the days become records of the register, the last one of the year among them")
    func figures() async throws {
        let bench = try await Bench()
        let feed = bench.feed()
        #expect(await bench.journal.waits(for: .live, saying: "754 followers on 2021-12-31"))
        #expect(bench.records.map(\.id) == ["2021-12-29", "2021-12-30", "2021-12-31"] && bench.records.last?["count"] == "754")
        #expect(bench.journal.events.allSatisfy { $0.source == "patrold:/feeds/wechat" && $0.type.hasSuffix("followers.added") })
        let questions = bench.server.state.withLock { $0.questions }
        #expect(questions == ["getusercumulate 2021-12-29 2021-12-31", "getusersummary 2021-12-29 2021-12-31"])
        // All is there: the next question is for tomorrow after 08:00.
        bench.clock.advance(.hours(22))
        #expect(await !eventually(within: 0.3) { bench.server.state.withLock { $0.questions.count } > 2 })
        bench.set("2022-01-01", 755)
        #expect(await bench.runs(step: .minutes(10)) { bench.records.count == 4 })
        await bench.end(feed)
    }

    @Test("a figure that WeChat states anew is a correction, also after a restart")
    func restated() async throws {
        let bench = try await Bench()
        var feed = bench.feed()
        #expect(await bench.journal.waits(for: .live))
        await feed.stopped()
        bench.set("2021-12-31", 760)
        feed = bench.feed()
        #expect(await eventually { bench.records.count == 4 })
        let correction = try #require(bench.records.last)
        #expect(bench.journal.events.last?.type == "cn.patrold.register.followers.corrected" && correction["count"] == "760")
        #expect(correction.reason == "WeChat restated; 760 on 2021-12-31 is not 750 of the day before + 4")
        #expect(await eventually { bench.detail.contains("1 figures do not follow") })
        await bench.end(feed)
    }

    @Test("a missing day is shown, asked for again, and at last a gap")
    func missing() async throws {
        let bench = try await Bench(days: ["2021-12-29": 748, "2021-12-31": 754])
        bench.account.patience = 2
        bench.account.every = .hours(6)
        let feed = bench.feed()
        #expect(await bench.journal.waits(for: .live, saying: "1 days without a figure (2021-12-30)"))
        #expect(bench.journal.gaps.isEmpty)
        #expect(await bench.runs(step: .hours(1)) { !bench.journal.gaps.isEmpty })
        let gap = try #require(bench.journal.gaps.first)
        #expect(gap.reason == "day-missing" && gap.from.text() == "2021-12-30T00:00:00+08:00")
        // Within the last week it is still among the answers.
        bench.set("2021-12-30", 750)
        #expect(await bench.runs(step: .hours(1)) { bench.records.contains { $0.id == "2021-12-30" } })
        await bench.end(feed)
    }

    @Test("a token that is refused is fetched anew, once", arguments: [40001, 40014, 42001])
    func token(_ code: Int) async throws {
        let bench = try await Bench()
        bench.server.state.withLock { $0.faults = [code] }
        let feed = bench.feed()
        #expect(await bench.journal.waits(for: .live))
        #expect(bench.server.state.withLock { $0.tokens } == 2 && bench.records.count == 3)
        await feed.stopped()
        bench.server.state.withLock { $0.faults = [code, code] }
        let other = bench.feed()
        #expect(await bench.journal.waits(for: .refused, saying: "does not accept the token"))
        await bench.end(other)
    }

    @Test(
        "each refusal has its sentence and opens a gap",
        arguments: [
            (-1, FeedState.unreachable, "busy"), (45009, .refused, "again tomorrow"), (61500, .refused, "clock"),
            (61501, .refused, "span of dates"), (48001, .refused, "verified"), (12345, .refused, "error 12345"),
        ])
    func refusals(_ code: Int, _ state: FeedState, _ words: String) async throws {
        let bench = try await Bench()
        bench.server.state.withLock { $0.faults = [code] }
        let feed = bench.feed()
        #expect(await bench.journal.waits(for: state, saying: words), "\(bench.detail)")
        #expect(await eventually { bench.journal.gaps.first?.state == .open })
        if code == 45009 {
            bench.clock.advance(.hours(20))
            #expect(await !eventually(within: 0.3) { bench.journal.status?.state == .live })
            #expect(await bench.runs(step: .minutes(30)) { bench.journal.status?.state == .live })
        } else {
            #expect(await bench.runs { bench.journal.status?.state == .live })
        }
        #expect(bench.records.filter { $0.id <= "2021-12-31" }.count == 3)
        await bench.end(feed)
    }

    @Test("a wrong secret, an unknown address, no secret, a broken interface: sentences without the secret")
    func doors() async throws {
        let bench = try await Bench()
        for (code, words) in [(40001, "secret of the WeChat account is wrong"), (40164, "permitted addresses"), (40013, "appid")]
        {
            bench.server.state.withLock { $0.tokenFaults = Array(repeating: code, count: 1000) }
            let feed = bench.feed()
            #expect(await bench.journal.waits(for: .refused, saying: words))
            await feed.stopped()
        }
        bench.server.state.withLock { state in
            state.tokenFaults = []
            state.status = 502
        }
        var feed = bench.feed()
        #expect(await bench.journal.waits(for: .unreachable, saying: "answers 502"))
        await feed.stopped()
        bench.account.secret = { nil }
        feed = bench.feed()
        #expect(await bench.journal.waits(for: .refused, saying: "cannot be read"))
        await bench.end(feed)
    }

    @Test("the same answers from a folder become the same records; a file that is none goes to quarantine")
    func folder() async throws {
        let folder = try TemporaryFolder("patrold-wechat")
        try Files.makeFolder(folder.file("in"))
        let journal = MemoryJournal()
        let clock = ManualClock(Timestamp(seconds: 1_640_998_800))
        var settings = WeChatFolder(folder: folder.file("in"))
        settings.mark = folder.file("wechat.json")
        func feed() -> WeChatFolderFeed {
            let made = WeChatFolderFeed(settings, in: journal.surroundings(clock: clock), lookEvery: .milliseconds(20))
            made.start()
            return made
        }
        func put(_ bytes: [UInt8], _ name: String) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: folder.file("out")))
            try FileManager.default.moveItem(atPath: folder.file("out"), toPath: folder.file("in/" + name))
        }
        func done(_ count: Int) async -> Bool {
            await eventually(every: 0.03) {
                clock.advance(.seconds(5))
                return (try? Files.list(folder.file("in/done")))?.count == count
            }
        }
        var running = feed()
        #expect(await eventually { journal.status?.state == .live })
        try put(try Fixtures.bytes("wechat/summary.json"), "1.json")
        #expect(await done(1))
        // What was read before a restart counts after it.
        await withCheckedContinuation { done in running.stop { done.resume() } }
        running = feed()
        try put(try Fixtures.bytes("wechat/cumulate.json"), "2.json")
        #expect(await done(2))
        try put(try Fixtures.bytes("wechat/error.json"), "3.json")
        try put(Array("{".utf8), "4.json")
        #expect(await done(4))
        #expect(journal.events.map(\.id) == ["2021-12-30", "2021-12-31"] && journal.unreadable.count == 2)
        #expect(journal.events.allSatisfy { $0.source == "patrold:/feeds/wechat" })
        await withCheckedContinuation { done in running.stop { done.resume() } }
        running = feed()
        try put(Array(#"{"list":[{"ref_date":"2021-12-31","cumulate_user":755}]}"#.utf8), "5.json")
        #expect(await done(5))
        #expect(await eventually { journal.events.count == 3 })
        #expect(journal.events.last?.id == "2021-12-31/corrected/1")
        let reason = journal.events.last?.payload.flatMap { RegisterRecord($0) }?.reason
        #expect(reason == "WeChat restated; 755 on 2021-12-31 is not 750 of the day before + 4")
        await withCheckedContinuation { done in running.stop { done.resume() } }
    }
}

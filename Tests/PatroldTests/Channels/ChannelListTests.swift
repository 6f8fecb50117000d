import Feeds
import Model
import PatrolSim
import Settings
import TestKit
import Testing

/// The definitions that the program carries, each fed with a sample of its channel.
@Suite(.timeLimit(.minutes(10))) struct ChannelListTests {
    private static let accepted = Timestamp(seconds: 1_614_910_830)

    private func channel(_ key: String) throws -> Channel {
        try #require(try Catalog.read().channels.first { $0.key == key })
    }

    /// What a definition makes of its channel's sample.
    private func read(_ key: String) throws -> (complaints: [Complaint], closings: [ComplaintClosing]) {
        let decoder = try #require(ChannelDecoder(try channel(key)))
        let sample = Unreadable(
            source: "", adapter: "", reason: "", contentType: "application/json",
            bytes: try Fixtures.bytes("channels/\(key).json"), received: Self.accepted)
        let events = decoder.replay(sample, received: Self.accepted).compactMap { arrival -> Event? in
            if case .event(let event) = arrival { event } else { nil }
        }
        #expect(events.allSatisfy { $0.source == "patrold:/channels/" + key })
        return (
            events.filter { $0.type == EventType.complaintReceived }.compactMap { $0.payload.flatMap { Complaint($0) } },
            events.compactMap { $0.payload.flatMap { ComplaintClosing($0) } }
        )
    }

    @Test("包头市数字化城管: a row of the log of changes is the right complaint and closing; void ones are none")
    func cityDigital() throws {
        let (complaints, closings) = try read("city-digital")
        var first = Complaint(
            channel: "city-digital", number: "SZCG-2021-000117", accepted: Self.accepted, text: "商铺店外经营,货架摆到人行道")
        first.place = "阿尔丁大街与少先路口"
        first.category = "0504"
        (first.latitude, first.longitude) = (40.6574, 109.8403)
        first.media = "http://192.0.2.31/p/117.jpg"
        #expect(complaints.first == first)
        #expect(complaints.map(\.number) == ["SZCG-2021-000117", "SZCG-2021-000118"])
        #expect(complaints.last?.text == "暴露垃圾" && complaints.last?.place == "150203001002")
        #expect(closings.map(\.number) == ["SZCG-2021-000117"] && closings.first?.outcome == "已责令整改")
        #expect(closings.first?.closed == Timestamp("2021-03-06T09:00:00+08:00"))
    }

    @Test("智慧昆都仑: a request of Open311 is the right complaint, whatever it leaves out")
    func smartKundulun() throws {
        let (complaints, closings) = try read("smart-kundulun")
        #expect(complaints.map(\.number) == ["ZHKQ-77", "78"])
        #expect(complaints.map(\.category) == ["0501", "0102"])
        #expect(complaints.first?.accepted == Self.accepted && complaints.first?.latitude == 40.66)
        #expect(complaints.last?.text == "垃圾" && complaints.last?.place == nil && complaints.last?.latitude == nil)
        #expect(complaints.last?.accepted == Self.accepted + .seconds(60))
        #expect(closings.map(\.outcome) == ["已劝离"])
    }

    @Test("黄河云: an order of the gateway is the right complaint, its person kept apart from its text")
    func huangheCloud() throws {
        let (complaints, closings) = try read("huanghe-cloud")
        #expect(complaints.map(\.category) == ["0508", "0505"] && complaints.map(\.place) == ["友谊大街", "青年路"])
        #expect(complaints.first?.accepted == Self.accepted && complaints.first?.longitude == 109.8412)
        #expect(complaints.first?.reporter == "测试甲" && complaints.first?.phone == "19900000000")
        #expect(closings.map(\.closed) == [Timestamp(seconds: 1_614_996_000)])
    }

    @Test(
        "the channels with a server: from the simulated server to the event, and the closing back",
        arguments: ["city-digital", "smart-kundulun", "huanghe-cloud"])
    func connected(key: String) async throws {
        let channel = try channel(key)
        let server = try await PatrolSim.ChannelServer.start()
        let now = MachineClock().now().microseconds / 1_000_000
        server.put(SimChannelRecord("N-1", accepted: Timestamp(seconds: now - 600), text: "占道"))
        let multi = CurlMulti(label: "test.channels")
        let line = ChannelLine(
            channel,
            server: ChannelAddress(
                url: server.url, user: key == "huanghe-cloud" ? "patrol" : nil, password: { "secret" }, token: { "sim-token" }),
            multi: multi, clock: MachineClock())
        let journal = EventList()
        let feed = try #require(
            ChannelPoll.feed(
                channel, over: line, every: .milliseconds(60), markFile: nil,
                in: FeedSurroundings(clock: MachineClock(), deliver: journal.deliver, report: { _ in }),
                lookEvery: .milliseconds(10)))
        feed.start()
        #expect(await eventually { journal.events.contains { $0.id == "N-1" } })
        let complaint = try #require(journal.events.first { $0.id == "N-1" }?.payload.flatMap { Complaint($0) })
        #expect(complaint.channel == key && complaint.text == "占道" && complaint.category == "0501")
        #expect(complaint.accepted == Timestamp(seconds: now - 600))
        let message = ReplyMessage(id: "m-1", number: "N-1", closed: Timestamp(seconds: now), outcome: "已劝离")
        #expect(await ChannelReply(channel, over: line, folder: nil, clock: MachineClock()).send(message) == .delivered)
        #expect(server.replies.map(\.key) == ["m-1"])
        server.put(
            SimChannelRecord("N-1", accepted: Timestamp(seconds: now - 600), text: "占道").closing(
                at: Timestamp(seconds: now), outcome: "已劝离"))
        #expect(await eventually { journal.events.contains { $0.id == "N-1/closed" } })
        await withCheckedContinuation { done in feed.stop { done.resume() } }
        await server.stop()
    }

    private func complaints(_ arrivals: [Arrival]) -> [Complaint] {
        arrivals.compactMap { arrival in
            guard case .event(let event) = arrival, event.type == EventType.complaintReceived else { return nil }
            return event.payload.flatMap { Complaint($0) }
        }
    }

    private func sample(_ name: String) throws -> Unreadable {
        Unreadable(
            source: "", adapter: "", reason: "", contentType: "", bytes: try Fixtures.bytes("channels/" + name),
            received: Self.accepted)
    }

    private let server = ChannelAddress(url: "http://192.0.2.34")

    @Test("文明包头网 and 电视电台媒体: an entry of a news feed is the right complaint; media need a word of the district")
    func syndication() throws {
        let web = try #require(SyndicationFeed(try channel("civil-baotou"), at: server, every: .minutes(1), mark: nil))
        #expect(web.address.url == "http://192.0.2.34/complaints/rss.xml" && web.name == "channel-civil-baotou")
        let first = try #require(complaints(web.replay(try sample("civil-baotou.xml"), received: Self.accepted)).first)
        #expect(first.channel == "civil-baotou" && !first.number.isEmpty && first.accepted == Self.accepted)
        #expect(first.text.hasPrefix("人行道堆放杂物\n少先路人行道长期堆放杂物。"))
        let media = try #require(SyndicationFeed(try channel("media"), at: server, every: .minutes(1), mark: nil))
        let found = complaints(media.replay(try sample("media.xml"), received: Self.accepted))
        #expect(found.count == 1 && found.first?.channel == "media")
        #expect(found.first?.text.hasPrefix("昆都仑区一市场外占道经营") == true)
    }

    @Test("信访行风: a row of a clerk's table is the right complaint and closing")
    func petition() throws {
        let bytes = try Fixtures.bytes("channels/petition.csv")
        let result = try ComplaintImport(channels: try Catalog.read().channels).read(bytes, received: Self.accepted)
        let complaint = try #require(complaints(result.events.map { .event($0) }).first)
        #expect(complaint.channel == "petition" && complaint.number == "XF-2021-031" && complaint.accepted == Self.accepted)
        #expect(complaint.place == "白云路" && complaint.category == "0116" && complaint.phone == "19900000000")
        #expect(result.events.map(\.id) == ["XF-2021-031", "XF-2021-031/closed"])
        #expect(result.events.first == complaint.event(received: Self.accepted), "the same event by every way")
    }

    @Test("人大政协提案: a table in a mail is the right complaint")
    func proposal() throws {
        let channels = try Catalog.read().channels
        let drop = try #require(MailDrop(try channel("proposal"), at: server, every: .minutes(1), mark: nil))
        #expect(drop.mailbox == "INBOX" && drop.afterwards == .seen && drop.name == "channel-proposal")
        let arrivals = drop.replay(try sample("proposal.eml"), received: Self.accepted) { bytes, _, received in
            let result = try? ComplaintImport(channels: channels).read(bytes, received: received)
            return (result?.events ?? []).map { .event($0) }
        }
        let complaint = try #require(complaints(arrivals).first)
        #expect(complaint.channel == "proposal" && complaint.number == "TA-2021-12" && complaint.accepted == Self.accepted)
        #expect(complaint.text == "关于规范停车的提案")
    }

    @Test("each channel is told of a closing in its way")
    func replies() throws {
        let ways = Dictionary(uniqueKeysWithValues: try Catalog.read().channels.map { ($0.key, $0.reply.way) })
        #expect(
            ways == [
                "city-digital": .rest, "smart-kundulun": .open311, "huanghe-cloud": .rest, "civil-baotou": .folder,
                "petition": .folder, "proposal": .folder, "media": .none,
            ])
    }
}

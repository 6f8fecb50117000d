import Feeds
import Model
import PatrolSim
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct ChannelPollTests {
    /// A whole second of the last hour.
    private static let accepted = Timestamp(seconds: RealClock().now().microseconds / 1_000_000 - 1800)

    private func record(_ number: String, _ offset: Int64 = 0) -> SimChannelRecord {
        var record = SimChannelRecord(number, accepted: Self.accepted + .seconds(offset), text: "流动摊贩占道 \(number)")
        (record.latitude, record.longitude) = (40.6574, 109.8403)
        return record
    }

    private func received(_ bench: ChannelPollBench) -> [Complaint] {
        bench.journal.events.filter { $0.type == EventType.complaintReceived }.compactMap { $0.payload.flatMap { Complaint($0) } }
    }

    private func count(_ bench: ChannelPollBench, _ type: String) -> Int {
        bench.journal.events.filter { $0.type == type }.count
    }

    @Test("every complaint of a log of changes comes once, then its change, then its closing")
    func cursor() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor())
        for number in 1...8 { bench.server.put(record("A\(number)")) }
        try bench.start()
        #expect(await eventually { received(bench).count == 8 })
        let first = try #require(received(bench).first)
        #expect(first.channel == "city-digital" && first.number == "A1" && first.accepted == Self.accepted)
        #expect(first.text == "流动摊贩占道 A1" && first.place == "钢铁大街与民族路口" && first.category == "0501")
        #expect(first.latitude == 40.6574 && first.longitude == 109.8403 && first.media == "http://192.0.2.1/1.jpg")
        var changed = record("A3")
        changed.place = "友谊大街"
        changed.updated = Self.accepted + .seconds(60)
        bench.server.put(changed)
        #expect(await eventually { count(bench, EventType.complaintUpdated) == 1 })
        let closed = Self.accepted + .seconds(120)
        bench.server.put(changed.closing(at: closed, outcome: "已清理"))
        #expect(await eventually { count(bench, EventType.complaintClosed) == 1 })
        let closing = bench.journal.events.last { $0.type == EventType.complaintClosed }
        #expect(closing?.source == "patrold:/channels/city-digital" && closing?.id == "A3/closed")
        #expect(closing?.subject == "city-digital/A3" && closing?.time == closed.text())
        #expect(closing?.payload.flatMap { ComplaintClosing($0) }?.outcome == "已清理")
        #expect(received(bench).count == 8 && bench.journal.unreadable.isEmpty)
        let update = bench.journal.events.first { $0.type == EventType.complaintUpdated }
        #expect(update?.id.hasPrefix("A3/updated/") == true && update?.payload.flatMap { Complaint($0) }?.place == "友谊大街")
        await bench.end()
    }

    @Test("after a restart the cursor goes on, and nothing comes twice")
    func restart() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor())
        for number in 1...4 { bench.server.put(record("A\(number)")) }
        try bench.start()
        #expect(await eventually { received(bench).count == 4 })
        await bench.stop()
        bench.server.put(record("A5"))
        let before = bench.server.asked.count
        try bench.start()
        #expect(await eventually { received(bench).count == 5 })
        #expect(bench.server.asked[before].contains("cursor=4"), "\(bench.server.asked[before...])")
        #expect(bench.journal.state.withLock { $0.duplicates } == 0)
        await bench.end()
    }

    @Test("what the journal has not taken is asked for again after a restart")
    func refusedByJournal() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor())
        bench.server.put(record("A1"))
        bench.journal.refuse(.unwritable)
        try bench.start()
        #expect(await eventually { bench.journal.state.withLock { $0.calls } >= 2 })
        await bench.stop()
        bench.journal.refuse(nil)
        try bench.start()
        #expect(await eventually { received(bench).count == 1 })
        await bench.end()
    }

    @Test("windows that are too full are halved; a login gives the token, and one that ends is renewed once")
    func gateway() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.gateway(size: 4))
        for number in 1...20 {
            var order = record("H\(number)", Int64(number))
            order.category = number == 1 ? "违停" : "0501"
            (order.reporter, order.phone) = ("测试甲", "19900000000")
            bench.server.put(order)
        }
        try bench.start()
        #expect(await eventually { received(bench).count == 20 })
        let first = try #require(received(bench).first { $0.number == "H1" })
        #expect(first.category == "0505" && first.reporter == "测试甲" && first.phone == "19900000000")
        #expect(bench.server.logins == 1)
        bench.server.expireTokens()
        var late = record("H21", 30)
        late.updated = RealClock().now()
        bench.server.put(late)
        #expect(await eventually { received(bench).count == 21 })
        #expect(bench.server.logins == 2)
        await bench.end()
    }

    @Test("a refused password is sent once, and the sentence says what to change")
    func refusedLogin() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.gateway(), password: "wrong")
        try bench.start()
        #expect(await eventually { bench.journal.status?.state == .refused })
        #expect(bench.journal.status?.detail.contains("user or password") == true)
        let reply = await ChannelReply(bench.channel, over: bench.line, folder: nil, clock: RealClock()).send(
            ReplyMessage(id: "m", number: "H1", closed: Self.accepted, outcome: ""))
        guard case .failed = reply else {
            Issue.record("a refused login is no rejection of the message")
            return
        }
        #expect(bench.server.logins == 1, "the reply does not try the refused password again")
        await bench.end()
    }

    @Test("a refused token is told and is not asked again at once; a new one is used without a restart")
    func refusedToken() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor())
        bench.token.set("old")
        try bench.start()
        #expect(await eventually { bench.journal.status?.state == .refused })
        #expect(bench.journal.status?.detail.contains("refuses the token") == true)
        #expect(bench.server.asked.count == 1)
        await bench.end()
    }

    @Test(
        "after any fault everything is there once",
        arguments: [
            [ChannelFault.status(500)], [.truncated], [.changedSchema], [.hangUp], [.status(429, retryAfter: 1)],
            [.slow(.milliseconds(300))], [.truncated, .status(503), .changedSchema, .hangUp, .status(502)],
        ])
    func faults(_ faults: [ChannelFault]) async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor(size: 2))
        for number in 1...5 { bench.server.put(record("A\(number)")) }
        bench.server.fail(faults)
        try bench.start()
        #expect(await eventually { received(bench).count == 5 && bench.journal.status?.state == .live })
        #expect(Set(received(bench).map(\.number)).count == 5)
        #expect(
            await eventually {
                let gaps = bench.journal.gaps
                return gaps.filter { $0.state == .open }.count == gaps.filter { $0.state == .closed }.count
            })
        await bench.end()
    }

    @Test("an answer that cannot be read is quarantined once however often it comes, and the feed says what is wrong")
    func schema() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor())
        bench.server.put(record("A1"))
        bench.server.fail(Array(repeating: .changedSchema, count: 6))
        try bench.start()
        #expect(await eventually { bench.journal.status?.detail.hasPrefix("schema:") == true })
        #expect(await eventually { received(bench).count == 1 })
        #expect(bench.journal.unreadable.count == 1)
        let quarantined = try #require(bench.journal.unreadable.first)
        #expect(quarantined.adapter == "rest" && quarantined.source == "patrold:/feeds/channel-city-digital")
        #expect(quarantined.reason == "schema: the answer has no list at data.rows; correct the channel's definition")
        await bench.end()
    }

    @Test("one bad record goes to quarantine once, with its place in the sentence and no value of it; the others live on")
    func badRecord() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.gateway())
        bench.server.put(record("G1"))
        var bad = record("", 1)
        (bad.reporter, bad.phone) = ("测试乙", "19911111111")
        bench.server.put(bad)
        var closed = record("G3", 2)
        closed.state = "4"
        closed.updated = Timestamp(seconds: Self.accepted.seconds + 2)
        bench.server.put(closed)
        try bench.start()
        #expect(await eventually { received(bench).count == 2 })
        let asked = bench.server.asked.count
        #expect(await eventually { bench.server.asked.count > asked + 3 })
        #expect(bench.journal.unreadable.map(\.reason) == ["record 1 of result.orders: it has no number (orderNo)"])
        #expect(bench.journal.status?.state == .live)
        let detail = "schema: record 1 of result.orders: it has no number (orderNo) (last seen "
        #expect(await eventually { bench.journal.status?.detail.hasPrefix(detail) == true })
        let all = bench.journal.unreadable.map(\.reason).joined() + (bench.journal.status?.detail ?? "")
        #expect(!all.contains("测试乙") && !all.contains("19911111111"))
        let decoder = try #require(ChannelDecoder(bench.channel))
        guard case .unreadable = decoder.replay(bench.journal.unreadable[0], received: RealClock().now()).first else {
            Issue.record("a record without number has no event")
            return
        }
        await bench.end()
    }

    @Test("a complaint that came by file and was changed since is told as changed, once")
    func knownByFile() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.gateway())
        let old = Complaint(channel: "huanghe-cloud", number: "H1", accepted: Self.accepted, text: "as the file had it")
        bench.journal.deliver([.event(old.event(received: Self.accepted))]) { _ in }
        var changed = record("H1")
        changed.updated = Self.accepted + .seconds(60)
        bench.server.put(changed)
        bench.server.put(record("H2"))
        try bench.start()
        #expect(await eventually { count(bench, EventType.complaintUpdated) == 1 && received(bench).count == 2 })
        await bench.stop()
        try bench.start()
        let asked = bench.server.asked.count
        #expect(await eventually { bench.server.asked.count > asked + 2 })
        #expect(count(bench, EventType.complaintUpdated) == 1 && bench.journal.events.count == 3)
        await bench.end()
    }

    @Test("void records are no complaints")
    func ignored() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor())
        var void = record("V1")
        void.state = "作废"
        bench.server.put(void)
        bench.server.put(record("V2"))
        try bench.start()
        #expect(await eventually { received(bench).map(\.number) == ["V2"] })
        await bench.end()
    }

    @Test("numbered pages are read to the end; a page that comes twice is not taken for the end")
    func pages() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.pages())
        for number in 1...10 { bench.server.put(record("P\(padded(number, 2))", Int64(number))) }
        bench.server.fail([.slow(.zero), .repeatedPage])
        try bench.start()
        #expect(await eventually { bench.journal.state.withLock { $0.statuses.contains { $0.detail.contains("again") } } })
        #expect(await eventually { received(bench).count == 10 })
        await bench.end()
    }

    @Test("a server that asks for patience is left alone for that long")
    func retryAfter() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor())
        bench.server.fail([.status(429, retryAfter: 3600)])
        try bench.start()
        #expect(await eventually { bench.journal.status?.detail.contains("come again later") == true })
        await bench.stop()
        #expect(bench.server.asked.count == 1)
        await bench.end()
    }

    @Test("Open311 by the time of change, and by the time of request", arguments: Channel.Open311.Window.allCases)
    func open311(_ window: Channel.Open311.Window) async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.open311(window))
        var garbage = record("R1")
        garbage.category = "garbage"
        bench.server.put(garbage)
        let done = Timestamp(seconds: RealClock().now().seconds - 30)
        bench.server.put(record("R2").closing(at: done, outcome: "已劝离"))
        try bench.start()
        #expect(await eventually { received(bench).count == 2 && count(bench, EventType.complaintClosed) == 1 })
        let first = try #require(received(bench).first { $0.number == "R1" })
        #expect(first.category == "0102" && first.latitude == 40.6574 && first.media == "http://192.0.2.1/1.jpg")
        #expect(first.place == "钢铁大街与民族路口" && first.accepted == Self.accepted)
        let last = bench.journal.events.first { $0.type == EventType.complaintClosed }
        let closing = last?.payload.flatMap { ComplaintClosing($0) }
        #expect(closing?.closed == done && closing?.outcome == "已劝离" && closing?.number == "R2")
        #expect(bench.server.asked.first == "/open311/v2/services.json")
        #expect(count(bench, EventType.complaintUpdated) == 0, "nothing was told before that could have changed")
        await bench.end()
    }

    @Test("the same complaint from another way has the same ids")
    func ids() {
        var complaint = Complaint(channel: "petition", number: "XF-1", accepted: Self.accepted, text: "x")
        let event = complaint.event(received: Self.accepted)
        #expect(event.source == "patrold:/channels/petition" && event.id == "XF-1" && event.subject == "petition/XF-1")
        #expect(event.type == EventType.complaintReceived && event.time == Self.accepted.text())
        let closing = ComplaintClosing(channel: "petition", number: "XF-1", closed: Self.accepted)
        #expect(closing.event(received: Self.accepted).id == "XF-1/closed")
        let once = ComplaintEvents.updated(complaint, updated: nil, at: Self.accepted)
        #expect(once.id == ComplaintEvents.updated(complaint, updated: nil, at: Self.accepted + .days(1)).id)
        complaint.place = "y"
        #expect(once.id != ComplaintEvents.updated(complaint, updated: nil, at: Self.accepted).id)
    }
}

extension Timestamp {
    /// Whole seconds since 1970.
    fileprivate var seconds: Int64 { microseconds / 1_000_000 }
}

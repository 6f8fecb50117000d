import Feeds
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

@Suite struct CallPushTests {
    private let body = Array(#"{"callid":"7","callfrom":"1","callto":"2","talkduration":"20"}"#.utf8)

    private func push(
        _ journal: RecordingJournal, _ change: (inout CallPushDevice) -> Void = { $0.allowedPeers = ["127.0.0.1"] },
        report: @escaping @Sendable (FeedStatus) -> Void = { _ in },
        clock: any WallClock = ManualClock()
    ) -> CallPush {
        var device = CallPushDevice(name: "rec-1")
        change(&device)
        let push = CallPush(device, clock: clock, deliver: journal.deliver, report: report)
        push.start()
        return push
    }

    private func request(_ headers: [(name: String, value: String)] = [], query: String = "", method: String = "POST")
        -> PushRequest
    {
        PushRequest(method: method, path: "/push/calls/rec-1", query: query, headers: headers, body: body)
    }

    @Test("200 comes only when the call is durable")
    func durable() async {
        let journal = RecordingJournal()
        journal.holdAnswers()
        let push = push(journal)
        let answered = Mutex(0)
        let task = Task {
            let status = await push.receive(request()).status
            answered.withLock { $0 = status }
        }
        #expect(await eventually { journal.events.count == 1 })
        #expect(answered.withLock { $0 } == 0)
        journal.releaseAnswers()
        await task.value
        #expect(answered.withLock { $0 } == 200)
    }

    @Test("a journal that does not take it is a reason to come again, and nothing is stored twice")
    func refusal() async {
        let journal = RecordingJournal()
        journal.refuse(1)
        let push = push(journal)
        let first = await push.receive(request())
        #expect(first.status == 503 && first.headers.contains { $0.name == "Retry-After" } && journal.events.isEmpty)
        #expect(await push.receive(request()).status == 200)
        #expect(await push.receive(request()).status == 200)
        #expect(journal.events.count == 1 && journal.duplicates == 1)
    }

    @Test("what cannot be read is in quarantine before it is answered with 200, so that the exchange goes on")
    func unreadable() async {
        let journal = RecordingJournal()
        let push = push(journal)
        var request = request()
        request.body = Array("{\"callid\":".utf8)
        #expect(await push.receive(request).status == 200)
        #expect(journal.unreadable.map(\.bytes) == [request.body] && journal.unreadable.map(\.adapter) == ["calls"])
    }

    @Test("nobody is believed without proof, and only posts are taken")
    func strangers() async {
        let journal = RecordingJournal()
        let push = push(journal) { device in
            device.user = "pbx"
            device.password = { "secret" }
            device.token = { "t0ken" }
        }
        let plain = await push.receive(request())
        #expect(plain.status == 401 && plain.headers.filter { $0.name == "WWW-Authenticate" }.count == 2)
        #expect(await push.receive(request([("Authorization", "Basic cGJ4Ondyb25n")])).status == 401)
        #expect(await push.receive(request([("Authorization", "Bearer wrong")])).status == 401)
        #expect(await push.receive(request(query: "token=")).status == 401)
        #expect(await push.receive(request([("Authorization", "Bearer t0ken")], method: "GET")).status == 405)
        #expect(journal.events.isEmpty)
    }

    @Test("digest, basic, a token in header or query, and an address are proof")
    func proof() async throws {
        let journal = RecordingJournal()
        let push = push(journal) { device in
            device.user = "pbx"
            device.password = { "secret" }
            device.token = { "t0ken" }
        }
        #expect(await push.receive(request([("Authorization", "Basic cGJ4OnNlY3JldA==")])).status == 200)
        #expect(await push.receive(request([("Authorization", "Bearer t0ken")])).status == 200)
        #expect(await push.receive(request(query: "a=b&token=t0ken")).status == 200)
        let challenge = try #require(await push.receive(request()).headers.first { $0.value.hasPrefix("Digest") }?.value)
        let nonce = try #require(DigestHeader(challenge)?["nonce"])
        var header = "Digest username=\"pbx\", realm=\"patrold\", nonce=\"\(nonce)\", uri=\"/push/calls/rec-1\", qop=auth, "
        header += "nc=00000001, cnonce=\"x\""
        let response = try #require(DigestHeader(header)).expectedResponse(
            method: "POST", user: "pbx", realm: "patrold", password: "secret")
        #expect(await push.receive(request([("Authorization", header + ", response=\"\(response)\"")])).status == 200)
        #expect(await self.push(journal) { $0.allowedPeers = ["127.0.0.1"] }.receive(request()).status == 200)
        #expect(journal.events.count == 1)
    }

    @Test("a post that is too long stays with the exchange")
    func tooLong() async {
        let journal = RecordingJournal()
        let push = push(journal) { device in
            device.allowedPeers = ["127.0.0.1"]
            device.bodyLimit = 10
        }
        #expect(await push.receive(request()).status == 413)
        #expect(journal.deliveries == 0)
    }

    @Test("too many posts at once are told to come again")
    func crowd() async {
        let journal = RecordingJournal()
        journal.holdAnswers()
        let push = push(journal) { device in
            device.allowedPeers = ["127.0.0.1"]
            device.waitingLimit = 1
        }
        let task = Task { await push.receive(request()).status }
        #expect(await eventually { journal.events.count == 1 })
        #expect(await push.receive(request()).status == 503)
        journal.releaseAnswers()
        #expect(await task.value == 200)
    }

    @Test("a journal that takes its time is no reason to let the exchange wait for ever")
    func slow() async {
        let journal = RecordingJournal()
        journal.holdAnswers()
        let push = push(journal) { device in
            device.allowedPeers = ["127.0.0.1"]
            device.answerWithin = .milliseconds(20)
        }
        #expect(await push.receive(request()).status == 503)
        journal.releaseAnswers()
    }

    @Test("after the stop nothing is taken, and what was under way is waited for")
    func stop() async {
        let journal = RecordingJournal()
        journal.holdAnswers()
        let last = Mutex<FeedStatus?>(nil)
        let push = push(journal, { $0.allowedPeers = ["127.0.0.1"] }, report: { status in last.withLock { $0 = status } })
        let task = Task { await push.receive(request()).status }
        #expect(await eventually { journal.events.count == 1 })
        let isStopped = Mutex(false)
        push.stop { isStopped.withLock { $0 = true } }
        #expect(await push.receive(request()).status == 503)
        #expect(!isStopped.withLock { $0 })
        journal.releaseAnswers()
        #expect(await task.value == 200)
        #expect(await eventually { isStopped.withLock { $0 } })
        #expect(last.withLock { $0?.state } == .stopped && last.withLock { $0?.name } == "rec-1/calls")
    }

    @Test("an exchange that posts nothing for longer than expected is silent, and live again with its next call")
    func silence() async {
        let journal = RecordingJournal()
        let clock = ManualClock()
        let last = Mutex<FeedStatus?>(nil)
        let push = push(
            journal,
            { device in
                device.allowedPeers = ["127.0.0.1"]
                device.idleLimit = .minutes(10)
                device.lookEvery = .milliseconds(10)
            }, report: { status in last.withLock { $0 = status } }, clock: clock)
        #expect(await push.receive(request()).status == 200)
        #expect(last.withLock { $0?.state } == .live)
        clock.advance(.minutes(11))
        #expect(await eventually { last.withLock { $0?.state } == .silent })
        #expect(await push.receive(request()).status == 200)
        #expect(last.withLock { $0?.state } == .live)
        await withCheckedContinuation { done in push.stop { done.resume() } }
    }

    @Test("a real exchange posts over the network in every dialect until it is taken")
    func network() async throws {
        let journal = RecordingJournal()
        journal.refuse(2)
        let push = push(journal) { $0.token = { "t0ken" } }
        let listener = try await PushListener.start { await push.receive($0) }
        let pbx = PBXSimulator(
            to: "127.0.0.1", port: listener.port, path: "/push/calls/rec-1", authorization: "Bearer t0ken",
            retryEvery: .milliseconds(5))
        let started = try #require(Timestamp("2026-11-23T10:20:30+08:00"))
        for (index, dialect) in CallDialect.allCases.enumerated() {
            let call = SimCall(id: "c-\(index)", caller: "00012345678", callee: "8001", started: started, talk: 21)
            #expect(await pbx.post(call, in: dialect).last == 200)
        }
        #expect(Set(journal.calls.map(\.callID)) == Set((0..<7).map { "c-\($0)" }) && journal.calls.count == 7)
        await listener.stop()
    }
}

import Feeds
import Model
import PatrolSim
import TestKit
import Testing

/// Servers that refuse who we are: said once, not hammered, and good again without a restart.
@Suite(.timeLimit(.minutes(5))) struct ChannelRefusalTests {
    private static let accepted = Timestamp(seconds: 1_614_910_830)
    private static let often = Backoff(first: .milliseconds(20), longest: .milliseconds(20))

    private func record(_ number: String) -> SimChannelRecord {
        var record = SimChannelRecord(number, accepted: Self.accepted, text: "占道")
        record.updated = RealClock().now() - .seconds(30)
        return record
    }

    private func refusals(_ bench: ChannelPollBench) -> Int {
        bench.journal.state.withLock { $0.statuses.count { $0.state == .refused } }
    }

    private func expectGoodAgain(_ bench: ChannelPollBench) async {
        #expect(await bench.journal.waits(for: .live))
        #expect(await eventually { bench.journal.gaps.map(\.state) == [.open, .closed] })
    }

    private func received(_ bench: ChannelPollBench) -> [String] { bench.journal.complaints.map(\.number) }

    @Test(
        "a login that is refused is sent once however often somebody asks, and another password is tried at once",
        arguments: [400, 401, 403, 423])
    func login(status: Int) async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.gateway())
        bench.server.put(record("H1"))
        bench.server.answerLogins(with: status)
        try bench.start(refusedRetry: Self.often)
        #expect(await eventually { refusals(bench) >= 10 })
        let detail = bench.journal.status?.detail ?? ""
        #expect(detail.contains("refuses user or password at its login (HTTP \(status))"), "\(detail)")
        #expect(detail.contains("correct them under channels.connections"))
        let reply = await ChannelReply(bench.channel, over: bench.line, folder: nil, clock: RealClock()).send(
            ReplyMessage(id: "m", number: "H1", closed: Self.accepted, outcome: ""))
        #expect(reply == .failed(detail, notBefore: nil))
        #expect(bench.server.logins == 1 && bench.journal.events.allSatisfy { $0.type != EventType.complaintReceived })
        bench.server.answerLogins(with: nil)
        bench.server.changePassword("fresh")
        bench.password.set("fresh")
        #expect(await eventually { received(bench) == ["H1"] })
        #expect(bench.server.logins == 2)
        await expectGoodAgain(bench)
        await bench.end()
    }

    @Test("an account that is unlocked over there is found out after the pause, with the same password")
    func unlocked() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.gateway(), refusedPause: .seconds(4))
        bench.server.put(record("H1"))
        bench.server.answerLogins(with: 401)
        try bench.start(refusedRetry: Self.often)
        #expect(await eventually { bench.server.logins >= 2 })
        // Several visits shared each of the logins.
        #expect(refusals(bench) > bench.server.logins)
        bench.server.answerLogins(with: nil)
        #expect(await eventually { received(bench) == ["H1"] })
        await bench.end()
    }

    @Test("a login at a wrong path says that, not the password", arguments: [404, 405])
    func noLogin(status: Int) async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.gateway())
        bench.server.answerLogins(with: status)
        try bench.start()
        #expect(await eventually { bench.journal.status?.state == .refused })
        #expect(
            bench.journal.status?.detail.contains("no login at this path (HTTP \(status)); correct the channel's definition")
                == true)
        await bench.end()
    }

    @Test(
        "a question that is refused says what to change, waits, and goes on when it is permitted",
        arguments: [
            (400, "refuses the question (HTTP 400); correct the channel's definition"),
            (401, "refuses the token; write a good one under channels.connections"),
            (403, "does not permit this question (HTTP 403); ask its operator for the right"),
        ])
    func question(status: Int, sentence: String) async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor())
        bench.server.put(record("A1"))
        bench.server.fail([.status(status)])
        try bench.start()
        #expect(await eventually { bench.journal.status?.state == .refused })
        #expect(bench.journal.status?.detail.contains(sentence) == true, "\(bench.journal.status?.detail ?? "")")
        // The next question waits for minutes, though a good one is repeated after 60 ms; a reload asks at once.
        #expect(bench.server.asked.count == 1)
        await bench.stop()
        try bench.start()
        #expect(await eventually { received(bench) == ["A1"] })
        #expect(await bench.journal.waits(for: .live))
        await bench.end()
    }
}

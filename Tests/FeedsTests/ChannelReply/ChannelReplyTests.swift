import Feeds
import Model
import PatrolSim
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct ChannelReplyTests {
    private let closed = Timestamp(seconds: 1_614_910_830)

    private func message(_ number: String = "A1", id: String = "outbox/1", outcome: String = "已清理") -> ReplyMessage {
        ReplyMessage(id: id, number: number, closed: closed, outcome: outcome)
    }

    private func reply(_ bench: ChannelPollBench) -> ChannelReply {
        ChannelReply(bench.channel, over: bench.line, folder: nil, clock: RealClock())
    }

    @Test("a closing reaches a REST channel, escaped, and once though it is sent twice")
    func rest() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor())
        let message = message("A/1", outcome: "said \"moved\"\n已清理")
        #expect(await reply(bench).send(message) == .delivered)
        #expect(await reply(bench).send(message) == .delivered)
        let told = try #require(bench.server.replies.first)
        #expect(bench.server.replies.count == 1 && told.key == "outbox/1")
        #expect(bench.server.asked.first == "/api/cases/A%2F1/close")
        let json = try JSON(parsing: told.body)
        #expect(json["caseNo"]?.string == "A/1" && json["disposal"]?.string == "said \"moved\"\n已清理")
        #expect(json["endTime"]?.string == "2021-03-05 10:20:30")
        await bench.end()
    }

    @Test("a channel with a login is told with its token, renewed where it is over")
    func login() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.gateway())
        #expect(await reply(bench).send(message("H1")) == .delivered)
        bench.server.expireTokens()
        #expect(await reply(bench).send(message("H2", id: "outbox/2")) == .delivered)
        #expect(bench.server.logins == 2 && bench.server.replies.map(\.key) == ["outbox/1", "outbox/2"])
        #expect(bench.server.replies.first?.body.contains("\"finishedAt\":1614910830000") == true)
        await bench.end()
    }

    @Test("Open311 is told with an update's form")
    func open311() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.open311())
        #expect(await reply(bench).send(message("R 1")) == .delivered)
        let told = try #require(bench.server.replies.first)
        #expect(told.path == "/open311/v2/servicerequestupdates.json")
        #expect(
            told.body
                == "api_key=sim-token&service_request_id=R%201&update_id=outbox%2F1&status=CLOSED"
                + "&updated_datetime=2021-03-05T10%3A20%3A30%2B08%3A00&description=%E5%B7%B2%E6%B8%85%E7%90%86")
        await bench.end()
    }

    @Test(
        "what passes is tried again, what never will is for a person",
        arguments: [
            (ChannelFault.status(500), "failed"), (.status(429, retryAfter: 60), "later"), (.hangUp, "failed"),
            (.status(404), "rejected"), (.status(422), "rejected"), (.status(409), "delivered"), (.status(403), "failed"),
            (.status(302), "failed"),
        ])
    func results(_ fault: ChannelFault, expected: String) async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor())
        bench.server.failReplies([fault])
        let result = await reply(bench).send(message())
        let word =
            switch result {
            case .delivered: "delivered"
            case .rejected: "rejected"
            case .failed(_, nil): "failed"
            case .failed(_, .some): "later"
            }
        #expect(word == expected, "\(result)")
        #expect(await reply(bench).send(message()) == .delivered)
        await bench.end()
    }

    @Test("a channel without a server gets a file of one row that a spreadsheet opens and takes for no formula")
    func file() async throws {
        let folder = try TemporaryFolder()
        let channel = Channel(key: "petition", name: "信访行风", feed: .folder, reply: .folder)
        let reply = ChannelReply(channel, over: nil, folder: folder.file("replies"), clock: RealClock())
        let message = message("=1+1", outcome: "已办结,\"满意\"")
        #expect(await reply.send(message) == .delivered)
        #expect(await reply.send(message) == .delivered)
        let names = try FileNames.list(folder.file("replies"))
        #expect(names.count == 1 && names[0].hasPrefix("petition-") && names[0].hasSuffix(".csv"))
        let text = String(decoding: try FileNames.bytes(folder.file("replies/" + names[0])), as: UTF8.self)
        #expect(
            text == "\u{FEFF}渠道,编号,办结时间,办理结果\r\n信访行风,'=1+1,2021-03-05 10:20:30,\"已办结,\"\"满意\"\"\"\r\n")
    }

    @Test("what is not configured is said, and a channel that wants no reply has it")
    func unconfigured() async {
        let petition = Channel(key: "petition", name: "信访行风", feed: .folder, reply: .folder)
        guard
            case .failed(let sentence, nil) = await ChannelReply(petition, over: nil, folder: nil, clock: RealClock())
                .send(message())
        else {
            Issue.record("expected a failure")
            return
        }
        #expect(sentence.contains("channels.replies"))
        let media = ChannelReply(Channel(key: "media", name: "媒体"), over: nil, folder: nil, clock: RealClock())
        #expect(!media.isWanted)
        #expect(await media.send(message()) == .delivered)
        let rest = ChannelReply(ChannelDefinitions.cursor(), over: nil, folder: nil, clock: RealClock())
        guard case .failed(let other, nil) = await rest.send(message()) else {
            Issue.record("expected a failure")
            return
        }
        #expect(other.contains("channels.connections"))
    }

    @Test("a server that is gone is a failure to be tried again")
    func gone() async throws {
        let bench = try await ChannelPollBench(ChannelDefinitions.cursor())
        await bench.server.stop()
        guard case .failed = await reply(bench).send(message()) else {
            Issue.record("expected a failure")
            return
        }
    }
}

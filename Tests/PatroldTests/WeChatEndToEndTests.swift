import Foundation
import Model
import PatrolSim
import TestKit
import Testing

/// WeChat's interface polled by the running program, up to the figure of the report.
@Suite(.serialized)
struct WeChatEndToEndTests {
    @Test("the followers of 31 December come from WeChat, over a token that is refused, into the figure of the year's report")
    func followers() async throws {
        let folder = try TemporaryFolder()
        // 09:00 on 1 January 2022 in Shanghai.
        let server = try await WeChatServer.start(clock: ManualClock(Timestamp(seconds: 1_640_998_800)))
        for (text, total) in [("2021-12-29", 748), ("2021-12-30", 750), ("2021-12-31", 754)] {
            let day = try #require(Day(text))
            server.state.withLock { $0.days[day] = .init(total: total, changes: [(source: 0, new: 4, cancelled: 0)]) }
        }
        server.state.withLock { $0.faults = [40001] }
        chmod(try folder.write(WeChatServer.secret + "\n", to: "wechat-secret"), 0o600)
        let config = try writeConfiguration(
            folder,
            """
            wechat:
              {appid: \(WeChatServer.appID), secret: {file: wechat-secret}, url: "\(server.url)", since: 2021-12-29}
            """)
        let daemon = try await DaemonProcess(
            config: config, log: folder.file("daemon.log"), arguments: ["--simulated-clock", "2022-01-01T09:00:00+08:00@1"])
        let trace = ["report", "trace", "n.followers.at_year_end", "--year", "2021", "--json", "--config", config]
        let list = ["register", "followers", "list", "--year", "2021", "--json", "--config", config]
        let isThere = try await eventually(within: 120, every: 0.3) {
            try Program.run(trace).json != nil && Program.run(list).output.split(separator: "\n").count >= 3
        }
        let traced = try Program.run(trace)
        #expect(isThere, "\(traced.errors) \(daemon.logText.suffix(1000))")
        #expect(traced.output.split(separator: "\n").count == 1 && traced.output.contains("754"), "\(traced.output)")
        let records = try Program.run(list)
        #expect(records.output.split(separator: "\n").count == 3, "\(records.output)")
        let state = server.state.withLock { $0 }
        #expect(state.tokens == 2, "the refused token was not fetched anew, once")
        #expect(state.questions.contains { $0.hasPrefix("getusercumulate") })
        #expect(state.questions.contains { $0.hasPrefix("getusersummary") })
        #expect(!daemon.logText.contains(WeChatServer.secret) && !daemon.logText.contains("TOKEN-"))
        #expect(daemon.stop() == 0)
        // The report as a whole says it too; other rules of an empty year fail, and the files are written all the same.
        let out = folder.file("report")
        _ = try Program.run(["export", "--year", "2021", "--out", out, "--config", config])
        let files = try FileManager.default.contentsOfDirectory(atPath: out)
        let narrative = files.compactMap { try? String(contentsOfFile: out + "/" + $0, encoding: .utf8) }.joined()
        #expect(narrative.contains("年末微信公众号关注人数754人"))
        await server.stop()
    }
}

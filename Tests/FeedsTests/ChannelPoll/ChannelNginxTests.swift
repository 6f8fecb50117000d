import Feeds
import Glibc
import Model
import TestKit
import Testing

/// Recorded answers served by a real web server, good and broken.
@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled(if: ChannelNginx.binary != nil, "nginx is not installed (make test installs it)"))
struct ChannelNginxTests {
    private static let good = """
        {"code":0,"data":{"rows":[{"caseNo":"N1","acceptTime":"2021-03-05 10:20:30","description":"占道经营","address":"钢铁大街",\
        "eventCode":"0501","state":"结案","endTime":"2021-03-06 10:00:00","disposal":"已清理"},\
        {"caseNo":"N2","acceptTime":"2021-03-05 10:21:30","description":"噪声","state":"处置中"}],"next":"","more":false}}
        """

    private func bench(_ nginx: ChannelNginx) async throws -> ChannelPollBench {
        try await ChannelPollBench(ChannelDefinitions.cursor(), url: nginx.url)
    }

    private func numbers(_ bench: ChannelPollBench, _ type: String) -> [String] {
        bench.journal.events.filter { $0.type == type }.map(\.id).sorted()
    }

    @Test("a recorded answer, asked for again and again, is two complaints and one closing")
    func recorded() async throws {
        guard let nginx = try ChannelNginx(locations: "") else { return }
        try nginx.put(Self.good, at: "api/cases")
        let bench = try await bench(nginx)
        try bench.start()
        #expect(await eventually { nginx.asked.filter { $0.contains("\" 200 ") }.count >= 5 })
        #expect(numbers(bench, EventType.complaintReceived) == ["N1", "N2"])
        #expect(numbers(bench, EventType.complaintClosed) == ["N1/closed"])
        #expect(bench.journal.unreadable.isEmpty)
        await bench.end()
    }

    @Test("a body cut off, another schema and no JSON at all are quarantined once each; the good answer after them is read")
    func broken() async throws {
        guard let nginx = try ChannelNginx(locations: "") else { return }
        let broken = [
            String(Self.good.prefix(200)), Self.good.split(separator: "\"rows\"").joined(separator: "\"records\""),
            "<html>维护中</html>",
        ]
        let bench = try await bench(nginx)
        for (index, text) in broken.enumerated() {
            try nginx.put(text, at: "api/cases")
            if index == 0 { try bench.start() }
            #expect(await eventually { bench.journal.unreadable.count == index + 1 })
            let asked = nginx.asked.count
            #expect(await eventually { nginx.asked.count > asked + 2 })
            #expect(bench.journal.unreadable.count == index + 1, "the same bytes again are nothing new")
        }
        #expect(bench.journal.events.allSatisfy { $0.type == EventType.feedGap })
        try nginx.put(Self.good, at: "api/cases")
        #expect(await eventually { numbers(bench, EventType.complaintReceived) == ["N1", "N2"] })
        #expect(await eventually { bench.journal.status?.state == .live })
        await bench.end()
    }

    @Test("a server that is out of order, slow or gone opens one gap, and its return closes it")
    func outage() async throws {
        let locations = """
            location = /api/cases { if (-f \(OutageFlag.path)) { return 500; } limit_rate 300; try_files $uri =404; }
            """
        let flag = OutageFlag()
        guard let nginx = try ChannelNginx(locations: locations.replacing(OutageFlag.path, with: flag.file)) else { return }
        try nginx.put(Self.good, at: "api/cases")
        flag.raise()
        let bench = try await bench(nginx)
        try bench.start()
        #expect(await eventually { bench.journal.status?.detail.contains("HTTP 500") == true })
        flag.lower()
        #expect(await eventually { numbers(bench, EventType.complaintReceived) == ["N1", "N2"] })
        #expect(await eventually { bench.journal.gaps.map(\.state) == [.open, .closed] })
        await bench.end()
    }
}

/// A file whose presence makes the server fail.
private struct OutageFlag {
    static let path = "/FLAG"
    let folder = try? TemporaryFolder("patrold-flag")
    var file: String { folder?.file("down") ?? "/nonexistent" }
    func raise() { _ = try? folder?.write("", to: "down") }
    func lower() { unlink(file) }
}

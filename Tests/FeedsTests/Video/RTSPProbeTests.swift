import Dispatch
import Feeds
import Model
import PatrolSim
import TestKit
import Testing

@Suite("Looking at picture streams over RTSP") struct RTSPProbeTests {
    /// A probe of one channel of a simulated server, with the right password unless told otherwise.
    private func probe(
        _ server: RTSPServer, path: String = "/Streaming/Channels/101", user: String? = "patrol", password: String = "secret",
        limit: Span = .seconds(20)
    ) throws -> RTSPProbe {
        var probe = RTSPProbe(try #require(RTSPAddress(server.url(path))), user: user) { password }
        probe.limit = limit
        return probe
    }

    private func look(
        _ faults: Set<RTSPFault> = [], path: String = "/Streaming/Channels/101", user: String? = "patrol",
        password: String = "secret", limit: Span = .seconds(20)
    ) async throws -> (RTSPVerdict, [RTSPRequest]) {
        var settings = RTSPServerSettings()
        settings.channels["/audio"] = .init(hasVideo: false)
        settings.channels["/cam/realmonitor?channel=1&subtype=0"] = .init()
        settings.faults = faults
        let server = try await RTSPServer.start(settings)
        let verdict = try await probe(server, path: path, user: user, password: password, limit: limit).look()
        let requests = server.requests
        await server.stop()
        return (verdict, requests)
    }

    @Test("a channel with video is alive; the digest names the address of the request line")
    func alive() async throws {
        let (verdict, requests) = try await look()
        #expect(verdict.outcome == .alive, "\(verdict.sentence)")
        #expect(requests.map(\.method) == ["OPTIONS", "DESCRIBE", "DESCRIBE"])
        #expect(requests.map { $0.headers["cseq"] } == ["1", "2", "3"])
        #expect(requests[2].headers["authorization"]?.contains("uri=\"\(requests[2].url)\"") == true)
        #expect(requests[2].headers["accept"] == "application/sdp")
    }

    @Test("a path with a query is asked for as written")
    func query() async throws {
        let (verdict, requests) = try await look(path: "/cam/realmonitor?channel=1&subtype=0")
        #expect(verdict.outcome == .alive, "\(verdict.sentence)")
        #expect(requests.last?.path == "/cam/realmonitor?channel=1&subtype=0")
    }

    @Test(
        "known oddities change nothing",
        arguments: [
            [.closesAfterAnswer], [.staleNonce], [.oldDigest], [.basicOnly], [.locksOptions], [.longLength], [.bareLines],
            [.singleBytes], [.closesAfterAnswer, .locksOptions], [.bareLines, .singleBytes], [.oldDigest, .staleNonce],
        ] as [Set<RTSPFault>])
    func oddities(faults: Set<RTSPFault>) async throws {
        let (verdict, _) = try await look(faults)
        #expect(verdict.outcome == .alive, "\(verdict.sentence)")
    }

    @Test(
        "each failure has its outcome and a sentence that says what to change",
        arguments: [
            (.notFound, .noChannel, "check the path"), (.noSession, .noChannel, "454"), (.noBandwidth, .busy, "453"),
            (.busy, .busy, "503"), (.forbidden, .refused, "right to live view"), (.noVideo, .noChannel, "no video"),
            (.garbage, .otherProtocol, "does not speak RTSP"), (.flood, .otherProtocol, "64 KiB"),
            (.speaksHTTP, .otherProtocol, "HTTP server"), (.closes, .unreachable, "closes the connection"),
            (.wrongRealm, .refused, "refuses user or password"), (.modernDigestOnly, .refused, "digest with MD5"),
        ] as [(RTSPFault, RTSPVerdict.Outcome, String)])
    func failures(fault: RTSPFault, outcome: RTSPVerdict.Outcome, words: String) async throws {
        let (verdict, requests) = try await look([fault])
        #expect(verdict.outcome == outcome)
        #expect(verdict.sentence.contains(words), "\(verdict.sentence)")
        #expect(requests.count <= 3)
    }

    @Test("a server that hangs is given up in time", arguments: [RTSPFault.hang, .hangOnDescribe])
    func hangs(fault: RTSPFault) async throws {
        let (verdict, _) = try await look([fault], limit: .seconds(6))
        #expect(verdict.outcome == .unreachable)
        #expect(verdict.sentence.contains("answers nothing in time"), "\(verdict.sentence)")
    }

    @Test("a description without its length is read when no more comes")
    func noLength() async throws {
        let (verdict, _) = try await look([.noLength], limit: .seconds(6))
        #expect(verdict.outcome == .alive, "\(verdict.sentence)")
    }

    @Test("a wrong password is tried once, no password not at all")
    func passwords() async throws {
        let (wrong, tries) = try await look(password: "wrong")
        #expect(wrong.outcome == .refused)
        #expect(wrong.sentence.contains("refuses user or password"))
        #expect(tries.count { $0.headers["authorization"] != nil } == 1)
        let (none, requests) = try await look(user: nil)
        #expect(none.outcome == .refused)
        #expect(none.sentence.contains("write them into the camera's settings"))
        #expect(requests.allSatisfy { $0.headers["authorization"] == nil })
        #expect(!wrong.sentence.contains("wrong"))
    }

    @Test("a channel that offers sound only has no video, a path that is none is no channel")
    func channels() async throws {
        let (sound, _) = try await look(path: "/audio")
        #expect(sound.outcome == .noChannel && sound.sentence.contains("has no video"), "\(sound.sentence)")
        let (none, _) = try await look(path: "/nothing")
        #expect(none.outcome == .noChannel && none.sentence.contains("404"), "\(none.sentence)")
    }

    @Test("a port that nobody listens on is unreachable")
    func closedPort() async throws {
        let server = try await RTSPServer.start(RTSPServerSettings())
        let probe = try probe(server)
        await server.stop()
        let verdict = await probe.look()
        #expect(verdict.outcome == .unreachable)
        #expect(verdict.sentence.contains("connection refused"), "\(verdict.sentence)")
    }

    @Test("a password that changed is used at the next look")
    func passwordChanges() async throws {
        let server = try await RTSPServer.start(RTSPServerSettings())
        let secrets = PasswordsInTurn(["wrong", "secret"])
        let probe = RTSPProbe(try #require(RTSPAddress(server.url())), user: "patrol") { secrets.next() }
        #expect(await probe.look().outcome == .refused)
        #expect(await probe.look().outcome == .alive)
        await server.stop()
    }

    @Test(
        "addresses are read as devices' manuals write them",
        arguments: [
            ("rtsp://192.0.2.7/Streaming/Channels/101", "192.0.2.7", 554, "rtsp://192.0.2.7/Streaming/Channels/101"),
            ("RTSP://192.0.2.7:8554/a?b=c", "192.0.2.7", 8554, "rtsp://192.0.2.7:8554/a?b=c"),
            ("rtsp://user:p@ss@cam.local:10554/x", "cam.local", 10554, "rtsp://cam.local:10554/x"),
            ("rtsp://[2001:db8::7]:554/x", "2001:db8::7", 554, "rtsp://[2001:db8::7]:554/x"),
            ("rtsp://192.0.2.7", "192.0.2.7", 554, "rtsp://192.0.2.7"),
        ])
    func addresses(text: String, host: String, port: Int, url: String) throws {
        let address = try #require(RTSPAddress(text))
        #expect(address.host == host && address.port == port && address.url == url)
    }

    @Test(
        "what would break a request line is no address",
        arguments: [
            "http://192.0.2.7/", "rtsp://", "rtsp:///x", "rtsp://a:0/x", "rtsp://a:70000/x", "rtsp://a/x y", "rtsp://a/x\r\nY: z",
            "rtsp://a:b:c/x", "rtsp://钢铁/x", "rtsp://a/" + String(repeating: "x", count: 2000),
        ])
    func noAddresses(text: String) {
        #expect(RTSPAddress(text) == nil)
    }
}

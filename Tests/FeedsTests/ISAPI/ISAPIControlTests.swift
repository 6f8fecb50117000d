import Feeds
import Model
import PatrolSim
import TestKit
import Testing

@Suite(.serialized) struct ISAPIControlTests {
    private let multi = CurlMulti(label: "test.control")

    private func withCamera(
        password: String = "secret", change: (inout ISAPICameraSettings) -> Void = { _ in },
        _ body: (ISAPIControl, PatrolSim.ISAPICamera) async throws -> Void
    ) async throws {
        var settings = ISAPICameraSettings(name: "cam-1", password: "secret")
        change(&settings)
        let server = try await ISAPICameraServer.start([settings])
        var camera = Feeds.ISAPICamera(
            .quick("cam-1", adapter: "isapi"), at: DeviceAddress(url: server.url(0), user: "admin", password: { password }))
        camera.profile.limits.refusedRetry = Backoff(first: .minutes(20), longest: .minutes(20))
        try await body(ISAPIControl(camera, multi: multi, clock: RealClock()), server.cameras[0])
        await server.stop()
    }

    @Test("identity, clock, events and presets are told, and what is not ticked is noted")
    func facts() async throws {
        try await withCamera(change: { settings in
            settings.triggers = [("VMD", ["center"]), ("fielddetection", ["record"]), ("diskfull", [])]
            settings.clock = { RealClock(shift: .minutes(3)).now() }
        }) { control, _ in
            let facts = try await control.facts()
            #expect(facts.manufacturer == "Hikvision" && facts.model == "DS-2DF8C448I5XS" && facts.name == "cam-1")
            #expect(facts.firmware == "V5.7.17 build 240606" && facts.serial?.hasPrefix("SIM") == true)
            #expect(abs((facts.clockOffset?.seconds ?? 0) - 180) <= 30)
            #expect(facts.events == ["alertStream", "httpHosts"])
            #expect(facts.presets == [Preset(token: "1", name: "Gate"), Preset(token: "2", name: "Street")])
            #expect(facts.notes.count == 1 && facts.notes.first?.contains("fielddetection") == true)
            #expect(facts.notes.first?.contains("Notify Surveillance Center") == true)
        }
    }

    @Test("presets are gone to, patrols started and stopped, and what is unknown is a sentence")
    func orders() async throws {
        try await withCamera { control, camera in
            try await control.go(to: "2")
            #expect(try await control.tours() == [Preset(token: "1", name: "Round")])
            try await control.startTour("1")
            try await control.stopTour("1")
            #expect(camera.tally.orders == ["presets/2/goto @1", "patrols/1/start @1", "patrols/1/stop @1"])
            for wrong in ["9", "../../System/reboot", ""] {
                await #expect(throws: DeviceProblem.self) { try await control.go(to: wrong) }
            }
            camera.inject(.busy)
            let problem = await #expect(throws: DeviceProblem.self) { try await control.go(to: "1") }
            #expect(problem?.code == .busy)
        }
    }

    @Test("a snapshot is a whole picture, each another one; a recorder gives it under its proxy's path")
    func snapshots() async throws {
        try await withCamera { control, camera in
            let first = try await control.snapshot()
            let second = try await control.snapshot()
            #expect(
                first.count > 1024 && first.starts(with: [0xFF, 0xD8]) && first.suffix(2) == [0xFF, 0xD9] && first != second)
            camera.inject(.frozenPicture)
            let frozen = try await control.snapshot()
            #expect(try await control.snapshot() == frozen)
        }
        try await withCamera(change: { $0.deviceType = "NVR" }) { control, _ in
            let picture = try await control.snapshot()
            #expect(picture.count > 1024)
        }
    }

    @Test("an XML error in the place of a picture is a sentence", arguments: [CameraFault.errorForPicture, .videoLost])
    func noPicture(_ fault: CameraFault) async throws {
        try await withCamera { control, camera in
            camera.inject(fault)
            let problem = await #expect(throws: DeviceProblem.self) { _ = try await control.snapshot() }
            #expect(problem?.code == (fault == .videoLost ? .busy : .unsupported))
            #expect(problem?.sentence.contains(fault == .videoLost ? "video" : "badXmlFormat") == true)
        }
    }

    @Test("a recorder tells its network cameras and what its channel numbers mean")
    func recorder() async throws {
        try await withCamera(change: { settings in
            settings.deviceType = "NVR"
            settings.proxyChannels = [(1, "Gate", "192.0.2.1"), (2, "大门", "192.0.2.2")]
        }) { control, _ in
            let channels = try await control.channels()
            #expect(channels.map(\.id) == [1, 2] && channels.last?.name == "大门" && channels.first?.address == "192.0.2.1")
            let notes = try await control.facts().notes
            #expect(notes.contains { $0.contains("1 Gate, 2 大门") } && notes.contains { $0.contains("channelOffset: 32") })
        }
    }

    @Test("HTTP listening is set up beside the entries of others, is there afterwards, and is changed and not doubled")
    func pushSetup() async throws {
        try await withCamera { control, camera in
            try await control.setUpPush(host: "192.0.2.5", port: 8480, path: "/push/isapi/cam-1", digest: true)
            var hosts = try XMLElement(parsing: Array(camera.httpHosts.utf8))
            try #require(hosts.children.count == 3)
            #expect(hosts.children.map { $0["url"]?.text } == ["/other", "/push/isapi/cam-1", "/"])
            #expect(
                hosts.children[1]["httpAuthenticationMethod"]?.text == "MD5digest"
                    && hosts.children[1]["userName"]?.text == "admin")
            #expect(hosts.children[1]["id"]?.text == "2" && hosts.children[0]["ipAddress"]?.text == "192.0.2.77")
            try await control.setUpPush(host: "192.0.2.5", port: 8480, path: "/push/isapi/a&b", digest: false)
            hosts = try XMLElement(parsing: Array(camera.httpHosts.utf8))
            #expect(hosts.children.map { $0["url"]?.text } == ["/other", "/push/isapi/a&b", "/"])
            camera.inject(.forgetsHosts)
            let problem = await #expect(throws: DeviceProblem.self) {
                try await control.setUpPush(host: "192.0.2.6", port: 80, path: "/", digest: false)
            }
            #expect(problem?.code == .unsupported)
        }
    }

    @Test("who is not there, is no Hikvision device or wants another password says so in a sentence")
    func problems() async throws {
        let nobody = Feeds.ISAPICamera(.quick("cam-1", adapter: "isapi"), at: DeviceAddress(url: "http://127.0.0.1:1"))
        let problem = await #expect(throws: DeviceProblem.self) {
            _ = try await ISAPIControl(nobody, multi: multi, clock: RealClock()).facts()
        }
        #expect(problem?.code == .unreachable && problem?.sentence.contains("port") == true)
        let dahua = try await DahuaCameraServer.start([DahuaDeviceSettings(name: "d", password: "secret")])
        let other = Feeds.ISAPICamera(
            .quick("cam-1", adapter: "isapi"), at: DeviceAddress(url: dahua.url(0), user: "admin", password: { "secret" }))
        await #expect(throws: DeviceProblem.self) { _ = try await ISAPIControl(other, multi: multi, clock: RealClock()).facts() }
        await dahua.stop()
        try await withCamera(password: "wrong") { control, camera in
            let problem = await #expect(throws: DeviceProblem.self) { _ = try await control.facts() }
            #expect(problem?.code == .refused && problem?.sentence.contains("401") == true)
            let refused = camera.tally.refused
            for _ in 1...20 { _ = try? await control.snapshot() }
            #expect(camera.tally.refused == refused && !camera.tally.wasLocked)
        }
    }

    @Test("stream, control and polls together never lock a camera, and a right password is used at once")
    func neverLocked() async throws {
        var settings = ISAPICameraSettings(name: "cam-1", password: "secret")
        settings.triesUntilLocked = 5
        let server = try await ISAPICameraServer.start([settings])
        let journal = MemoryJournal()
        var camera = Feeds.ISAPICamera(
            .quick("cam-1", adapter: "isapi"), at: DeviceAddress(url: server.url(0), user: "admin", password: { "wrong" }))
        let feed = ISAPIStream.feed(camera, multi: multi, in: journal.surroundings())
        var device = ISAPIPushDevice(.quick("cam-2", adapter: "isapi"), at: camera.address)
        device.pollEvery = .milliseconds(20)
        device.authentication = camera.authentication
        let push = ISAPIPush(device, multi: multi, in: MemoryJournal().surroundings())
        feed.start()
        push.feed.start()
        #expect(await eventually { journal.status?.state == .refused })
        let control = ISAPIControl(camera, multi: multi, clock: RealClock())
        #expect(
            await eventually {
                _ = try? await control.snapshot()
                return journal.status?.detail.contains("30 min") == true
            })
        #expect(!server.cameras[0].tally.wasLocked)
        camera.address.password = { "secret" }
        #expect(try await ISAPIControl(camera, multi: multi, clock: RealClock()).facts().name == "cam-1")
        await withCheckedContinuation { done in feed.stop { done.resume() } }
        await withCheckedContinuation { done in push.feed.stop { done.resume() } }
        await server.stop()
    }

    @Test("a camera that is locked already says for how long")
    func locked() async throws {
        try await withCamera(password: "wrong", change: { $0.triesUntilLocked = 1 }) { control, _ in
            let problem = await #expect(throws: DeviceProblem.self) { _ = try await control.facts() }
            #expect(problem?.code == .locked && problem?.sentence.contains("30 min") == true)
        }
    }
}

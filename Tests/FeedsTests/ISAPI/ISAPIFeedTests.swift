import Feeds
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct ISAPIFeedTests {
    private let multi = CurlMulti(label: "test.isapi")
    private let journal = MemoryJournal()

    private func camera(_ url: String, password: String = "secret") -> Feeds.ISAPICamera {
        Feeds.ISAPICamera(
            .quick("cam-1", adapter: "isapi"), at: DeviceAddress(url: url, user: "admin", password: { password }))
    }

    private func feed(_ camera: Feeds.ISAPICamera, clock: RealClock = RealClock(), blindSince: Timestamp? = nil) -> DeviceFeed {
        ISAPIStream.feed(camera, multi: multi, in: journal.surroundings(clock: clock, blindSince: blindSince))
    }

    /// Runs a test with a simulated camera and a live feed.
    private func withFeed(
        heartbeat: Span = .milliseconds(200), faults: [CameraFault] = [],
        change: (inout Feeds.ISAPICamera) -> Void = { _ in },
        _ body: (PatrolSim.ISAPICamera) async throws -> Void
    ) async throws {
        var settings = ISAPICameraSettings(name: "cam-1", password: "secret")
        settings.heartbeat = heartbeat
        let server = try await ISAPICameraServer.start([settings])
        for fault in faults { server.cameras[0].inject(fault) }
        var camera = camera(server.url(0))
        change(&camera)
        let feed = feed(camera)
        feed.start()
        try await body(server.cameras[0])
        await withCheckedContinuation { done in feed.stop { done.resume() } }
        await server.stop()
    }

    private func isLive() async -> Bool { await eventually { journal.status?.state == .live } }

    @Test("an alarm that repeats is one start and one stop, behind digest authentication")
    func alarms() async throws {
        try await withFeed { device in
            #expect(await isLive())
            device.raise(SimAlarm(eventType: "fielddetection", region: "2", target: "human"))
            device.raise(SimAlarm(eventType: "fielddetection", region: "2", activePostCount: 2))
            device.raise(SimAlarm(eventType: "fielddetection", state: .inactive, region: "2", activePostCount: 3))
            #expect(await eventually { journal.alarms.count == 2 })
            let alarms = journal.alarms
            #expect(alarms.map(\.state) == [.start, .stop] && alarms.last?.repeats == 1)
            #expect(alarms.first?.alarmClass == "intrusion" && alarms.first?.region == "2" && alarms.first?.target == "human")
            #expect(journal.events.allSatisfy { $0.source == "patrold:/feeds/cam-1" && $0.subject == "cam-1" })
        }
        #expect(journal.status?.state == .stopped)
        #expect(journal.statuses.map(\.status) == [.online])
    }

    @Test("an alarm that falls silent ends after the quiet time")
    func quiet() async throws {
        try await withFeed(change: { $0.profile.quiet = .milliseconds(600) }) { device in
            #expect(await isLive())
            device.raise(SimAlarm(eventType: "linedetection"))
            #expect(await eventually { journal.alarms.map(\.state) == [.start, .stop] })
        }
    }

    @Test(
        "every fault of the wire still gives the alarm",
        arguments: [
            .lieAboutLength(-100), .lieAboutLength(5000), .noContentLength, .bareAmpersand, .emptyChannel,
            .lostClock(.noZone), .lostClock(.lostPlus), .lostClock(.year2000), .wrongBoundaryDashes(.none),
            .wrongBoundaryDashes(.four), .garbage([1, 2, 3, 255, 13, 10]), .notFoundOnNewPath, .duplicateAlarm,
            .picturePart([0xFF, 0xD8, 0x01, 0x02, 0xFF, 0xD9]), .gbkChannelName, .ipv6, .json,
        ] as [CameraFault])
    func faults(_ fault: CameraFault) async throws {
        try await withFeed(faults: [fault]) { device in
            #expect(await isLive())
            device.raise(SimAlarm(eventType: "fielddetection", region: "1"))
            device.raise(SimAlarm(eventType: "linedetection", region: "2"))
            #expect(await eventually { journal.starts.count == 2 })
            #expect(journal.starts.map(\.rawType) == ["fielddetection", "linedetection"])
            if case .garbage = fault {
                #expect(await eventually { !journal.unreadable.isEmpty })
            } else {
                #expect(journal.unreadable.isEmpty)
            }
        }
    }

    @Test("a broken part goes to quarantine whole, and the next good part arrives")
    func quarantine() async throws {
        try await withFeed { device in
            #expect(await isLive())
            device.inject(.truncatedXML)
            device.raise(SimAlarm(eventType: "fielddetection"))
            device.clearFaults()
            device.raise(SimAlarm(eventType: "linedetection"))
            #expect(await eventually { journal.unreadable.count == 1 && journal.starts.count == 1 })
            #expect(journal.unreadable.first?.adapter == "isapi")
            #expect(await eventually { journal.status?.quarantined == 1 })
        }
    }

    @Test("a camera that hangs after its headers goes silent, is a gap, and comes back")
    func hangs() async throws {
        try await withFeed(faults: [.hangAfterHeaders], change: { $0.profile.limits.silence = .seconds(2) }) { device in
            #expect(await eventually { journal.status?.state == .silent })
            device.clearFaults()
            #expect(await isLive())
            #expect(await eventually { journal.gaps.map(\.state).starts(with: [.open, .closed]) })
            #expect(journal.gaps.first?.reason == "silent" && journal.gaps.first?.from == journal.gaps.dropFirst().first?.from)
        }
    }

    @Test("a stream that stalls goes offline and online again, with the blind minutes written down")
    func stalls() async throws {
        try await withFeed(change: { $0.profile.limits.silence = .seconds(2) }) { device in
            #expect(await isLive())
            device.inject(.stall)
            #expect(await eventually { journal.statuses.last?.status == .offline })
            device.clearFaults()
            #expect(await eventually { journal.gaps.contains { $0.state == .closed } })
            #expect(await eventually { journal.statuses.count >= 3 })
            #expect(journal.statuses.map(\.status).prefix(3) == [.online, .offline, .online])
            #expect((journal.status?.reconnects ?? 0) >= 1)
        }
    }

    @Test("a camera that loses power and comes back is heard again")
    func power() async throws {
        try await withFeed { device in
            #expect(await isLive())
            device.powerOff()
            #expect(await eventually { journal.status?.state == .unreachable })
            device.powerOn()
            #expect(await isLive())
            device.raise(SimAlarm(eventType: "fielddetection"))
            #expect(await eventually { journal.starts.count == 1 })
        }
    }

    @Test("a wrong password is refused, tried seldom, and never locks the device")
    func refused() async throws {
        try await withFeed(change: { $0.address.password = { "wrong" } }) { device in
            #expect(await eventually { journal.status?.state == .refused })
            #expect(journal.status?.detail.contains("401") == true)
            // Three tries, each with its challenge; then it is only tried in half an hour.
            #expect(await eventually { journal.status?.detail.contains("30 min") == true })
            #expect(device.tally.refused <= 6 && !device.tally.wasLocked)
        }
    }

    @Test("a camera that has locked everybody out says for how long, and is left alone until then")
    func locked() async throws {
        var settings = ISAPICameraSettings(name: "cam-1", password: "secret")
        settings.triesUntilLocked = 1
        let server = try await ISAPICameraServer.start([settings])
        let feed = feed(camera(server.url(0), password: "wrong"))
        feed.start()
        #expect(await eventually { journal.status?.detail.contains("opens again in 30 min") == true })
        let refused = server.cameras[0].tally.refused
        let changes = journal.state.withLock { $0.statuses.count }
        // Two more attempts of the feed, and none of them reached the camera.
        #expect(await eventually { journal.state.withLock { $0.statuses.count } >= changes + 2 })
        #expect(server.cameras[0].tally.refused == refused)
        await withCheckedContinuation { done in feed.stop { done.resume() } }
        await server.stop()
    }

    @Test("while the journal is full the stream is held back, and then nothing is missing and all is in order")
    func backPressure() async throws {
        try await withFeed { device in
            #expect(await isLive())
            journal.refuse(.full)
            for number in 1...1500 { device.raise(SimAlarm(eventType: "fielddetection", region: String(number))) }
            let before = journal.state.withLock { $0.calls }
            #expect(await eventually { journal.state.withLock { $0.calls } > before + 2 })
            #expect(journal.starts.isEmpty)
            journal.refuse(nil)
            #expect(await eventually { journal.starts.count == 1500 })
            #expect(journal.starts.compactMap { $0.region.flatMap { Int($0) } } == Array(1...1500))
            #expect(journal.status?.state == .live)
        }
    }

    @Test("a wrong device clock is told once and shown")
    func clock() async throws {
        let server = try await ISAPICameraServer.start([
            {
                var settings = ISAPICameraSettings(name: "cam-1", password: "secret")
                settings.heartbeat = .milliseconds(100)
                return settings
            }()
        ])
        let feed = feed(camera(server.url(0)), clock: RealClock(shift: .minutes(10)))
        feed.start()
        #expect(await eventually { journal.statuses.contains { $0.status == .timeSkew } })
        #expect(await eventually { (journal.status?.clockOffset?.seconds ?? 0) < -590 })
        await withCheckedContinuation { done in feed.stop { done.resume() } }
        #expect(journal.statuses.filter { $0.status == .timeSkew }.count == 1)
        await server.stop()
    }

    @Test("the alarm's picture is stored and named in the alarm, in its place in the order")
    func picture() async throws {
        let stored = Mutex<[[UInt8]]>([])
        let jpeg: [UInt8] = [0xFF, 0xD8, 1, 2, 3, 0xFF, 0xD9]
        try await withFeed(
            faults: [.picturePart(jpeg)],
            change: { camera in
                camera.profile.storePicture = { bytes in
                    stored.withLock { $0.append(bytes) }
                    return "hash-\(bytes.count)"
                }
            }
        ) { device in
            #expect(await isLive())
            device.raise(SimAlarm(eventType: "fielddetection", region: "1"))
            device.raise(SimAlarm(eventType: "fielddetection", region: "2"))
            #expect(await eventually { journal.starts.count == 2 })
            #expect(journal.starts.map(\.region) == ["1", "2"])
            #expect(journal.starts.map(\.snapshot) == ["hash-7", "hash-7"])
            #expect(stored.withLock { $0 } == [jpeg, jpeg])
        }
    }

    @Test("status classes become camera statuses, and a video loss ends with a heartbeat")
    func statuses() async throws {
        try await withFeed { device in
            #expect(await isLive())
            device.raise(SimAlarm(eventType: "videoloss", region: nil))
            device.raise(SimAlarm(eventType: "shelteralarm", region: nil))
            device.beat()
            device.raise(SimAlarm(eventType: "videoloss", region: nil, activePostCount: 9))
            #expect(
                await eventually {
                    journal.statuses.map(\.status) == [.online, .videoLoss, .tampered, .videoLoss]
                })
            #expect(journal.alarms.isEmpty)
        }
    }

    @Test("minutes before the start in which the daemon was down are a gap that closes at the first sign of life")
    func daemonDown() async throws {
        let server = try await ISAPICameraServer.start([ISAPICameraSettings(name: "cam-1", password: "secret")])
        let since = RealClock().now() - .minutes(5)
        let feed = feed(camera(server.url(0)), blindSince: since)
        feed.start()
        #expect(await eventually { journal.gaps.map(\.state) == [.open, .closed] })
        #expect(journal.gaps.allSatisfy { $0.from == since && $0.reason == "daemon-stopped" })
        await withCheckedContinuation { done in feed.stop { done.resume() } }
        await server.stop()
    }

    @Test("stopping delivers what was taken before")
    func stops() async throws {
        try await withFeed { device in
            #expect(await isLive())
            journal.refuse(.unwritable)
            device.raise(SimAlarm(eventType: "fielddetection"))
            let calls = journal.state.withLock { $0.calls }
            #expect(await eventually { journal.state.withLock { $0.calls } > calls })
            journal.refuse(nil)
        }
        #expect(journal.starts.count == 1)
    }
}

import Feeds
import Model
import PatrolSim
import TestKit
import Testing

let dahuaClasses: [String: AlarmClass] = [
    "crossregiondetection": AlarmClass(name: "intrusion", label: "区域入侵"),
    "videoloss": AlarmClass(name: "video-loss", role: .status, status: .videoLoss, label: "视频丢失"),
    "ntpadjusttime": AlarmClass(name: "clock-set", role: .heartbeat, label: "校时"),
]

@Suite(.serialized) struct DahuaFeedTests {
    private let multi = CurlMulti(label: "test.dahua")
    private let journal = MemoryJournal()

    /// Runs a test with a simulated device and a live feed.
    private func withFeed(
        faults: [DahuaFault] = [], channels: Int = 1, clock: RealClock = RealClock(), blindSince: Timestamp? = nil,
        change: (inout DahuaCamera) -> Void = { _ in }, _ body: (DahuaDevice) async throws -> Void
    ) async throws {
        var settings = DahuaDeviceSettings(name: "cam-1", password: "secret")
        settings.heartbeat = .milliseconds(200)
        settings.channels = channels
        let server = try await DahuaCameraServer.start([settings])
        for fault in faults { server.devices[0].inject(fault) }
        var camera = DahuaCamera(
            .quick("cam-1", adapter: "dahua", classes: dahuaClasses),
            at: DeviceAddress(url: server.url(0), user: "admin", password: { "secret" }))
        change(&camera)
        let feed = DahuaStream.feed(camera, multi: multi, in: journal.surroundings(clock: clock, blindSince: blindSince))
        feed.start()
        try await body(server.devices[0])
        await withCheckedContinuation { done in feed.stop { done.resume() } }
        await server.stop()
    }

    private func isLive() async -> Bool { await eventually { journal.status?.state == .live } }

    @Test("an alarm is one start and one stop, behind digest authentication, attached to [All]")
    func alarms() async throws {
        try await withFeed { device in
            #expect(await isLive())
            let event = SimDahuaEvent("CrossRegionDetection", rule: 2, target: "Human", deed: "Cross")
            device.raise(event)
            device.raise(event)
            device.raise(event.ended)
            #expect(await eventually { journal.alarms.count == 2 })
            #expect(journal.alarms.map(\.state) == [.start, .stop])
            #expect(journal.alarms.first?.alarmClass == "intrusion" && journal.alarms.first?.target == "human")
            #expect(journal.alarms.first?.region == "2" && journal.alarms.first?.channel == 1)
            #expect(device.tally.attached == ["All"])
        }
        #expect(journal.statuses.map(\.status) == [.online])
    }

    @Test(
        "every fault of the wire still gives the alarms",
        arguments: [
            .noBlankLine, .noLineEnd, .lieAboutLength(-20), .lieAboutLength(500), .noContentLength, .pieces(1), .pieces(9),
            .transferChunks, .allRefused, .garbage([1, 2, 3, 255, 13, 10]), .garbage(Array("xyz".utf8)), .brokenJSON, .openJSON,
            .duplicateEvent, .noData, .localUTC,
        ] as [DahuaFault])
    func faults(_ fault: DahuaFault) async throws {
        try await withFeed(faults: [fault]) { device in
            #expect(await isLive())
            device.raise(SimDahuaEvent("CrossRegionDetection", rule: 1, target: "Human"))
            device.raise(SimDahuaEvent("CrossLineDetection", rule: 2))
            device.raise(SimDahuaEvent("VideoMotion"))
            #expect(await eventually { journal.starts.count == 3 })
            #expect(journal.starts.map(\.rawType) == ["CrossRegionDetection", "CrossLineDetection", "VideoMotion"])
            if case .garbage = fault {
                #expect(await eventually { !journal.unreadable.isEmpty })
            } else {
                #expect(journal.unreadable.isEmpty)
            }
            if fault == .allRefused { #expect(device.tally.attached.first?.contains("CrossRegionDetection") == true) }
        }
    }

    @Test("many events in one piece, and data with semicolons, equals signs or no JSON at all, arrive in order")
    func burst() async throws {
        try await withFeed { device in
            #expect(await isLive())
            var odd = SimDahuaEvent("AlarmLocal", .pulse)
            odd.rawData = "a=b;c=d;data={"
            var json = SimDahuaEvent("CrossLineDetection")
            json.rawData = "{ \"Name\" : \"a;data={b\", \"RuleId\" : 9 }"
            device.burst((1...50).map { SimDahuaEvent("CrossRegionDetection", rule: $0) } + [odd, json])
            #expect(await eventually { journal.alarms.count == 52 })
            #expect(journal.alarms.prefix(50).compactMap { $0.region.flatMap { Int($0) } } == Array(1...50))
            #expect(journal.alarms[50].description == "a=b;c=d;data={" && journal.alarms[51].region == "9")
        }
    }

    @Test("a recorder's channels come on one stream, noise only proves life, a video loss is a status")
    func channels() async throws {
        try await withFeed(channels: 4) { device in
            #expect(await isLive())
            for index in 0..<4 { device.raise(SimDahuaEvent("CrossRegionDetection", index: index, rule: 1)) }
            device.raise(SimDahuaEvent("NTPAdjustTime", .pulse))
            device.raise(SimDahuaEvent("VideoLoss", index: 3))
            #expect(await eventually { journal.statuses.contains { $0.status == .videoLoss && $0.channel == 4 } })
            #expect(journal.starts.map(\.channel) == [1, 2, 3, 4])
            #expect(journal.alarms.count == 4)
        }
    }

    @Test("events of one number are one fact only within their moment; a counter that begins anew loses nothing")
    func identity() async throws {
        try await withFeed { device in
            #expect(await isLive())
            for text in ["2021-06-01 08:00:00", "2021-06-01 08:00:00", "2021-06-01 09:00:00"] {
                var event = SimDahuaEvent("CrossLineDetection", .pulse)
                event.rawData = "{ \"EventID\" : 7, \"LocaleTime\" : \"\(text)\", \"RuleId\" : 1 }"
                device.raise(event)
            }
            #expect(await eventually { journal.alarms.count == 2 && journal.state.withLock { $0.duplicates } == 1 })
        }
    }

    @Test("a daemon that restarts while an alarm lasts does not tell it twice, and nothing between is lost unseen")
    func restarted() async throws {
        var event = SimDahuaEvent("CrossRegionDetection")
        event.rawData = "{ \"EventID\" : 7, \"LocaleTime\" : \"2021-06-01 08:00:00\", \"RuleId\" : 1 }"
        for round in 1...2 {
            try await withFeed(blindSince: round == 2 ? RealClock().now() - .minutes(1) : nil) { device in
                #expect(await isLive())
                device.raise(event)
                #expect(
                    await eventually {
                        journal.state.withLock { $0.events.filter { $0.id.hasPrefix("alarm/") }.count + $0.duplicates } >= round
                    })
            }
        }
        #expect(journal.starts.count == 1 && journal.state.withLock { $0.duplicates } >= 1)
        #expect(journal.gaps.map(\.state) == [.open, .closed] && journal.gaps.first?.reason == "daemon-stopped")
    }

    @Test("an event cut half-way is quarantined, and the stream comes back")
    func cut() async throws {
        try await withFeed { device in
            #expect(await isLive())
            device.inject(.cutMidEvent)
            device.raise(SimDahuaEvent("CrossRegionDetection", rule: 1, target: "Human"))
            #expect(await eventually { journal.unreadable.count == 1 })
            #expect(await eventually { device.openStreams == 1 && journal.status?.state == .live })
            device.raise(SimDahuaEvent("CrossRegionDetection", rule: 2))
            #expect(await eventually { journal.starts.map(\.region) == ["2"] })
            #expect(journal.unreadable.first?.adapter == "dahua")
        }
    }

    @Test(
        "a device that hangs after its headers, or stalls, is a gap and comes back",
        arguments: [DahuaFault.hangAfterHeaders, .stall])
    func stalls(_ fault: DahuaFault) async throws {
        try await withFeed(change: { $0.profile.limits.silence = .seconds(8) }) { device in
            #expect(await isLive())
            device.inject(fault)
            device.restart()
            #expect(await eventually { journal.status?.state == .silent })
            device.clearFaults()
            #expect(await eventually { journal.gaps.last?.state == .closed && journal.status?.state == .live })
            device.raise(SimDahuaEvent("CrossRegionDetection", rule: 1))
            #expect(await eventually { journal.starts.count == 1 })
        }
    }

    @Test("a device that loses power and comes back is heard again")
    func power() async throws {
        try await withFeed { device in
            #expect(await isLive())
            device.powerOff()
            #expect(await eventually { journal.status?.state == .unreachable })
            device.powerOn()
            #expect(await isLive())
            device.raise(SimDahuaEvent("CrossRegionDetection", rule: 1))
            #expect(await eventually { journal.starts.count == 1 })
        }
    }

    @Test("while the journal refuses the stream is held back, and then nothing is missing and all is in order")
    func backPressure() async throws {
        try await withFeed { device in
            #expect(await isLive())
            journal.refuse(.full)
            for number in 1...1200 { device.raise(SimDahuaEvent("CrossRegionDetection", rule: number)) }
            let before = journal.state.withLock { $0.calls }
            #expect(await eventually { journal.state.withLock { $0.calls } > before + 2 })
            #expect(journal.starts.isEmpty)
            journal.refuse(nil)
            #expect(await eventually { journal.starts.count == 1200 })
            #expect(journal.starts.compactMap { $0.region.flatMap { Int($0) } } == Array(1...1200))
        }
    }

    @Test("a wrong password is tried seldom and never locks the device; a page instead of events says so")
    func refused() async throws {
        try await withFeed(change: { $0.address.password = { "wrong" } }) { device in
            #expect(await eventually { journal.status?.state == .refused })
            #expect(journal.status?.detail.contains("401") == true)
            // Three tries, each with its challenge; then it is only tried in half an hour.
            #expect(await eventually { journal.status?.detail.contains("30 min") == true })
            #expect(device.tally.refused == 6 && !device.tally.wasLocked)
        }
        try await withFeed(faults: [.notFound]) { _ in
            #expect(await eventually { journal.status?.detail.contains("protocol") == true })
        }
    }

    @Test("the device's clock is read and a wrong one is told once")
    func clock() async throws {
        try await withFeed(clock: RealClock(shift: .minutes(10)), change: { $0.clockEvery = .milliseconds(100) }) { _ in
            #expect(await eventually { journal.statuses.contains { $0.status == .timeSkew } })
            #expect(await eventually { (journal.status?.clockOffset?.seconds ?? 0) < -590 })
        }
        #expect(journal.statuses.filter { $0.status == .timeSkew }.count == 1)
    }
}

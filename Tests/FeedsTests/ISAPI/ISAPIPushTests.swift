import Feeds
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct ISAPIPushTests {
    private let multi = CurlMulti(label: "test.push")
    private let journal = MemoryJournal()
    private let pictures = StoredPictures()

    private static func settings() -> ISAPICameraSettings { ISAPICameraSettings(name: "cam-1", password: "secret") }

    private func device(_ change: (inout ISAPIPushDevice) -> Void = { _ in }) -> ISAPIPushDevice {
        var profile = DeviceProfile.quick("cam-1", adapter: "isapi")
        profile.storePicture = { bytes in
            pictures.all.withLock { $0.append(bytes) }
            return "hash-\(bytes.count)"
        }
        var device = ISAPIPushDevice(profile)
        device.user = "admin"
        device.password = { "secret" }
        device.answerWithin = .seconds(60)
        change(&device)
        return device
    }

    /// Runs a test with a feed behind a listener, and a device that posts to it.
    private func withPush(
        change: (inout ISAPIPushDevice) -> Void = { _ in }, settings: ISAPICameraSettings = ISAPIPushTests.settings(),
        tries: Int = 5000,
        _ body: (ISAPIPusher, ISAPIPush) async throws -> Void
    ) async throws {
        let push = ISAPIPush(device(change), multi: multi, in: journal.surroundings())
        push.feed.start()
        let listener = try await PushListener.start { await push.receive($0) }
        let pusher = ISAPIPusher(
            settings, to: "127.0.0.1", port: listener.port, path: "/push/isapi/cam-1", retryEvery: .milliseconds(30), tries: tries
        )
        try await body(pusher, push)
        await pusher.stop()
        await withCheckedContinuation { done in push.feed.stop { done.resume() } }
        await listener.stop()
    }

    private func alarm(_ region: Int, time: String? = nil) -> SimAlarm {
        SimAlarm(eventType: "fielddetection", dateTime: time, region: String(region), target: "human")
    }

    @Test("a device that answers our challenge is heard, XML or JSON, bare or as a form", arguments: [0, 1, 2, 3])
    func forms(_ form: Int) async throws {
        try await withPush { pusher, _ in
            let pictures = form >= 2 ? [SimPicture.jpeg(comment: "one", size: 2048)] : []
            let outcome = await pusher.push(alarm(2), pictures: pictures, faults: form % 2 == 1 ? [.json] : [])
            #expect(outcome.statuses == [200])
            // The answer says that it is durable: nothing to wait for.
            #expect(journal.starts.map(\.region) == ["2"] && journal.starts.first?.target == "human")
            #expect(journal.starts.first?.snapshot == pictures.first.map { "hash-\($0.count)" })
            #expect(self.pictures.all.withLock { $0 } == pictures)
            #expect(journal.status?.state == .live)
        }
    }

    @Test(
        "forms without their end, and forms that say that they are XML, are read",
        arguments: [PushFault.noClosingBoundary, .wrongContentType])
    func sloppyForms(_ fault: PushFault) async throws {
        try await withPush { pusher, _ in
            let picture = SimPicture.jpeg(comment: "one", size: 2048)
            #expect(await pusher.push(alarm(1), pictures: [picture, picture], faults: [fault]).statuses == [200])
            #expect(journal.starts.first?.snapshot == "hash-\(picture.count)" && journal.unreadable.isEmpty)
        }
    }

    @Test("what is longer than it says is read to its end")
    func longer() async throws {
        let push = ISAPIPush(device { $0.allowedPeers = ["192.0.2.10"] }, multi: multi, in: journal.surroundings())
        push.feed.start()
        let xml =
            "<EventNotificationAlert><eventType>fielddetection</eventType><eventState>active</eventState>"
            + "</EventNotificationAlert>"
        let body = Array("--boundary\r\nContent-Type: application/xml\r\nContent-Length: 20\r\n\r\n\(xml)\r\n".utf8)
        let headers = [
            (name: "Content-Type", value: "multipart/form-data; boundary=boundary"), (name: "Content-Length", value: "30"),
        ]
        let answer = await push.receive(
            PushRequest(method: "POST", path: "/push/isapi/cam-1", headers: headers, body: body, peer: "::ffff:192.0.2.10"))
        #expect(answer.status == 200 && journal.starts.count == 1)
        await withCheckedContinuation { done in push.feed.stop { done.resume() } }
    }

    @Test(
        "calls as devices are known to write them, under whichever media type",
        arguments: [
            ("push-form", ["fielddetection"], true), ("push-no-closing", ["fielddetection"], true),
            ("push-picture-first", ["fielddetection"], true), ("push-short-length", ["fielddetection"], true),
            ("push-two-alerts", ["fielddetection", "linedetection"], true), ("push-bare", ["fielddetection"], false),
            ("push-no-alert", [], false),
        ] as [(String, [String], Bool)])
    func recorded(_ name: String, _ types: [String], _ hasPicture: Bool) async throws {
        let push = ISAPIPush(device { $0.allowedPeers = ["127.0.0.1"] }, multi: multi, in: journal.surroundings())
        push.feed.start()
        let body = try Fixtures.bytes("isapi/\(name).txt")
        for type in ["multipart/form-data; boundary=boundary", "application/xml; charset=\"UTF-8\"", ""] {
            let headers = [(name: "Content-Type", value: type)]
            let request = PushRequest(method: "POST", path: "/push/isapi/cam-1", headers: headers, body: body)
            #expect(await push.receive(request).status == 200)
        }
        #expect(journal.starts.map(\.rawType) == types)
        #expect(journal.starts.allSatisfy { $0.snapshot == (hasPicture ? "hash-13" : nil) })
        #expect(journal.unreadable.count == (types.isEmpty ? 3 : 0))
        await withCheckedContinuation { done in push.feed.stop { done.resume() } }
    }

    @Test("a daemon that was killed knows neither its nonces nor its folds: the device goes on, and nothing is twice")
    func restarted() async throws {
        let current = CurrentPush()
        let listener = try await PushListener.start { request in await current.receive(request) }
        let pusher = ISAPIPusher(Self.settings(), to: "127.0.0.1", port: listener.port, path: "/push/isapi/cam-1", tries: 5000)
        var last: ISAPIPush?
        for round in 1...3 {
            let push = ISAPIPush(device(), multi: multi, in: journal.surroundings())
            push.feed.start()
            current.push.withLock { $0 = push }
            #expect(await pusher.push(alarm(1, time: "2021-06-01T08:00:00+08:00")).isTaken)
            #expect(await pusher.push(alarm(round + 10)).isTaken)
            // Killed: the old one is simply not asked any more.
            last = push
        }
        #expect(journal.starts.map(\.region) == ["1", "11", "12", "13"])
        if let last { await withCheckedContinuation { done in last.feed.stop { done.resume() } } }
        await pusher.stop()
        await listener.stop()
    }

    @Test("nobody is heard without a password, a known address or the device's MAC address")
    func access() async throws {
        var other = Self.settings()
        other.password = "wrong"
        try await withPush(settings: other, tries: 1) { pusher, _ in
            #expect(await pusher.push(alarm(1)).statuses == [401])
            #expect(journal.events.isEmpty && journal.unreadable.isEmpty)
        }
        try await withPush(change: { $0.allowedPeers = ["127.0.0.1"] }, settings: other, tries: 1) { pusher, _ in
            #expect(await pusher.push(alarm(1)).statuses == [200])
        }
        let mac = other.macAddress.uppercased().filter { $0 != ":" }
        try await withPush(change: { $0.macAddress = mac }, settings: other, tries: 1) { pusher, _ in
            #expect(await pusher.push(alarm(2)).statuses == [200])
            #expect(await pusher.post("application/xml", Array("nonsense".utf8)) == 401)
        }
        try await withPush(change: { $0.macAddress = "02:00:00:00:00:01" }, settings: other, tries: 1) { pusher, _ in
            #expect(await pusher.push(alarm(3)).statuses == [401])
        }
        #expect(journal.starts.map(\.region) == ["1", "2"] && journal.unreadable.isEmpty)
    }

    @Test("a device without credentials gets a challenge")
    func challenge() async throws {
        let push = ISAPIPush(device(), multi: multi, in: journal.surroundings())
        let answer = await push.receive(PushRequest(method: "POST", path: "/push/isapi/cam-1"))
        #expect(answer.status == 401)
        #expect(answer.headers.contains { $0.name == "WWW-Authenticate" && $0.value.hasPrefix("Digest ") })
        #expect(await push.receive(PushRequest(method: "GET", path: "/push/isapi/cam-1")).status == 405)
    }

    @Test("what cannot be read is quarantined and answered with 200, so that it does not come for ever")
    func unreadable() async throws {
        try await withPush(change: { $0.bodyLimit = 8000 }) { pusher, _ in
            #expect(await pusher.push(alarm(1), faults: [.truncated]).statuses == [200])
            #expect(await pusher.post("application/xml", Array("nonsense".utf8)) == 200)
            #expect(await pusher.post("application/xml", [UInt8](repeating: 0x41, count: 9000)) == 200)
            #expect(await pusher.post("application/xml", []) == 200)
            #expect(journal.unreadable.count == 3 && journal.unreadable.last?.bytes.count == 4096)
            #expect(journal.unreadable.allSatisfy { $0.adapter == "isapi" && $0.source == "patrold:/feeds/cam-1" })
        }
    }

    @Test("while the journal refuses the device is told to come again, and then nothing is missing and nothing is twice")
    func refusing() async throws {
        try await withPush(change: { $0.answerWithin = .milliseconds(200) }) { pusher, push in
            #expect(await pusher.push(alarm(99)).isTaken)
            journal.refuse(.unwritable)
            let done = Counter()
            let tasks = (1...12).map { number in
                let alarm = alarm(number, time: "2021-06-01T08:00:\(10 + number)+08:00")
                return Task {
                    let outcome = await pusher.push(alarm)
                    done.value.withLock { $0 += 1 }
                    return outcome
                }
            }
            #expect(await eventually { journal.state.withLock { $0.calls } > 4 })
            // Nobody was told that it is kept.
            #expect(done.value.withLock { $0 } == 0 && journal.starts.count == 1)
            journal.refuse(nil)
            var outcomes: [ISAPIPusher.Outcome] = []
            for task in tasks { outcomes.append(await task.value) }
            #expect(outcomes.allSatisfy { $0.isTaken && $0.statuses.dropLast().allSatisfy { $0 == 503 } })
            #expect(outcomes.contains { $0.statuses.count > 1 })
            #expect(Set(journal.starts.compactMap { $0.region.flatMap { Int($0) } }) == Set(Array(1...12) + [99]))
            #expect(journal.starts.count == 13)
        }
    }

    @Test("a feed that does not run, or is full, says 503")
    func full() async throws {
        let push = ISAPIPush(device { $0.allowedPeers = ["127.0.0.1"] }, multi: multi, in: journal.surroundings())
        let request = PushRequest(method: "POST", path: "/push/isapi/cam-1", body: Array("<a/>".utf8))
        #expect(await push.receive(request).status == 503)
        push.feed.start()
        #expect(await push.receive(request).status == 200)
        await withCheckedContinuation { done in push.feed.stop { done.resume() } }
        #expect(await push.receive(request).status == 503)
    }

    @Test("an alarm that is sent again is the same alarm")
    func again() async throws {
        try await withPush { pusher, _ in
            var again = alarm(1, time: "2021-06-01T08:00:00+08:00")
            #expect(await pusher.push(again).isTaken)
            again.isRetransmission = true
            #expect(await pusher.push(again).isTaken)
            #expect(journal.starts.count == 1)
            #expect(journal.state.withLock { $0.duplicates } == 1)
        }
    }

    @Test("a silent device is kept alive by its clock, and its clock is judged; without an answer it goes silent and comes back")
    func polls() async throws {
        let server = try await ISAPICameraServer.start([Self.settings()])
        let camera = server.cameras[0]
        var device = device()
        device.address = DeviceAddress(url: server.url(0), user: "admin", password: { "secret" })
        device.pollEvery = .milliseconds(200)
        device.profile.limits.silence = .seconds(2)
        let push = ISAPIPush(device, multi: multi, in: journal.surroundings(clock: RealClock(shift: .minutes(10))))
        push.feed.start()
        #expect(await eventually { journal.status?.state == .live && camera.tally.clockReadings > 3 })
        #expect(await eventually { journal.statuses.contains { $0.status == .timeSkew } })
        camera.powerOff()
        #expect(await eventually { journal.status?.state == .silent })
        camera.powerOn()
        #expect(await eventually { journal.gaps.contains { $0.state == .closed } })
        await withCheckedContinuation { done in push.feed.stop { done.resume() } }
        await server.stop()
    }

    @Test("bombs, depth and size are refused, and the device is not asked to send them again")
    func bombs() async throws {
        try await withPush { pusher, _ in
            let bomb =
                "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><EventNotificationAlert>"
                + "<eventType>&c;</eventType></EventNotificationAlert>"
            let deep = String(repeating: "<a>", count: 5000) + String(repeating: "</a>", count: 5000)
            let wide = "<EventNotificationAlert>" + String(repeating: "<a/>", count: 60_000) + "</EventNotificationAlert>"
            for text in [bomb, deep, wide, String(repeating: "[", count: 5000)] {
                #expect(await pusher.post("application/xml", Array(text.utf8)) == 200)
            }
            #expect(journal.unreadable.count == 4 && journal.alarms.isEmpty)
        }
    }
}

private final class StoredPictures: Sendable {
    let all = Mutex<[[UInt8]]>([])
}

private final class Counter: Sendable {
    let value = Mutex(0)
}

private final class CurrentPush: Sendable {
    let push = Mutex<ISAPIPush?>(nil)

    func receive(_ request: PushRequest) async -> PushAnswer {
        guard let push = push.withLock({ $0 }) else { return PushAnswer(503) }
        return await push.receive(request)
    }
}

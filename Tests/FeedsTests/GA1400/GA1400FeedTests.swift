import Feeds
import Foundation
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct GA1400FeedTests {
    private let journal = MemoryJournal()

    /// Runs a test with a platform on loopback and a device that is not started yet.
    private func withPlatform(
        password: String = "secret", silence: Span = .seconds(60), change: (inout GA1400Settings) -> Void = { _ in },
        picture: (@Sendable ([UInt8]) -> String?)? = nil, _ body: (GA1400Harness) async throws -> Void
    ) async rethrows {
        let harness = GA1400Harness(journal, password: password, silence: silence, change: change, picture: picture)
        try await body(harness)
        await harness.stop()
    }

    @Test("a device registers by digest and its feed is live", arguments: [nil, GA1400Fault.sloppyDigest])
    func registers(_ fault: GA1400Fault?) async {
        await withPlatform { harness in
            if let fault { harness.device.inject(fault) }
            #expect(await harness.device.register())
            #expect(await eventually { journal.status?.state == .live })
            #expect(await harness.device.keepalive())
            #expect(await harness.device.unregister())
            #expect(await eventually { journal.status?.state == .unreachable })
            #expect(await !harness.device.keepalive())
        }
    }

    @Test("a wrong password is refused with a sentence, and a device that works is not disturbed by it")
    func wrongPassword() async {
        await withPlatform(password: "wrong") { harness in
            #expect(await !harness.device.register())
            #expect(await eventually { journal.status?.state == .refused })
            #expect(journal.status?.detail.contains("password") == true)
        }
        let second = GA1400Harness(journal)
        #expect(await second.device.register())
        #expect(await eventually { journal.status?.state == .live })
        let request = PushRequest(
            method: "POST", path: "/VIID/System/Register",
            headers: [("User-Identify", viidDevice), ("Authorization", "Digest username=\"x\", nonce=\"1\", response=\"2\"")])
        #expect(await second.platform.receive(request).status == 401)
        #expect(journal.status?.state == .live)
        await second.stop()
    }

    @Test("a digest for one path does not open another")
    func digestPath() async {
        await withPlatform { harness in
            let captured = Mutex<PushRequest?>(nil)
            let edge = VIIDEdge { request in
                if request["Authorization"] != nil { captured.withLock { $0 = request } }
                return await harness.platform.receive(request)
            }
            let device = GA1400Device(.init(id: viidDevice, password: "secret", port: edge.port))
            #expect(await device.register())
            if var request = captured.withLock({ $0 }) {
                request.path = "/VIID/System/UnRegister"
                #expect(await harness.platform.receive(request).status == 401)
            } else {
                Issue.record("no authorization was captured")
            }
            edge.stop()
        }
    }

    @Test("objects become momentary alarms with the device's id, its time and the scene's picture")
    func objects() async throws {
        try await withPlatform { harness in
            let scene = SimPicture.jpeg(comment: "scene")
            let plate = SimPicture.jpeg(comment: "plate")
            harness.device.saw(vehicle(1, plate: "沪A12345", pictures: [("02", plate), ("01", scene), ("04", plate)]))
            harness.device.start()
            #expect(await eventually { harness.device.waiting == 0 })
            let event = try #require(journal.events.first { $0.type == EventType.cameraAlarm })
            let alarm = try #require(journal.alarms.first)
            #expect(alarm.state == .pulse && alarm.alarmClass == "vehicle" && alarm.rawType == "motorvehicle")
            #expect(alarm.snapshot == "hash-1" && alarm.target == "vehicle" && event.id.contains(viidID(1)))
            #expect(event.time == "2021-06-01T08:00:00+08:00" && event.subject == "viid-1")
            #expect(harness.stored == [scene])
            #expect(!String(decoding: event.data, as: UTF8.self).contains("沪A12345"))
        }
    }

    @Test("a plate stands in the description only where the configuration wants it")
    func plates() async {
        await withPlatform(change: { $0.keepsPlates = true }) { harness in
            harness.device.saw(vehicle(1, plate: "沪A12345"))
            harness.device.start()
            #expect(await eventually { journal.alarms.first?.description?.contains("沪A12345") == true })
        }
    }

    @Test("every object has its own answer entry, and an unreadable one among good ones goes to quarantine alone")
    func entries() async {
        await withPlatform { harness in
            await harness.device.register()
            let body = GA1400Device.list("MotorVehicle", [vehicle(1).json, "garbage", ["Nothing": 1], vehicle(2).json])
            let (status, json) = await harness.device.call("POST", "/VIID/MotorVehicles", body)
            #expect(status == 200)
            let codes = GA1400Device.statusCodes(json)
            #expect(codes.map(\.id) == [viidID(1), "", "", viidID(2)] && codes.map(\.code) == [0, 8, 8, 0])
            #expect(journal.alarms.count == 2 && journal.unreadable.count == 2)
        }
    }

    @Test("StatusCode 0 comes after the commit and never before")
    func durable() async {
        await withPlatform { harness in
            await harness.device.register()
            #expect(await eventually { journal.status?.state == .live })
            journal.refuse(.unwritable)
            let answered = Mutex(false)
            let platform = harness.platform
            let call = Task {
                let request = PushRequest(
                    method: "POST", path: "/VIID/MotorVehicles", headers: [("User-Identify", viidDevice)],
                    body: GA1400Device.list("MotorVehicle", [vehicle(1).json]).bytes)
                let answer = await platform.receive(request)
                answered.withLock { $0 = true }
                return answer
            }
            let before = journal.state.withLock { $0.calls }
            #expect(await eventually { journal.state.withLock { $0.calls } > before + 1 })
            #expect(!answered.withLock { $0 })
            // While the journal refuses, others are told to come again.
            let (status, json) = await harness.call(
                "POST", "/VIID/MotorVehicles", GA1400Device.list("MotorVehicle", [vehicle(2).json]))
            #expect(status == 503 && GA1400Device.statusCodes(json).first?.code == 2)
            journal.refuse(nil)
            #expect(await call.value.status == 200)
            #expect(journal.alarms.count == 1)
        }
    }

    @Test("nothing is lost and nothing doubled while the journal refuses and the device hangs up")
    func refusingJournal() async {
        await withPlatform { harness in
            harness.device.inject(.hangsUp)
            for number in 1...200 { harness.device.saw(vehicle(number)) }
            harness.device.start()
            #expect(await eventually { harness.device.tally.taken > 20 })
            journal.refuse(.full)
            let calls = journal.state.withLock { $0.calls }
            #expect(await eventually { journal.state.withLock { $0.calls } > calls + 2 })
            journal.refuse(nil)
            #expect(await eventually { harness.device.waiting == 0 })
            #expect(journal.alarms.count == 200)
        }
    }

    @Test("a platform that was killed knows nobody; the device registers again and sends the rest, each object once")
    func restart() async {
        let first = GA1400Harness(journal)
        let target = Mutex(first.platform)
        let edge = VIIDEdge { request in await target.withLock { $0 }.receive(request) }
        var settings = GA1400Device.Settings(id: viidDevice, password: "secret", port: edge.port)
        settings.pause = .milliseconds(20)
        let device = GA1400Device(settings)
        for number in 1...60 { device.saw(vehicle(number)) }
        device.start()
        #expect(await eventually { device.tally.taken >= 8 })
        let second = GA1400Harness(journal)
        target.withLock { $0 = second.platform }
        #expect(await eventually { device.waiting == 0 })
        #expect(device.tally.registrations >= 2 && journal.alarms.count == 60)
        await device.stop()
        await first.stop()
        await second.stop()
        edge.stop()
    }

    @Test("a device that waits too long for the journal is told to come again, and its object is stored once")
    func patience() async {
        await withPlatform(change: { $0.patience = .milliseconds(300) }) { harness in
            await harness.device.register()
            #expect(await eventually { journal.status?.state == .live })
            journal.refuse(.unwritable)
            let body = GA1400Device.list("MotorVehicle", [vehicle(1).json])
            #expect(await harness.call("POST", "/VIID/MotorVehicles", body).0 == 503)
            journal.refuse(nil)
            #expect(await eventually { journal.alarms.count == 1 })
            #expect(await eventually { await harness.call("POST", "/VIID/MotorVehicles", body).0 == 200 })
            #expect(journal.alarms.count == 1)
        }
    }

    @Test("curl, which knows nothing of us, registers with digest")
    func curl() async throws {
        try await withPlatform { harness in
            let curl = Process()
            curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            curl.arguments = [
                "curl", "-s", "--max-time", "20", "--digest", "-u", "\(viidDevice):secret", "-H", "User-Identify: \(viidDevice)",
                "-d", "{\"RegisterObject\":{\"DeviceID\":\"\(viidDevice)\"}}",
                "http://127.0.0.1:\(harness.edge.port)/VIID/System/Register",
            ]
            let output = Pipe()
            curl.standardOutput = output
            try curl.run()
            let bytes = output.fileHandleForReading.readDataToEndOfFile()
            curl.waitUntilExit()
            #expect(GA1400Device.statusCodes(try JSON(parsing: [UInt8](bytes))).map(\.code) == [0])
        }
    }

    @Test("a registration belongs to its address and dies after its time without a call")
    func registration() async {
        let clock = ManualClock()
        let harness = GA1400Harness(journal, clock: clock)
        #expect(await harness.device.register())
        clock.advance(.minutes(4))
        #expect(await harness.call("POST", "/VIID/System/Keepalive").0 == 200)
        clock.advance(.minutes(4))
        #expect(await harness.call("POST", "/VIID/System/Keepalive").0 == 200)
        let foreign = PushRequest(
            method: "POST", path: "/VIID/System/Keepalive", headers: [("User-Identify", viidDevice)], peer: "192.0.2.9")
        #expect(await harness.platform.receive(foreign).status == 401)
        clock.advance(.minutes(6))
        let (status, json) = await harness.call("POST", "/VIID/System/Keepalive")
        #expect(status == 401 && GA1400Device.statusCodes(json).first?.code == 4)
        await harness.stop()
    }

    @Test("a device that falls silent is a gap, and its next call ends it")
    func silence() async {
        await withPlatform(silence: .milliseconds(600)) { harness in
            await harness.device.register()
            #expect(await eventually { journal.status?.state == .silent })
            #expect(await harness.device.keepalive())
            // It falls silent again soon.
            #expect(await eventually { journal.gaps.contains { $0.state == .closed } })
        }
    }

    @Test("a body cut in the middle goes to quarantine without its pictures, and the next good one arrives")
    func garbage() async throws {
        try await withPlatform { harness in
            harness.device.inject(.truncatedJSON)
            let picture = SimPicture.jpeg(comment: String(repeating: "x", count: 900))
            harness.device.saw(vehicle(1, plate: "沪A12345", pictures: [("01", picture), ("14", picture)]))
            harness.device.start()
            #expect(await eventually { harness.device.tally.givenUp == 1 })
            harness.device.clearFaults()
            harness.device.saw(vehicle(2))
            #expect(await eventually { journal.alarms.count == 1 })
            let kept = try #require(journal.unreadable.first)
            #expect(kept.adapter == "ga1400" && kept.bytes.count < 900 && journal.unreadable.count == 1)
            #expect(!String(decoding: kept.bytes, as: UTF8.self).contains("12345"))
        }
    }
}

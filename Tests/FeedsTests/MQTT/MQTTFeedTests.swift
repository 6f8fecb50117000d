import Feeds
import Foundation
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

/// With a real mosquitto on loopback.
@Suite(.serialized, .enabled(if: MosquittoBroker.isInstalled, "mosquitto is not installed"))
struct MQTTFeedTests {
    private let journal = MemoryJournal()

    /// Runs a test with a broker and a publisher that is connected.
    private func withBroker(
        _ change: (inout MosquittoBroker.Settings) -> Void = { _ in },
        _ body: (MosquittoBroker, MQTTPublisher) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let mosquitto = try await MosquittoBroker.quick(folder, change)
        let camera = MQTTPublisher.quick(mosquitto.port, availability: "frigate/available")
        try await body(mosquitto, camera)
        await camera.stop()
        mosquitto.kill()
    }

    private func isLive() async -> Bool { await eventually { journal.status?.state == .live } }

    @Test("a Frigate object is one start and one stop, however many updates; a false positive is none")
    func frigate() async throws {
        try await withBroker { mosquitto, camera in
            let broker = MQTTBroker.quick(mosquitto.port, [.frigate()], journal)
            #expect(await isLive())
            camera.publish("frigate/events", SimMQTTMessage.frigate("new", id: "fp", isFalsePositive: true))
            for type in ["new", "update", "update"] { camera.event(1, type) }
            camera.event(2)
            camera.event(1, "end")
            #expect(await eventually { journal.alarms.count == 3 })
            #expect(journal.alarms.map(\.state) == [.start, .start, .stop] && journal.alarms.last?.repeats == 2)
            #expect(journal.alarms.allSatisfy { $0.alarmClass == "person" && $0.confidence == 0.87 })
            #expect(journal.unreadable.isEmpty)
            await broker.stop()
        }
    }

    @Test("a daemon that dies before its commit gets the message again on the resumed session, and stores it once")
    func killed() async throws {
        try await withBroker { mosquitto, camera in
            let swallowed = Mutex(0)
            var dying: MQTTBroker? = {
                var settings = MQTTBrokerSettings(name: "site", host: "127.0.0.1", port: mosquitto.port, devices: [.frigate()])
                settings.keepAlive = .seconds(15)
                let broker = MQTTBroker(settings, clock: RealClock()) { _ in
                    FeedSurroundings(
                        clock: RealClock(),
                        deliver: { arrivals, _ in swallowed.withLock { $0 += arrivals.count } },
                        report: journal.report)
                }
                for feed in broker.feeds { feed.start() }
                return broker
            }()
            #expect(await isLive())
            for number in 1...5 { camera.event(number) }
            #expect(await eventually { camera.acknowledged >= 6 && swallowed.withLock { $0 } > 0 })
            weak let gone = dying
            dying = nil
            #expect(await eventually { gone == nil })
            let broker = MQTTBroker.quick(mosquitto.port, [.frigate()], journal)
            #expect(await eventually { journal.alarms.count == 5 })
            camera.event(6)
            #expect(await eventually { journal.alarms.count == 6 })
            #expect(journal.state.withLock { $0.duplicates } == 0)
            await broker.stop()
        }
    }

    @Test("what is published while the daemon is down arrives when it is back, once")
    func resumed() async throws {
        try await withBroker { mosquitto, camera in
            let first = MQTTBroker.quick(mosquitto.port, [.frigate()], journal)
            #expect(await isLive())
            camera.event(1)
            #expect(await eventually { journal.alarms.count == 1 })
            await first.stop()
            for number in 2...300 { camera.event(number) }
            #expect(await eventually { camera.acknowledged >= 300 })
            let second = MQTTBroker.quick(mosquitto.port, [.frigate()], journal)
            #expect(await eventually { journal.alarms.count == 300 })
            #expect(journal.state.withLock { $0.duplicates } == 0)
            await second.stop()
        }
    }

    @Test("a retained message is a state and never an alarm")
    func retained() async throws {
        try await withBroker { mosquitto, camera in
            camera.publish("site/1/door", "ON", retained: true)
            #expect(await eventually { camera.acknowledged >= 2 })
            let broker = MQTTBroker.quick(mosquitto.port, [.door()], journal)
            #expect(await isLive())
            camera.publish("site/1/door", "ON")
            camera.publish("site/1/door", "OFF")
            #expect(await eventually { journal.alarms.map(\.state) == [.start, .stop] })
            #expect(journal.alarms.last?.repeats == 0)
            await broker.stop()
        }
    }

    @Test("topics behind one wildcard are alarms of their own")
    func topics() async throws {
        try await withBroker { mosquitto, camera in
            let broker = MQTTBroker.quick(mosquitto.port, [.door()], journal)
            #expect(await isLive())
            for topic in ["site/1/door", "site/2/door"] { camera.publish(topic, "ON") }
            camera.publish("site/1/door", "OFF")
            #expect(await eventually { journal.alarms.map(\.state) == [.start, .start, .stop] })
            #expect(journal.alarms.map(\.region) == ["site/1/door", "site/2/door", "site/1/door"])
            await broker.stop()
        }
    }

    @Test("a wrong password is refused with a sentence, and the right one is used when it is changed")
    func wrongPassword() async throws {
        let folder = try TemporaryFolder()
        let mosquitto = try await MosquittoBroker.quick(folder) { $0.users = [("patrol", "right")] }
        let password = Mutex("wrong")
        let broker = MQTTBroker.quick(mosquitto.port, [.door()], journal, user: "patrol") { settings in
            settings.password = { password.withLock { $0 } }
        }
        #expect(await eventually { journal.status?.state == .refused })
        #expect(journal.status?.detail.contains("password") == true)
        let control = try #require(MQTTControl(broker, name: "door"))
        await #expect(throws: DeviceProblem.self) { try await control.facts() }
        password.withLock { $0 = "right" }
        #expect(await isLive())
        #expect(try await control.facts().notes.first == "the broker is reached")
        await broker.stop()
        mosquitto.kill()
    }

    @Test("a broker that is killed makes all its devices unreachable, and nothing is lost when it is back")
    func brokerKilled() async throws {
        try await withBroker({ $0.isDurable = true }) { mosquitto, camera in
            let broker = MQTTBroker.quick(mosquitto.port, [.frigate(), .door()], journal)
            #expect(await eventually { journal.statuses.filter { $0.status == .online }.count == 2 })
            camera.event(1)
            #expect(await eventually { journal.alarms.count == 1 })
            mosquitto.kill()
            #expect(await eventually { journal.statuses.filter { $0.status == .offline }.count == 2 })
            #expect(journal.gaps.filter { $0.reason == "unreachable" }.count == 2)
            for number in 2...50 { camera.event(number) }
            try await mosquitto.restart()
            #expect(await eventually { journal.alarms.count == 50 })
            #expect(await eventually { journal.gaps.filter { $0.state == .closed }.count == 2 })
            await broker.stop()
        }
    }

    @Test("a message that cannot be read, or is too long, goes to quarantine, and the next good one arrives")
    func garbage() async throws {
        try await withBroker { mosquitto, camera in
            let broker = MQTTBroker.quick(mosquitto.port, [.frigate()], journal) { $0.messageLimit = 100_000 }
            #expect(await isLive())
            camera.publish("frigate/events", [0xFF, 0x00, 0x7B])
            camera.publish("frigate/events", "{\"type\":\"new\"}")
            camera.publish("frigate/events", [UInt8](repeating: 0x20, count: 400_000))
            camera.event(1)
            #expect(await eventually { journal.alarms.count == 1 && journal.unreadable.count == 3 })
            #expect(journal.unreadable.last?.bytes.count == 4096 && journal.unreadable.last?.adapter == "mqtt-frigate")
            #expect(journal.status?.state == .live)
            await broker.stop()
        }
    }

    @Test("while the journal refuses the broker is held back, the connection lives, and then all is there in order")
    func refusingJournal() async throws {
        try await withBroker { mosquitto, camera in
            let broker = MQTTBroker.quick(mosquitto.port, [.frigate(silence: .milliseconds(1500))], journal) {
                $0.keepAlive = .seconds(5)
            }
            #expect(await isLive())
            journal.refuse(.full)
            for number in 1...400 { camera.event(number) }
            let calls = journal.state.withLock { $0.calls }
            // Longer than the silence limit and the keep-alive.
            #expect(await eventually { journal.state.withLock { $0.calls } > calls + 7 })
            #expect(journal.alarms.isEmpty && journal.status?.state == .live)
            journal.refuse(nil)
            #expect(await eventually { journal.alarms.count == 400 })
            let ids = journal.events.filter { $0.type == EventType.cameraAlarm }.map(\.id)
            #expect(ids == (1...400).map { "alarm/-/person/-/id-\($0)/-/start" })
            #expect(journal.state.withLock { $0.duplicates } == 0)
            await broker.stop()
        }
    }

    @Test("of 10,000 messages none is lost and none doubled")
    func many() async throws {
        try await withBroker { mosquitto, camera in
            let broker = MQTTBroker.quick(mosquitto.port, [.frigate()], journal)
            #expect(await isLive())
            for number in 1...10_000 { camera.event(number) }
            #expect(await eventually { journal.alarms.count >= 10_000 })
            #expect(await eventually { camera.acknowledged >= 10_001 })
            #expect(journal.alarms.count == 10_000 && journal.state.withLock { $0.duplicates } == 0)
            await broker.stop()
        }
    }

    @Test("the device's last will makes it unreachable, its return live; other devices of the broker are not touched")
    func availability() async throws {
        try await withBroker { mosquitto, camera in
            let broker = MQTTBroker.quick(mosquitto.port, [.frigate(), .door()], journal)
            #expect(await eventually { journal.statuses.filter { $0.status == .online }.count == 2 })
            await camera.stop()
            #expect(await eventually { journal.statuses.last?.status == .offline })
            #expect(journal.statuses.last?.device == "gate")
            #expect(journal.statuses.last?.detail?.contains("frigate/available") == true)
            let control = try #require(MQTTControl(broker, name: "gate"))
            #expect(try await control.facts().notes.last?.contains("offline") == true)
            let again = MQTTPublisher.quick(mosquitto.port, availability: "frigate/available")
            let expected: [CameraStatus.Status] = [.online, .offline, .online]
            #expect(await eventually { journal.statuses.filter { $0.device == "gate" }.map(\.status) == expected })
            #expect(journal.statuses.filter { $0.device == "door" }.count == 1)
            await again.stop()
            await broker.stop()
        }
    }

    @Test("a device that must speak and does not is silent, though its broker lives")
    func silent() async throws {
        try await withBroker { mosquitto, camera in
            var device = MQTTDevice.door(silence: .milliseconds(700))
            device.mustSpeak = true
            let broker = MQTTBroker.quick(mosquitto.port, [device], journal)
            #expect(await eventually { journal.status?.state == .silent })
            camera.publish("site/1/door", "OFF")
            // It falls silent again soon, so what counts is that it was live.
            #expect(await eventually { journal.state.withLock { $0.statuses.contains { $0.state == .live } } })
            await broker.stop()
        }
    }

    @Test("a Frigate object that is not updated any more ends after the quiet time; its late end changes nothing")
    func quiet() async throws {
        try await withBroker { mosquitto, camera in
            var device = MQTTDevice.frigate()
            device.profile.quiet = .milliseconds(400)
            let broker = MQTTBroker.quick(mosquitto.port, [device], journal)
            #expect(await isLive())
            camera.event(1)
            #expect(await eventually { journal.alarms.map(\.state) == [.start, .stop] })
            camera.event(1, "end")
            #expect(await eventually { journal.state.withLock { $0.duplicates } == 1 })
            await broker.stop()
        }
    }

    @Test("several cameras behind one Frigate each get their own, and bytes that none can read are quarantined once")
    func shared() async throws {
        try await withBroker { mosquitto, camera in
            var yard = MQTTDevice.frigate("yard")
            yard.format = .frigate(cameras: ["yard"])
            let broker = MQTTBroker.quick(mosquitto.port, [.frigate(), yard], journal)
            #expect(await eventually { journal.statuses.filter { $0.status == .online }.count == 2 })
            camera.publish("frigate/events", "garbage")
            camera.event(1)
            camera.publish("frigate/events", SimMQTTMessage.frigate("new", id: "y", camera: "yard"))
            #expect(await eventually { journal.alarms.count == 2 })
            #expect(journal.alarms.map(\.device).sorted() == ["gate", "yard"] && journal.unreadable.count == 1)
            await broker.stop()
        }
    }

    @Test("connections that end give their descriptors back")
    func descriptors() async throws {
        let closing = LoopbackServer { connection in _ = connection.read(2) }
        let broker = MQTTBroker.quick(closing.port, [.door()], journal) {
            $0.retry = Backoff(first: .milliseconds(5), longest: .milliseconds(5))
        }
        func open() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        #expect(await eventually { closing.accepted.withLock { $0 } > 10 })
        let before = try open()
        #expect(await eventually { closing.accepted.withLock { $0 } > 110 })
        // Other suites open some at the same time.
        #expect(try await eventually { try open() < before + 60 })
        await broker.stop()
        closing.stop()
    }

    @Test("a broker with TLS is reached with its authority's file, and not without")
    func tls() async throws {
        let folder = try TemporaryFolder()
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        openssl.arguments =
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
            + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder.file("key.pem"), "-out", folder.file("cert.pem")]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        let mosquitto = try await MosquittoBroker.quick(folder) {
            $0.certificate = (folder.file("cert.pem"), folder.file("key.pem"))
        }
        let distrusting = MQTTBroker.quick(mosquitto.port, [.door()], journal) { $0.trust = .system }
        #expect(await eventually { journal.status?.state == .unreachable })
        #expect(journal.status?.detail.contains("tls") == true)
        await distrusting.stop()
        let broker = MQTTBroker.quick(mosquitto.port, [.door()], journal) { $0.trust = .authority(file: folder.file("cert.pem")) }
        #expect(await isLive())
        await broker.stop()
        mosquitto.kill()
    }
}

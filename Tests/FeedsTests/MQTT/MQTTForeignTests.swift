import Feeds
import Foundation
import Model
import PatrolSim
import TestKit
import Testing

/// With paho-mqtt, a client that knows nothing of us.
@Suite(
    .serialized, .enabled(if: MosquittoBroker.isInstalled, "mosquitto is not installed"),
    .enabled(if: PahoClient.isInstalled, "paho-mqtt is not in the tests' Python environment"))
struct MQTTForeignTests {
    private let journal = MemoryJournal()

    @Test("what paho publishes with QoS 1 arrives once each, its retained state is none, and its last will is heard")
    func publisher() async throws {
        let folder = try TemporaryFolder()
        let mosquitto = try await MosquittoBroker.quick(folder)
        let broker = MQTTBroker.quick(mosquitto.port, [.frigate()], journal)
        #expect(await eventually { await broker.standing(of: "gate").isUp })
        let client = try PahoClient("mqtt_publish.py", ["\(mosquitto.port)", "frigate", "500"])
        #expect(await eventually { journal.alarms.count == 500 })
        #expect(await client.text().contains("published 500"))
        #expect(journal.state.withLock { $0.duplicates } == 0)
        // It dies without a good-bye.
        #expect(await eventually { journal.statuses.last?.status == .offline })
        await broker.stop()
        mosquitto.kill()
    }

    @Test("what the simulated camera publishes paho receives, each message at least once and in order")
    func subscriber() async throws {
        let folder = try TemporaryFolder()
        let mosquitto = try await MosquittoBroker.quick(folder)
        let client = try PahoClient("mqtt_subscribe.py", ["\(mosquitto.port)", "frigate/#", "101"])
        let camera = MQTTPublisher.quick(mosquitto.port)
        let probe = MQTTBroker.quick(
            mosquitto.port, [MQTTDevice.ready()], journal)
        #expect(await eventually { journal.starts.contains { $0.device == "ready" } })
        for number in 1...100 { camera.event(number) }
        camera.publish("frigate/available", "online", retained: true)
        let lines = await client.text().split(separator: "\n").map { String($0) }
        #expect(lines.filter { $0.hasPrefix("frigate/events") } == (1...100).map { "frigate/events id-\($0)" })
        #expect(lines.last == "frigate/available online")
        await camera.stop()
        await probe.stop()
        mosquitto.kill()
    }
}

extension MQTTDevice {
    /// A device that hears a foreign subscriber say that it listens.
    fileprivate static func ready() -> MQTTDevice {
        var profile = DeviceProfile.quick("ready", adapter: "mqtt")
        profile.quiet = .hours(1)
        return MQTTDevice(profile, topics: ["ready"], format: .generic(MQTTMapping(word: "ready")))
    }
}

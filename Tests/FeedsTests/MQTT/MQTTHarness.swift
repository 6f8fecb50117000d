import Feeds
import Foundation
import Model
import PatrolSim
import Synchronization
import TestKit

let mqttClasses: [String: AlarmClass] = [
    "person": AlarmClass(name: "person", label: "人员"), "door": AlarmClass(name: "door", label: "门"),
    "device/io/port": AlarmClass(name: "alarm-input", label: "报警输入"),
]

extension MQTTDevice {
    static func frigate(_ name: String = "gate", silence: Span = .seconds(60)) -> MQTTDevice {
        MQTTDevice(
            quick(name, silence, "mqtt-frigate"), topics: ["frigate/events"], format: .frigate(cameras: ["gate"]))
    }

    static func door(_ name: String = "door", silence: Span = .seconds(60)) -> MQTTDevice {
        MQTTDevice(quick(name, silence, "mqtt"), topics: ["site/+/door"], format: .generic(MQTTMapping(word: "door")))
    }

    private static func quick(_ name: String, _ silence: Span, _ adapter: String) -> DeviceProfile {
        var profile = DeviceProfile.quick(name, adapter: adapter, classes: mqttClasses)
        profile.limits.silence = silence
        profile.quiet = .hours(1)
        return profile
    }
}

extension MQTTBroker {
    /// A broker's connection with limits short enough for tests.
    static func quick(
        _ port: Int, _ devices: [MQTTDevice], _ journal: MemoryJournal, user: String? = nil, password: String? = nil,
        change: (inout MQTTBrokerSettings) -> Void = { _ in }, deliver: Deliver? = nil
    ) -> MQTTBroker {
        var settings = MQTTBrokerSettings(name: "site", host: "127.0.0.1", port: port, user: user, devices: devices) { password }
        settings.keepAlive = .seconds(15)
        settings.retry = Backoff(first: .milliseconds(50), longest: .milliseconds(200))
        settings.refusedRetry = Backoff(first: .milliseconds(200), longest: .milliseconds(400))
        change(&settings)
        let broker = MQTTBroker(settings, clock: RealClock()) { _ in
            FeedSurroundings(clock: RealClock(), deliver: deliver ?? journal.deliver, report: journal.report)
        }
        for feed in broker.feeds { feed.start() }
        return broker
    }

    func stop() async {
        for feed in feeds {
            await withCheckedContinuation { done in feed.stop { done.resume() } }
        }
    }
}

extension MosquittoBroker {
    /// A mosquitto that is killed when the test lets go of it.
    static func quick(_ folder: TemporaryFolder, _ change: (inout Settings) -> Void = { _ in }) async throws -> MosquittoBroker {
        var settings = Settings(folder: folder.path)
        change(&settings)
        return try await start(settings)
    }
}

extension MQTTPublisher {
    static func quick(_ port: Int, _ name: String = "camera", availability: String? = nil) -> MQTTPublisher {
        var settings = Settings(clientID: name, port: port)
        settings.availability = availability
        let publisher = MQTTPublisher(settings)
        publisher.start()
        return publisher
    }

    func event(_ number: Int, _ type: String = "new") {
        publish("frigate/events", SimMQTTMessage.frigate(type, id: "id-\(number)"))
    }
}

/// A journal that answers nothing until it is let go.
final class SlowJournal: Sendable {
    private let waiting: Mutex<[@Sendable () -> Void]?> = Mutex([])
    private let journal: MemoryJournal

    init(_ journal: MemoryJournal) {
        self.journal = journal
    }

    var deliver: Deliver {
        { [self] arrivals, answer in
            let isWaiting = waiting.withLock { waiting in
                waiting?.append { self.journal.deliver(arrivals, answer) }
                return waiting != nil
            }
            if !isWaiting { journal.deliver(arrivals, answer) }
        }
    }

    func letGo() {
        let held = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting ?? []
        }
        for each in held { each() }
    }
}

/// A foreign MQTT client as a child process.
final class PahoClient: Sendable {
    private let process: Process
    private let output = Pipe()

    static var python: String { checkout + "/.venv/bin/python" }

    static var isInstalled: Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", "import paho.mqtt.client"]
        process.standardError = FileHandle.nullDevice
        guard FileManager.default.fileExists(atPath: python), (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private static var checkout: String {
        URL(fileURLWithPath: Fixtures.root + "/Tests").resolvingSymlinksInPath().deletingLastPathComponent().path
    }

    init(_ script: String, _ arguments: [String]) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = [Self.checkout + "/Tests/Foreign/" + script] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
    }

    /// What it printed, when it has ended.
    func text() async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [output] in
                let bytes = output.fileHandleForReading.readDataToEndOfFile()
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
}

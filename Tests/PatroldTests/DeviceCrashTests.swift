import Foundation
import Journal
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

/// Devices that keep what is not acknowledged lose nothing when the daemon dies, and nothing is stored twice.
@Suite(.serialized)
struct DeviceCrashTests {
    private static let alarms = 10_000
    private static let kills = 4

    @Test(
        "10,000 alarms of a device with the daemon killed among them are each in the journal once",
        arguments: ["isapi-push", "gb28181", "ga1400", "mqtt"])
    func killedAmong(protocolName: String) async throws {
        guard protocolName != "mqtt" || MosquittoBroker.isInstalled else { return }
        let folder = try TemporaryFolder()
        let doors = SevenWays.Doors(http: try LoopbackAddress.freePort(), sip: try LoopbackAddress.freePort())
        let device = try await SendingDevice.make(protocolName, folder: folder, doors: doors)
        let config = try configuration(folder, doors, device.entry)
        var daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        if protocolName == "mqtt" {
            // A broker lets go what nobody has subscribed to; the feed's first word says that it has.
            let journal = try JournalReader(path: folder.file("data/journal.sqlite"))
            #expect(try await eventually(within: 120) { try journal.lastPosition() > 0 })
        }
        device.send(Self.alarms)
        for kill in 1...Self.kills {
            let mark = Self.alarms * kill / (Self.kills + 1)
            #expect(await eventually(within: 300, every: 0.005) { device.taken() >= mark }, "stands at \(device.taken())")
            daemon.killHard()
            daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        }
        let isDone = await eventually(within: 300) { device.taken() == Self.alarms }
        #expect(isDone, "the device could hand over \(device.taken()) of \(Self.alarms)")
        let reader = try JournalReader(path: folder.file("data/journal.sqlite"))
        #expect(try await eventually(within: 120) { try Self.count(reader) == Self.alarms })
        await device.stop()
        let status = daemon.stop()
        #expect(status == 0, "\(daemon.logText.suffix(3000))")
        let count = try Self.count(reader)
        #expect(count == Self.alarms)
        #expect(try reader.waitingInQuarantine() == 0)
        #expect(try Program.run(["verify", "--config", config]).status == 0)
    }

    @Test("an ONVIF camera's 10,000 alarms survive the daemon's death but for the answers in hand, and none is stored twice")
    func pullPoint() async throws {
        let folder = try TemporaryFolder()
        let doors = SevenWays.Doors(http: try LoopbackAddress.freePort(), sip: try LoopbackAddress.freePort())
        let server = try await ONVIFCameraServer.start([ONVIFDeviceSettings(name: "cam-1")])
        let device = server.cameras[0]
        let config = try configuration(
            folder, doors,
            "cameras:\n  - {name: cam-1, adapter: onvif, place: 钢铁大街, url: \"\(server.url(0))\", user: admin, "
                + "password: {file: password}}")
        var daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        #expect(await eventually(within: 120) { device.subscriptionCount == 1 })
        for number in 0..<Self.alarms {
            let object = [SimNotification.Item("ObjectId", String(number))]
            device.raise(SimNotification("tns1:RuleEngine/LineDetector/Crossed", operation: nil, data: object))
        }
        for kill in 1...Self.kills {
            let mark = Self.alarms * kill / (Self.kills + 1)
            #expect(await eventually(within: 300, every: 0.005) { device.tally.pulled >= mark }, "at \(device.tally.pulled)")
            daemon.killHard()
            daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        }
        #expect(await eventually(within: 300) { device.tally.pulled >= Self.alarms }, "at \(device.tally.pulled)")
        let reader = try JournalReader(path: folder.file("data/journal.sqlite"))
        // The protocol knows no acknowledgement: the camera forgets an answer, at most 100 messages, once it is sent.
        let least = Self.alarms - 100 * Self.kills
        #expect(try await eventually(within: 120) { try Self.count(reader) >= least })
        #expect(daemon.stop() == 0)
        #expect(try Self.count(reader) <= Self.alarms)
        #expect(device.tally.created == 1, "the subscription was not taken up again")
        await server.stop()
    }

    /// Beginnings of alarms; each event of the journal is there once by the journal's own key.
    private static func count(_ reader: JournalReader) throws -> Int {
        var count = 0
        try reader.forEach(after: 0, limit: .max) { stored in
            guard stored.event.type == EventType.cameraAlarm, let alarm = stored.event.payload.flatMap({ CameraAlarm($0) })
            else { return }
            if alarm.state != .stop { count += 1 }
        }
        return count
    }

    private func configuration(_ folder: TemporaryFolder, _ doors: SevenWays.Doors, _ entry: String) throws -> String {
        let secret = try folder.write("secret", to: "password")
        chmod(secret, 0o600)
        return try folder.write(
            """
            bureau: {name: 昆都仑区城市管理综合执法局, district: "150203"}
            data: {folder: data}
            listen: {http: "127.0.0.1:\(doors.http)", socket: patrold.sock}
            alive: 1s
            gb28181: {id: "\(SevenWays.sipCode)", listen: "127.0.0.1:\(doors.sip)"}
            ga1400: {id: "\(SevenWays.libraryCode)"}
            \(entry)
            """, to: "patrold.yaml")
    }
}

/// What a sending device did, for tasks beside the test.
private final class Progress: Sendable {
    let taken = Mutex(0)
    let tasks = Mutex<[Task<Void, Never>]>([])
    let reader = Mutex<JournalReader?>(nil)
}

/// A device that sends numbered alarms until each is acknowledged.
struct SendingDevice {
    /// Of the configuration.
    var entry: String
    /// Begins to send so many alarms in the background.
    var send: (Int) -> Void
    /// How many were acknowledged.
    var taken: () -> Int
    var stop: () async -> Void

    static func make(_ name: String, folder: TemporaryFolder, doors: SevenWays.Doors) async throws -> SendingDevice {
        switch name {
        case "isapi-push": hikvision(doors)
        case "gb28181": gb28181(doors)
        case "ga1400": ga1400(doors)
        default: try await mqtt(folder)
        }
    }

    private static func camera(_ adapter: String, _ keys: String) -> String {
        "cameras:\n  - {name: cam-1, adapter: \(adapter), place: 钢铁大街, \(keys)}"
    }

    private static func hikvision(_ doors: SevenWays.Doors) -> SendingDevice {
        let settings = ISAPICameraSettings(name: "cam-1", password: "secret")
        let progress = Progress()
        let lines = 8
        return SendingDevice(
            entry: camera("isapi-push", "user: admin, password: {file: password}"),
            send: { count in
                for line in 0..<lines {
                    let task = Task {
                        let pusher = ISAPIPusher(
                            settings, to: "127.0.0.1", port: doors.http, path: "/push/isapi/cam-1", retryEvery: .milliseconds(50),
                            tries: 5000)
                        for number in stride(from: line, to: count, by: lines) {
                            // A plate is a fact of its own, told once.
                            let alarm = SimAlarm(eventType: "ANPR", region: String(number))
                            if await pusher.push(alarm).isTaken { progress.taken.withLock { $0 += 1 } }
                        }
                        await pusher.stop()
                    }
                    progress.tasks.withLock { $0.append(task) }
                }
            },
            taken: { progress.taken.withLock { $0 } },
            stop: { for task in progress.tasks.withLock({ $0 }) { await task.value } })
    }

    private static func gb28181(_ doors: SevenWays.Doors) -> SendingDevice {
        let code = "15020300001320000001"
        var settings = GB28181DeviceSettings(
            code: code, secret: "secret", platformCode: SevenWays.sipCode, platformPort: UInt16(doors.sip))
        settings.t1 = .milliseconds(200)
        settings.keepalive = .milliseconds(500)
        let device = GB28181Device(settings)
        device.start()
        let progress = Progress()
        return SendingDevice(
            entry: camera("gb28181", "id: \"\(code)\", password: {file: password}, silence: 5s"),
            send: { count in
                let task = Task {
                    var sent = 0
                    while sent < count, !Task.isCancelled {
                        // A device has few alarms under way at a time.
                        while sent < count, sent - device.state.taken.count < 64 {
                            device.raise(SimGB28181Alarm(type: "6"))
                            sent += 1
                        }
                        try? await Task.sleep(for: .milliseconds(1))
                    }
                }
                progress.tasks.withLock { $0 = [task] }
            },
            taken: { Set(device.state.taken).count },
            stop: {
                for task in progress.tasks.withLock({ $0 }) { task.cancel() }
                await device.stop()
            })
    }

    private static func ga1400(_ doors: SevenWays.Doors) -> SendingDevice {
        let id = "15020300001190000001"
        var settings = GA1400Device.Settings(id: id, user: "admin", password: "secret", port: doors.http)
        settings.pause = .milliseconds(50)
        settings.patience = 5
        let device = GA1400Device(settings)
        device.start()
        return SendingDevice(
            entry: camera("ga1400", "id: \"\(id)\", user: admin, password: {file: password}"),
            send: { count in
                for number in 0..<count {
                    let mark = String(1_000_000 + number)
                    device.saw(
                        SimVIIDObject(
                            "MotorVehicle", id: id + "02" + mark, time: "20261123101500", deviceID: id))
                }
            },
            taken: { device.tally.taken }, stop: { await device.stop() })
    }

    private static func mqtt(_ folder: TemporaryFolder) async throws -> SendingDevice {
        let place = folder.file("broker")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        var settings = MosquittoBroker.Settings(folder: place)
        settings.isDurable = true
        let broker = try await MosquittoBroker.start(settings)
        let publisher = MQTTPublisher(MQTTPublisher.Settings(clientID: "sensor", port: broker.port))
        let journal = folder.file("data/journal.sqlite")
        let progress = Progress()
        return SendingDevice(
            entry: "brokers:\n  - {name: broker-1, address: \"127.0.0.1:\(broker.port)\"}\n"
                + camera("mqtt", "broker: broker-1, format: generic, topics: [gate/+], word: smoke, on: [], identity: n"),
            send: { count in
                publisher.start()
                for number in 0..<count { publisher.publish("gate/1", "{\"n\":\(number)}") }
            },
            // Of the broker's acknowledgements only the journal can tell.
            taken: {
                let open = progress.reader.withLock { known -> JournalReader? in
                    if known == nil { known = try? JournalReader(path: journal) }
                    return known
                }
                return (try? open?.lastPosition()).flatMap { $0 }.map { min(Int($0), 10_000) } ?? 0
            },
            stop: {
                await publisher.stop()
                broker.kill()
            })
    }
}

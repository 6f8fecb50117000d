import Model
import Platform

/// Makes the cameras of a mixed load, one protocol after the other.
struct MixedLoadBuilder {
    let folder: String
    let doors: SevenWays.Doors
    var cameras: [SimulatedCamera] = []
    var tellers: [@Sendable (_ number: Int) -> Void] = []
    var ends: [@Sendable () async -> Void] = []
    var brokerPort: Int?

    init(folder: String, doors: SevenWays.Doors) {
        self.folder = folder
        self.doors = doors
    }

    private mutating func add(
        _ adapter: String, url: String = "", keys: [[String]] = [], password: String = "load",
        tell: @escaping @Sendable (_ number: Int) -> Void
    ) {
        var camera = SimulatedCamera(
            name: "load-\(cameras.count + 1)", place: "负载\(cameras.count + 1)", url: url, user: "admin", password: password)
        camera.adapter = adapter
        camera.keys = keys
        cameras.append(camera)
        tellers.append(tell)
    }

    mutating func addISAPI(_ count: Int) async throws {
        guard count > 0 else { return }
        let settings = (1...count).map { number in
            var settings = ISAPICameraSettings(name: "load-\(number)", password: "load", channelName: "负载\(number)")
            settings.keepsSentAlarms = false
            return settings
        }
        let server = try await ISAPICameraServer.start(settings, layout: count == 1 ? .portEach : .onePort(0))
        ends.append { await server.stop() }
        for (index, camera) in server.cameras.enumerated() {
            // A plate is told once and has no end.
            add("isapi", url: server.url(index)) { camera.burst([SimAlarm(eventType: "ANPR", region: String($0))]) }
        }
    }

    mutating func addONVIF(_ count: Int) async throws {
        guard count > 0 else { return }
        let settings = (0..<count).map { number in
            var settings = ONVIFDeviceSettings(name: "onvif-\(number)")
            settings.password = "load"
            return settings
        }
        let server = try await ONVIFCameraServer.start(settings)
        ends.append { await server.stop() }
        for (index, camera) in server.cameras.enumerated() {
            add("onvif", url: server.url(index)) { number in
                let object = [SimNotification.Item("ObjectId", String(number))]
                camera.raise(SimNotification("tns1:RuleEngine/LineDetector/Crossed", operation: nil, data: object))
            }
        }
    }

    mutating func addDahua(_ count: Int) async throws {
        guard count > 0 else { return }
        let server = try await DahuaCameraServer.start(
            (0..<count).map { DahuaDeviceSettings(name: "dahua-\($0)", password: "load") })
        ends.append { await server.stop() }
        for (index, device) in server.devices.enumerated() {
            add("dahua", url: server.url(index)) { number in
                var event = SimDahuaEvent("CrossLineDetection", .pulse, rule: 1, target: "Vehicle")
                event.eventID = number
                device.raise(event)
            }
        }
    }

    mutating func addGB28181(_ count: Int) {
        for number in 0..<count {
            let code = "15020300001320" + padded(number)
            let device = GB28181Device(
                GB28181DeviceSettings(
                    code: code, secret: "load", platformCode: SevenWays.sipCode, platformPort: UInt16(doors.sip)),
                seed: UInt64(number))
            device.start()
            ends.append { await device.stop() }
            add("gb28181", keys: [["id", "\"\(code)\""]]) { _ in device.raise(SimGB28181Alarm(type: "6")) }
        }
    }

    mutating func addGA1400(_ count: Int) {
        for number in 0..<count {
            let id = "15020300001190" + padded(number)
            var settings = GA1400Device.Settings(id: id, user: "admin", password: "load", port: doors.http)
            settings.pause = .milliseconds(500)
            let device = GA1400Device(settings)
            device.start()
            ends.append { await device.stop() }
            add("ga1400", keys: [["id", "\"\(id)\""]]) { number in
                device.saw(
                    SimVIIDObject(
                        "MotorVehicle", id: id + "02" + String(100_000 + number), time: "20261123101500", deviceID: id))
            }
        }
    }

    /// One client publishes for all of them.
    mutating func addMQTT(_ count: Int) async throws {
        guard count > 0 else { return }
        let place = folder + "/broker"
        try Files.makeFolder(place)
        let broker = try await MosquittoBroker.start(MosquittoBroker.Settings(folder: place))
        brokerPort = broker.port
        let publisher = MQTTPublisher(MQTTPublisher.Settings(clientID: "load", port: broker.port))
        publisher.start()
        ends.append {
            await publisher.stop()
            broker.kill()
        }
        for number in 0..<count {
            let topic = "load/\(number)"
            let keys = [
                ["broker", "broker-1"], ["format", "generic"], ["topics", "[\(topic)]"], ["word", "smoke"], ["on", "[]"],
                ["identity", "n"],
            ]
            add("mqtt", keys: keys, password: "") { publisher.publish(topic, "{\"n\":\($0)}") }
        }
    }

    /// Six digits.
    private func padded(_ number: Int) -> String { String(String(1_000_000 + number).dropFirst()) }
}

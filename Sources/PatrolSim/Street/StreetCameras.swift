import Model
import Synchronization

/// A Hikvision camera whose stream is read.
struct StreetISAPI: StreetCamera {
    let camera: ISAPICamera

    func see(_ alarm: SimAlarm) { camera.raise(alarm) }
    func stop() async {}
}

/// A Hikvision camera that posts its alarms, each with a picture when it begins.
struct StreetISAPIPush: StreetCamera {
    let pusher: ISAPIPusher
    let errands = StreetErrands()

    func see(_ alarm: SimAlarm) {
        let isNew = alarm.state == .active && alarm.activePostCount == 1
        let pictures = isNew ? [SimPicture.jpeg(comment: alarm.eventType, size: 2048)] : []
        errands.add { _ = await pusher.push(alarm, pictures: pictures) }
    }

    func stop() async {
        errands.stop()
        await pusher.stop()
    }
}

/// An ONVIF camera.
struct StreetONVIF: StreetCamera {
    let device: ONVIFDevice

    func see(_ alarm: SimAlarm) {
        guard alarm.isEdge else { return }
        let isOn = alarm.state == .active
        switch alarm.eventType {
        case "linedetection":
            let object = [SimNotification.Item("ObjectId", alarm.region ?? "1")]
            device.raise(SimNotification("tns1:RuleEngine/LineDetector/Crossed", operation: nil, data: object))
        case "VMD": device.raise(.motion(isOn))
        default:
            var notification = SimNotification("tns1:RuleEngine/FieldDetector/ObjectsInside")
            notification.source.append(.init("Rule", alarm.region ?? "1"))
            notification.data = [.init("IsInside", isOn ? "true" : "false")]
            device.raise(notification)
        }
    }

    func stop() async {}
}

/// A Dahua camera.
struct StreetDahua: StreetCamera {
    let device: DahuaDevice

    private static let codes = [
        "linedetection": "CrossLineDetection", "parking": "ParkingDetection", "loitering": "WanderDetection",
        "unattendedBaggage": "LeftDetection", "attendedBaggage": "TakenAwayDetection", "VMD": "VideoMotion",
        "group": "CrowdDetection",
    ]

    func see(_ alarm: SimAlarm) {
        guard alarm.isEdge else { return }
        let code = Self.codes[alarm.eventType] ?? "CrossRegionDetection"
        var event = SimDahuaEvent(
            code, alarm.state == .active ? .start : .stop, rule: alarm.region.flatMap { Int($0) },
            target: alarm.target == "vehicle" ? "Vehicle" : "Human")
        if code == "CrossRegionDetection" { event.deed = "Inside" }
        device.raise(event)
    }

    func stop() async {}
}

/// A dome behind GB/T 28181.
struct StreetGB28181: StreetCamera {
    let device: GB28181Device

    /// Alarm types of method 5.
    private static let types = [
        "VMD": "2", "unattendedBaggage": "3", "attendedBaggage": "4", "linedetection": "5", "loitering": "8", "group": "10",
    ]

    func see(_ alarm: SimAlarm) {
        guard alarm.state == .active, alarm.activePostCount == 1 else { return }
        device.raise(SimGB28181Alarm(type: Self.types[alarm.eventType] ?? "6"))
    }

    func stop() async { await device.stop() }
}

/// A view library's camera that reports vehicles and things.
struct StreetGA1400: StreetCamera {
    let device: GA1400Device
    let clock: @Sendable () -> Timestamp

    func see(_ alarm: SimAlarm) {
        guard alarm.state == .active, alarm.activePostCount == 1 else { return }
        let time = String(clock().text(in: .shanghai).filter(\.isNumber).prefix(14))
        let kind = alarm.target == "vehicle" ? "MotorVehicle" : "Thing"
        let picture = SimPicture.jpeg(comment: alarm.eventType, size: 2048)
        let number = String(clock().microseconds / 1000 % 1_000_000)
        device.saw(
            SimVIIDObject(
                kind, id: device.settings.id + "02" + time + String(repeating: "0", count: 6 - number.count) + number,
                time: time, deviceID: device.settings.id, pictures: [(type: "14", bytes: picture)]))
    }

    func stop() async { await device.stop() }
}

/// A camera that a Frigate watches and publishes through a broker.
final class StreetFrigate: StreetCamera {
    private let publisher: MQTTPublisher
    private let name: String
    private let clock: @Sendable () -> Timestamp
    /// What is going on → the identity that Frigate gave it.
    private let running = Mutex<[String: (id: String, began: String)]>([:])

    init(_ publisher: MQTTPublisher, name: String, clock: @escaping @Sendable () -> Timestamp) {
        self.publisher = publisher
        self.name = name
        self.clock = clock
    }

    func see(_ alarm: SimAlarm) {
        guard alarm.isEdge else { return }
        let isOver = alarm.state == .inactive
        let seconds = String(Double(clock().microseconds / 1000) / 1000)
        let key = alarm.eventType + "/" + (alarm.region ?? "")
        let (id, began) = running.withLock { running in
            let known = running[key] ?? (seconds + "-" + String(UInt32.random(in: .min ... .max), radix: 36), seconds)
            running[key] = isOver ? nil : known
            return known
        }
        let after: JSON = [
            "id": .string(id), "camera": .string(name), "label": .string(alarm.target == "vehicle" ? "car" : "person"),
            "score": .number("0.81"), "top_score": .number("0.84"), "false_positive": .bool(false),
            "start_time": .number(began), "end_time": isOver ? .number(seconds) : .null, "current_zones": ["street"],
        ]
        let event: JSON = ["type": .string(isOver ? "end" : "new"), "before": after, "after": after]
        publisher.publish("frigate/events", event.bytes)
    }

    func stop() async { await publisher.stop() }
}

extension SimAlarm {
    /// Whether the alarm begins or ends, rather than repeats.
    var isEdge: Bool { state == .inactive || activePostCount == 1 }
}

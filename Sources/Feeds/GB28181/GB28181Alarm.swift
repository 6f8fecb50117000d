import Model

/// An alarm as a device reports it (GB/T 28181-2022, A.2.5).
package struct GB28181Alarm: Hashable, Sendable {
    /// Who raised it: the device, a channel, or an alarm input.
    package var source: String
    package var serial: String?
    /// 1 is the most urgent, 4 the least.
    package var priority: Int?
    /// 1 phone, 2 device, 3 text message, 4 GPS, 5 video, 6 fault of the device, 7 other; several are possible.
    package var methods: [Int]
    package var type: String?
    /// Of an intrusion: 1 enters, 2 leaves.
    package var eventType: String?
    package var time: String?
    package var description: String?
    package var position: String?

    /// The types that a method knows (2 device, 5 video, 6 fault).
    private static let types = [2: 1...5, 5: 1...13, 6: 1...2]

    /// Reads what is there; every field may be missing.
    package init(_ message: MANSCDPMessage) {
        let root = message.root
        source = message.device ?? ""
        serial = message.serial
        priority = root.value("AlarmPriority").flatMap { Int($0) }
        methods = (root.value("AlarmMethod") ?? "").compactMap { $0.wholeNumberValue }
        let infos = root.children.filter { $0.name.lowercased() == "info" }
        type = (infos.lazy.compactMap { $0.value("AlarmType") }.first ?? root.value("AlarmType")).map(Self.number)
        eventType = infos.lazy.compactMap { $0.child("AlarmTypeParam")?.value("EventType") }.first.map(Self.number)
        time = root.value("AlarmTime").map { String($0.prefix(40)) }
        description = root.value("AlarmDescription") ?? root.value("AlarmDescribe")
        position = Self.position(root)
    }

    /// Method and type with a slash between, such as `5/6`; an intrusion's direction behind another, such as `5/6/1`.
    ///
    /// Of several methods the first that knows the type counts. Without a type the method stands alone, without a
    /// method `-` stands for it.
    package var rawType: String {
        let number = type.flatMap { Int($0) }
        let knowing = number.flatMap { number in methods.first { Self.types[$0]?.contains(number) ?? false } }
        let method = (knowing ?? methods.first).map { String($0) } ?? "-"
        guard let type else { return method == "-" ? "alarm" : method }
        guard method == "5", type == "6", let eventType, ["1", "2"].contains(eventType) else { return "\(method)/\(type)" }
        return "5/6/\(eventType)"
    }

    /// Numbers without leading zeros, other words as they are, cut to a length.
    private static func number(_ text: String) -> String {
        Int(text).map { String($0) } ?? String(text.prefix(40))
    }

    private static func position(_ root: XMLElement) -> String? {
        guard let longitude = root.value("Longitude"), let latitude = root.value("Latitude"),
            let east = Double(longitude), let north = Double(latitude), east != 0 || north != 0
        else { return nil }
        return "\(longitude.prefix(20)),\(latitude.prefix(20))"
    }
}

extension GB28181Alarm {
    private static let levels = [1: "一级警情", 2: "二级警情", 3: "三级警情", 4: "四级警情"]

    /// The device's words, the level and the place, for operators.
    var summary: String? {
        let level = priority.flatMap { Self.levels[$0] }
        let parts = [description.map { String($0.prefix(500)) }, level, position.map { "位置 " + $0 }].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "；")
    }

    /// The sight that this alarm is; each is a fact of its own, GB/T 28181 tells no ends.
    ///
    /// - Parameter callID: of the message that brought it.
    func sighting(
        channels: [GB28181Code: Int], device: GB28181Code?, zone: Zone, events: AlarmEvents, callID: String?,
        received: Timestamp
    ) -> AlarmSighting {
        let moment = time.flatMap { Timestamp($0, assuming: zone) }
        let code = GB28181Code(source)
        var sighting = AlarmSighting(
            channel: events.channelNumber(code.flatMap { channels[$0] }), rawType: rawType,
            region: code == device || source.isEmpty ? nil : String((code?.digits ?? source).prefix(40)),
            time: moment?.text(in: zone) ?? time, received: received)
        sighting.isMomentary = true
        sighting.description = summary
        sighting.identity = identity(moment, callID: callID, received)
        return sighting
    }

    /// The same for each repeat of one alarm: source, number and time.
    ///
    /// A clock that is a day off or more begins anew at each start of the device, and so do the numbers: then only the
    /// message itself tells a repeat. Rather twice than never.
    private func identity(_ moment: Timestamp?, callID: String?, _ received: Timestamp) -> String? {
        guard let time else { return nil }
        let said = "\(source.prefix(20))/\((serial ?? "-").prefix(20))/\(time.prefix(25))"
        let offset = moment.map { abs(($0 - received).microseconds) } ?? .max
        guard offset > Span.days(1).microseconds else { return said }
        return callID.map { "\((serial ?? "-").prefix(12))/\(time.prefix(25))/\($0.prefix(40))" }
    }
}

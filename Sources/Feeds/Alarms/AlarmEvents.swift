import Model

/// Makes our events of what a device said, for every camera protocol alike.
package struct AlarmEvents: Sendable {
    package let source: String
    package let device: String
    /// Which decoder bytes in quarantine are tried with again, such as `isapi`.
    package let adapter: String
    /// The device's word in lower case → what it means.
    package let classes: [String: AlarmClass]
    /// The channel to write down whatever the device says; some say the same wrong number for ever.
    package let channel: Int?
    /// Taken off the device's channel numbers above it: recorders count network cameras from 33.
    package let channelOffset: Int

    package init(
        source: String, device: String, adapter: String, classes: [String: AlarmClass], channel: Int? = nil,
        channelOffset: Int = 0
    ) {
        self.source = source
        self.device = device
        self.adapter = adapter
        self.classes = classes
        self.channel = channel
        self.channelOffset = channelOffset
    }

    /// The meaning of a device's word; one that the list does not know is an alarm of its own name.
    package func meaning(of rawType: String) -> AlarmClass {
        let key = rawType.lowercased()
        return classes[key] ?? AlarmClass(name: key, label: rawType)
    }

    /// The channel as it is written down.
    package func channelNumber(_ told: Int?) -> Int? {
        if let channel { return channel }
        guard let told, channelOffset > 0, told > channelOffset else { return told }
        return told - channelOffset
    }

    /// The event of an edge; nothing for noise, nor for the end of a status, which states no fact of its own.
    package func event(for edge: AlarmEdge, snapshot: String? = nil, received: Timestamp) -> Event? {
        let meaning = meaning(of: edge.first.rawType)
        let id = Self.id(of: edge)
        switch meaning.role {
        case .heartbeat: return nil
        case .status:
            guard edge.state != .stop else { return nil }
            let status = CameraStatus(
                device: device, channel: edge.first.channel, status: meaning.status ?? .tampered,
                detail: edge.first.description ?? edge.first.rawType)
            return event(id: id, EventType.cameraStatus, time: edge.first.time, received, status.json)
        case .alarm:
            var alarm = CameraAlarm(
                device: device, channel: edge.first.channel, state: edge.state, alarmClass: meaning.name,
                rawType: edge.first.rawType, region: edge.first.region, target: edge.first.target ?? edge.last.target,
                snapshot: snapshot ?? edge.first.snapshot, repeats: edge.state == .stop ? edge.repeats : nil,
                description: edge.first.description)
            alarm.confidence = edge.last.confidence ?? edge.first.confidence
            return event(id: id, EventType.cameraAlarm, time: edge.last.time, received, alarm.json)
        }
    }

    /// An event about the device itself, told by us: online, offline, its clock.
    package func status(_ status: CameraStatus.Status, detail: String, offset: Span? = nil, at time: Timestamp) -> Event {
        let payload = CameraStatus(
            device: device, status: status, clockOffset: offset.map { $0.microseconds / 1000 }, detail: detail)
        return event(
            id: "status/\(status.rawValue)/\(time.text())", EventType.cameraStatus, time: time.text(), time, payload.json)
    }

    /// Bytes for the quarantine.
    package func unreadable(_ bytes: [UInt8], _ contentType: String, _ reason: String, received: Timestamp) -> Arrival {
        .unreadable(
            Unreadable(
                source: source, adapter: adapter, reason: reason,
                contentType: contentType.isEmpty ? "application/octet-stream" : contentType, bytes: bytes,
                received: received))
    }

    /// The events of sights by themselves, with nothing folded; what a replay from quarantine gives.
    package func unfolded(_ sightings: [AlarmSighting]) -> [Arrival] {
        sightings.compactMap { sighting in
            var folder = AlarmFolder()
            return folder.on(sighting, at: .zero).first.flatMap { event(for: $0, received: sighting.received) }
                .map { .event($0) }
        }
    }

    private func event(id: String, _ type: String, time: String?, _ received: Timestamp, _ payload: JSON) -> Event {
        Event(source: source, id: id, type: type, subject: device, time: time, received: received, data: payload.bytes)
    }

    /// The identity of a fact: what the device said of it, so that saying it again changes nothing.
    ///
    /// Both ends of an alarm carry its beginning. A device without a clock gets our time, and cannot be recognised.
    private static func id(of edge: AlarmEdge) -> String {
        let first = edge.first
        let moment = first.identity ?? first.time ?? "received-" + first.received.text()
        let channel = first.channel.map { String($0) } ?? "-"
        let ordinal = first.ordinal.map { String($0) } ?? "-"
        let what = "\(channel)/\(first.rawType.prefix(80))/\((first.region ?? "-").prefix(80))"
        return "alarm/\(what)/\(moment.prefix(80))/\(ordinal)/\(edge.state.rawValue)"
    }
}

import Model

/// Makes our events of what a Hikvision device said.
package struct ISAPIEvents: Sendable {
    package let source: String
    package let device: String
    package let decoder: ISAPIDecoder
    /// The channel to write down whatever the device says; some say the same wrong number for ever.
    package let channel: Int?
    /// Taken off the device's channel numbers above it: recorders count network cameras from 33.
    package let channelOffset: Int

    /// Types whose every sight is a fact: a plate or a face was seen, and nothing lasts.
    private static let momentary: Set<String> = ["anpr", "vehicledetection", "facesnap", "facecapture"]

    package init(source: String, device: String, decoder: ISAPIDecoder, channel: Int? = nil, channelOffset: Int = 0) {
        self.source = source
        self.device = device
        self.decoder = decoder
        self.channel = channel
        self.channelOffset = channelOffset
    }

    /// The sights in an alert: one for each region, or one.
    package func sightings(in alert: ISAPIAlert, received: Timestamp) -> [AlarmSighting] {
        var whole = AlarmSighting(
            channel: channel(of: alert), rawType: alert.type, region: alert.inputPort.map { "input-" + $0 },
            active: alert.state.map { $0 == .active }, time: alert.time?.rfc3339, received: received)
        whole.isMomentary = Self.momentary.contains(alert.type.lowercased())
        whole.ordinal = alert.activePostCount
        whole.isRetransmission = alert.isRetransmission
        whole.target = alert.target
        whole.description = alert.description
        guard !alert.regions.isEmpty else { return [whole] }
        return alert.regions.map { region in
            var sighting = whole
            sighting.region = region.id
            sighting.target = region.target ?? alert.target
            return sighting
        }
    }

    private func channel(of alert: ISAPIAlert) -> Int? {
        if let channel { return channel }
        guard let number = alert.channel, channelOffset > 0, number > channelOffset else { return alert.channel }
        return number - channelOffset
    }

    /// The event of an edge; nothing for the end of a status, which states no fact of its own.
    package func event(for edge: AlarmEdge, snapshot: String? = nil, received: Timestamp) -> Event? {
        let meaning = decoder.alarmClass(of: edge.first.rawType)
        let id = Self.id(of: edge)
        if meaning.role == .status {
            guard edge.state != .stop else { return nil }
            let status = CameraStatus(
                device: device, channel: edge.first.channel, status: meaning.status ?? .tampered,
                detail: edge.first.description ?? edge.first.rawType)
            return event(id: id, EventType.cameraStatus, time: edge.first.time, received, status.json)
        }
        let alarm = CameraAlarm(
            device: device, channel: edge.first.channel, state: edge.state, alarmClass: meaning.name,
            rawType: edge.first.rawType, region: edge.first.region, target: edge.first.target ?? edge.last.target,
            snapshot: snapshot, repeats: edge.state == .stop ? edge.repeats : nil, description: edge.first.description)
        return event(id: id, EventType.cameraAlarm, time: edge.last.time, received, alarm.json)
    }

    /// An event about the device itself, told by us: online, offline, its clock.
    package func status(
        _ status: CameraStatus.Status, detail: String, offset: Span? = nil, at time: Timestamp
    ) -> Event {
        let payload = CameraStatus(
            device: device, status: status, clockOffset: offset.map { $0.microseconds / 1000 }, detail: detail)
        return event(
            id: "status/\(status.rawValue)/\(time.text())", EventType.cameraStatus, time: time.text(), time, payload.json)
    }

    package func unreadable(_ bytes: [UInt8], _ contentType: String, _ reason: String, received: Timestamp) -> Arrival {
        .unreadable(
            Unreadable(
                source: source, adapter: "isapi", reason: reason,
                contentType: contentType.isEmpty ? "application/octet-stream" : contentType, bytes: bytes,
                received: received))
    }

    /// The arrivals of one part by itself, with nothing folded.
    func unfolded(_ part: MultipartPart, received: Timestamp) -> [Arrival] {
        do throws(ISAPIDecodingError) {
            guard case .alert(let alert) = try decoder.decode(part) else { return [] }
            return sightings(in: alert, received: received).compactMap { sighting in
                var folder = AlarmFolder()
                return folder.on(sighting, at: .zero).first.flatMap { event(for: $0, received: received) }.map { .event($0) }
            }
        } catch {
            return [unreadable(part.bytes, part.contentType, error.reason, received: received)]
        }
    }

    private func event(id: String, _ type: String, time: String?, _ received: Timestamp, _ payload: JSON) -> Event {
        Event(
            source: source, id: id, type: type, subject: device, time: time, received: received, data: payload.bytes)
    }

    /// The identity of a fact: what the device said of it, so that saying it again changes nothing.
    ///
    /// Both ends of an alarm carry its beginning. A device without a clock gets our time, and cannot be recognised.
    private static func id(of edge: AlarmEdge) -> String {
        let first = edge.first
        let time = first.time ?? "received-" + first.received.text()
        let channel = first.channel.map { String($0) } ?? "-"
        let ordinal = first.ordinal.map { String($0) } ?? "-"
        let what = "\(channel)/\(first.rawType.prefix(80))/\((first.region ?? "-").prefix(80))"
        return "alarm/\(what)/\(time.prefix(80))/\(ordinal)/\(edge.state.rawValue)"
    }
}

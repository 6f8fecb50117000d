import Model

extension AlarmEvents {
    /// Types whose every sight is a fact: a plate or a face was seen, and nothing lasts.
    private static let momentary: Set<String> = ["anpr", "vehicledetection", "facesnap", "facecapture"]

    /// The sights in a Hikvision alert: one for each region, or one.
    package func sightings(in alert: ISAPIAlert, received: Timestamp) -> [AlarmSighting] {
        var whole = AlarmSighting(
            channel: channelNumber(alert.channel), rawType: alert.type, region: alert.inputPort.map { "input-" + $0 },
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

    /// The arrivals of one part by itself, with nothing folded.
    func unfolded(_ part: MultipartPart, by decoder: ISAPIDecoder, received: Timestamp) -> [Arrival] {
        do throws(ISAPIDecodingError) {
            guard case .alert(let alert) = try decoder.decode(part) else { return [] }
            return unfolded(sightings(in: alert, received: received))
        } catch {
            return [unreadable(part.bytes, part.contentType, error.reason, received: received)]
        }
    }
}

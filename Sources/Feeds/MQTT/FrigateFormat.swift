import Model

/// Frigate's `events` and `reviews`: `{"type":"new|update|end","before":{…},"after":{…}}`, of which `after` counts.
///
/// A name or a plate that Frigate recognised (`sub_label`) is personal data and is not stored.
struct FrigateFormat {
    let cameras: Set<String>?

    func read(_ json: JSON, _ events: AlarmEvents, _ received: Timestamp) throws(MQTTFormatError) -> MQTTReading {
        guard let after = json["after"], let id = after["id"]?.string, !id.isEmpty else {
            throw MQTTFormatError("the message has no 'after' with an 'id'; it is neither an event nor a review of Frigate")
        }
        guard let type = json["type"]?.string, ["new", "update", "end", "genai"].contains(type) else {
            throw MQTTFormatError("the message's 'type' is none of new, update and end")
        }
        let camera = after["camera"]?.string ?? ""
        if let cameras, !cameras.contains(camera) { return .nothing }
        guard type != "genai", after["false_positive"]?.bool != true else { return .nothing }
        return .sightings([try sighting(after, id, camera, isEnd: type == "end", events, received)])
    }

    private func sighting(
        _ after: JSON, _ id: String, _ camera: String, isEnd: Bool, _ events: AlarmEvents, _ received: Timestamp
    ) throws(MQTTFormatError) -> AlarmSighting {
        let time = DeviceTime(epoch: (isEnd ? after["end_time"]?.plainText : nil) ?? after["start_time"]?.plainText)
        // A name for all cameras needs to tell them apart; it never changes while the object lasts.
        let region = cameras?.count == 1 ? nil : camera.isEmpty ? nil : String(camera.prefix(80))
        var sighting = AlarmSighting(
            channel: events.channelNumber(nil), rawType: try Self.word(after), region: region, active: !isEnd,
            time: time?.moment?.text(), received: received)
        sighting.identity = id
        sighting.confidence = (after["top_score"] ?? after["score"])?.double.flatMap { (0...1).contains($0) ? $0 : nil }
        sighting.target = Self.objects(after)
        sighting.description = Self.zones(after)
        return sighting
    }

    private static func word(_ after: JSON) throws(MQTTFormatError) -> String {
        if let label = after["label"]?.string, !label.isEmpty { return String(label.prefix(80)) }
        guard let severity = after["severity"]?.string, !severity.isEmpty else {
            throw MQTTFormatError("the message has neither a 'label' nor a 'severity'")
        }
        return "review-" + severity.prefix(40)
    }

    private static func objects(_ after: JSON) -> String? {
        if let label = after["label"]?.string { return String(label.prefix(80)) }
        let objects = after["data"]?["objects"]?.array?.prefix(16).compactMap { $0.string?.prefix(40) } ?? []
        return objects.isEmpty ? nil : objects.joined(separator: ",")
    }

    private static func zones(_ after: JSON) -> String? {
        let list = (after["entered_zones"] ?? after["data"]?["zones"])?.array
        let zones = list?.prefix(16).compactMap { $0.string?.prefix(40) } ?? []
        return zones.isEmpty ? nil : "zones " + zones.joined(separator: ", ")
    }
}

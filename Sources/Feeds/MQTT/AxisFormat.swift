import Model

/// The event bridge of Axis cameras: `{"topic":…,"timestamp":ms,"serial":…,"message":{"source":{},"key":{},"data":{}}}`.
enum AxisFormat {
    /// Members of `data` that say whether it lasts.
    private static let states = ["active", "state", "triggered", "ismotion", "istampering", "logicalstate"]

    static func read(_ json: JSON, _ events: AlarmEvents, _ received: Timestamp) throws(MQTTFormatError) -> MQTTReading {
        guard let topic = json["topic"]?.string, let message = json["message"], message.members != nil else {
            throw MQTTFormatError("the message has no 'topic' and 'message'; it is none of the Axis event bridge")
        }
        let word = word(topic)
        guard !word.isEmpty else { throw MQTTFormatError("the message's 'topic' names no event") }
        let source = message["source"]?.members ?? []
        var sighting = AlarmSighting(
            channel: events.channelNumber(channel(source)), rawType: word, region: region(source),
            active: state(message["data"]), time: DeviceTime(epoch: json["timestamp"]?.plainText)?.moment?.text(),
            received: received)
        sighting.isMomentary = sighting.active == nil
        return .sightings([sighting])
    }

    /// The topic without the prefixes of its names: `onvif:Device/tnsaxis:IO/Port` is `device/io/port`.
    private static func word(_ topic: String) -> String {
        let names = topic.prefix(400).split(separator: "/").map { name in
            String(name.lastIndex(of: ":").map { name[name.index(after: $0)...] } ?? name)
        }
        return String(names.joined(separator: "/").lowercased().prefix(80))
    }

    private static func channel(_ source: [JSON.Member]) -> Int? {
        let names: Set<String> = ["channel", "videosource", "camera", "videosourceconfigurationtoken"]
        return source.first { names.contains($0.key.lowercased()) }.flatMap { $0.value.plainText }.flatMap { Int($0) }
    }

    private static func region(_ source: [JSON.Member]) -> String? {
        let facts = source.prefix(8).compactMap { member in member.value.plainText.map { member.key + "=" + $0.prefix(40) } }
        return facts.isEmpty ? nil : String(facts.sorted().joined(separator: ",").prefix(80))
    }

    private static func state(_ data: JSON?) -> Bool? {
        for member in data?.members ?? [] where states.contains(member.key.lowercased()) {
            switch member.value.plainText?.lowercased() {
            case "1", "true", "on": return true
            case "0", "false", "off": return false
            default: continue
            }
        }
        return nil
    }
}

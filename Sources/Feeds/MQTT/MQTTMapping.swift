import Model

/// How messages of any device are read, as the configuration says; paths are members and places joined by dots.
package struct MQTTMapping: Hashable, Sendable {
    /// The alarm word, unless `wordPath` finds one.
    package var word: String
    package var wordPath: String?
    /// Where the value stands; nothing for the whole payload.
    package var valuePath: String?
    /// Values that mean that the alarm lasts, and that it is over; in lower case.
    package var active: Set<String> = ["on", "true", "1", "open", "active", "alarm"]
    package var inactive: Set<String> = ["off", "false", "0", "closed", "inactive", "normal"]
    /// For numbers: active from here on.
    package var threshold: Double?
    /// Every message is a fact of its own.
    package var isMomentary = false
    package var channel: Int?
    package var channelPath: String?
    /// RFC 3339, or seconds or milliseconds since 1970.
    package var timePath: String?
    /// The device's own id of the fact; the same in a repeat.
    package var identityPath: String?

    package init(word: String) { self.word = word }

    func read(_ body: inout MQTTBody, _ events: AlarmEvents, _ received: Timestamp) throws(MQTTFormatError) -> MQTTReading {
        let needsJSON = [valuePath, wordPath, channelPath, timePath, identityPath].contains { $0 != nil }
        let json: JSON? = needsJSON ? try body.json() : Optional.none
        let told = Self.text(json, wordPath) ?? word
        let channel = channel ?? Self.text(json, channelPath).flatMap { Int($0) }
        var sighting = AlarmSighting(
            channel: events.channelNumber(channel), rawType: String(told.prefix(80)),
            active: try state(body.bytes, json), time: Self.text(json, timePath).map { Self.time($0) },
            received: received)
        sighting.isMomentary = isMomentary
        sighting.identity = Self.text(json, identityPath).map { String($0.prefix(80)) }
        if isMomentary { sighting.active = nil }
        return .sightings([sighting])
    }

    private func state(_ payload: [UInt8], _ json: JSON?) throws(MQTTFormatError) -> Bool? {
        if isMomentary { return nil }
        let whole = payload.count <= 256 ? String(decoding: payload, as: UTF8.self) : ""
        let found = valuePath == nil ? whole : Self.text(json, valuePath)
        guard let text = found?.lowercased().filter({ $0 != " " && $0 != "\"" && $0 != "\n" && $0 != "\r" }) else {
            throw MQTTFormatError("the message has nothing at '\(valuePath ?? "")'")
        }
        if active.contains(text) { return true }
        if inactive.contains(text) { return false }
        if let threshold, let number = Double(text), number.isFinite { return number >= threshold }
        throw MQTTFormatError("the value is neither one of 'active' nor one of 'inactive'")
    }

    private static func text(_ json: JSON?, _ path: String?) -> String? {
        guard let json, let path else { return nil }
        var value = json
        for name in path.split(separator: ".").prefix(32) {
            if let array = value.array, let index = Int(name) {
                guard array.indices.contains(index) else { return nil }
                value = array[index]
            } else {
                guard let inner = value[String(name)] else { return nil }
                value = inner
            }
        }
        return value.plainText
    }

    private static func time(_ text: String) -> String {
        DeviceTime(epoch: text)?.moment?.text() ?? String(text.prefix(64))
    }
}

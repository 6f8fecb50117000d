import Model

/// What the configuration says of one device that publishes through a broker.
package struct MQTTDevice: Sendable {
    package var profile: DeviceProfile
    /// Filters of its messages.
    package var topics: [String]
    package var format: MQTTFormat
    package var availability: MQTTAvailability?
    /// Whether its own messages must come within the profile's silence limit; else it lives as long as the broker does and
    /// its availability does not say otherwise.
    package var mustSpeak = false

    package init(_ profile: DeviceProfile, topics: [String], format: MQTTFormat, availability: MQTTAvailability? = nil) {
        self.profile = profile
        self.topics = topics
        self.format = format
        self.availability = availability ?? format.availability(topics)
    }

    /// Whether messages of several topics are its own, so that the topic tells its alarms apart.
    var hasManyTopics: Bool { topics.count > 1 || topics.contains { $0.contains("+") || $0.contains("#") } }

    /// Everything that is subscribed to for it.
    var filters: [String] { topics + (availability.map { [$0.topic] } ?? []) }
}

/// A topic on which a device, or its last will, says whether it is there.
package struct MQTTAvailability: Hashable, Sendable {
    package var topic: String
    /// In lower case.
    package var online: Set<String>
    package var offline: Set<String>

    package init(topic: String, online: Set<String> = ["online", "true", "1"], offline: Set<String> = ["offline", "false", "0"]) {
        self.topic = topic
        self.online = online
        self.offline = offline
    }

    /// What a payload says: a bare word, or JSON with `state`, `status` or `connected`.
    package func read(_ payload: [UInt8]) -> Bool? {
        guard payload.count <= 1024 else { return nil }
        let json = try? JSON(parsing: payload)
        let inner = ["state", "status", "connected", "online"].lazy.compactMap { json?[$0]?.plainText }.first
        let word = (inner ?? json?.plainText ?? String(decoding: payload, as: UTF8.self)).lowercased()
        return online.contains(word) ? true : offline.contains(word) ? false : nil
    }
}

/// How a device's messages are to be understood.
package enum MQTTFormat: Sendable {
    /// Frigate's events and reviews; of these cameras only, or of all.
    case frigate(cameras: Set<String>?)
    /// The event bridge of Axis cameras.
    case axis
    /// Whatever the mapping says.
    case generic(MQTTMapping)

    /// The word in quarantine and in `codes.yaml`.
    package var word: String {
        switch self {
        case .frigate: "mqtt-frigate"
        case .axis: "mqtt-axis"
        case .generic: "mqtt"
        }
    }

    /// Frigate says it beside its events, under the same first word.
    func availability(_ topics: [String]) -> MQTTAvailability? {
        guard case .frigate = self, let topic = topics.first, let slash = topic.lastIndex(of: "/") else { return nil }
        return MQTTAvailability(topic: topic[..<slash] + "/available")
    }
}

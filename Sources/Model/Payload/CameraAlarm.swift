/// The `data` of `cn.patrold.camera.alarm`.
package struct CameraAlarm: Hashable, Sendable {
    package enum State: String, Sendable {
        /// An alarm began; repeats are folded until it stops.
        case start
        /// A momentary alarm that has no end.
        case pulse
        /// The alarm ended, by the device's word or after the quiet time.
        case stop
    }

    /// Name of the camera in the configuration.
    package var device: String
    package var channel: Int?
    package var state: State
    /// Our class (`intrusion`, `line-crossing` …); the device's own word where the code list has no entry.
    package var alarmClass: String
    /// The device's own word for it (`fielddetection`).
    package var rawType: String
    /// Region or rule of the picture, as the device numbers it.
    package var region: String?
    /// What was seen (`human`, `vehicle`), where the device says.
    package var target: String?
    package var confidence: Double?
    /// SHA-256 of the picture in the evidence store, hexadecimal.
    package var snapshot: String?
    /// On `stop`: how many repeats of the alarm were folded, the first not counted.
    package var repeats: Int?
    package var description: String?

    package init(
        device: String, channel: Int? = nil, state: State, alarmClass: String, rawType: String, region: String? = nil,
        target: String? = nil, confidence: Double? = nil, snapshot: String? = nil, repeats: Int? = nil,
        description: String? = nil
    ) {
        self.device = device
        self.channel = channel
        self.state = state
        self.alarmClass = alarmClass
        self.rawType = rawType
        self.region = region
        self.target = target
        self.confidence = confidence
        self.snapshot = snapshot
        self.repeats = repeats
        self.description = description
    }

    package var json: JSON {
        .object(present: [
            ("device", .string(device)), ("channel", channel.map { .int($0) }), ("state", .string(state.rawValue)),
            ("class", .string(alarmClass)), ("rawType", .string(rawType)), ("region", region.map { .string($0) }),
            ("target", target.map { .string($0) }), ("confidence", confidence.map { .number(String($0)) }),
            ("snapshot", snapshot.map { .string($0) }), ("repeats", repeats.map { .int($0) }),
            ("description", description.map { .string($0) }),
        ])
    }

    /// Reads the payload; nothing where a member that must be there is missing.
    package init?(_ json: JSON) {
        guard let device = json["device"]?.string, let state = json["state"]?.string.flatMap(State.init(rawValue:)),
            let alarmClass = json["class"]?.string
        else { return nil }
        self.init(
            device: device, channel: json["channel"]?.int, state: state, alarmClass: alarmClass,
            rawType: json["rawType"]?.string ?? alarmClass, region: json["region"]?.string,
            target: json["target"]?.string, confidence: json["confidence"]?.double,
            snapshot: json["snapshot"]?.string, repeats: json["repeats"]?.int,
            description: json["description"]?.string)
    }
}

import Model

/// One sight of an alarm, as an adapter read it; what every camera protocol is brought to.
package struct AlarmSighting: Hashable, Sendable {
    package var channel: Int?
    /// The device's own word for the alarm.
    package var rawType: String
    package var region: String?
    /// Whether the device says that the alarm lasts; nothing where it never says.
    package var active: Bool?
    /// An alarm without an end: each sight is a fact of its own.
    package var isMomentary = false
    /// The device's clock, as the event will carry it.
    package var time: String?
    /// The device's running number of the alarm, where it has one.
    package var ordinal: Int?
    /// The device's own identity of the alarm, the same at each repeat; stands in the event's id instead of its time.
    package var identity: String?
    package var isRetransmission = false
    package var target: String?
    package var confidence: Double?
    package var description: String?
    /// SHA-256 of a picture that is in the evidence store already.
    package var snapshot: String?
    package var received: Timestamp

    package init(
        channel: Int? = nil, rawType: String, region: String? = nil, active: Bool? = nil, time: String? = nil,
        received: Timestamp
    ) {
        self.channel = channel
        self.rawType = rawType
        self.region = region
        self.active = active
        self.time = time
        self.received = received
    }
}

/// The beginning or the end of an alarm that was folded from many sights.
package struct AlarmEdge: Hashable, Sendable {
    package var state: CameraAlarm.State
    /// The sight that began it; the edge's identity derives from this one.
    package var first: AlarmSighting
    package var last: AlarmSighting
    /// Sights after the first.
    package var repeats: Int
}

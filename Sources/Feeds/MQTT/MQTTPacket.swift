/// The control packets of MQTT 3.1.1 that a subscriber needs, in both directions.
package enum MQTTPacket: Hashable, Sendable {
    case connect(MQTTConnect)
    /// Whether the broker kept our session, and its return code (3.2.2.3).
    case connack(sessionPresent: Bool, code: UInt8)
    case publish(MQTTPublish)
    case puback(UInt16)
    case subscribe(id: UInt16, filters: [String])
    /// One code for each filter; 0x80 is a refusal.
    case suback(id: UInt16, codes: [UInt8])
    case pingRequest, pingAnswer, disconnect
    /// A packet that a broker may send to others, such as those of QoS 2.
    case other(UInt8)
}

/// `CONNECT` with a session that the broker keeps.
package struct MQTTConnect: Hashable, Sendable {
    package var clientID: String
    package var user: String?
    package var password: String?
    package var keepAlive: UInt16
    package var cleanSession: Bool

    package init(clientID: String, user: String? = nil, password: String? = nil, keepAlive: UInt16, cleanSession: Bool = false) {
        self.clientID = clientID
        self.user = user
        self.password = password
        self.keepAlive = keepAlive
        self.cleanSession = cleanSession
    }
}

/// One application message.
package struct MQTTPublish: Hashable, Sendable {
    package var topic: String
    package var payload: [UInt8]
    package var qos: UInt8
    /// Sent because we subscribed: a state, not something that happens now.
    package var retained: Bool
    /// Sent before, perhaps.
    package var duplicate: Bool
    /// Set for QoS 1 and 2.
    package var id: UInt16?
    /// Whether the message was longer than the limit and only its beginning is here.
    package var isCut = false

    package init(
        topic: String, payload: [UInt8], qos: UInt8 = 1, retained: Bool = false, duplicate: Bool = false, id: UInt16? = nil
    ) {
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.retained = retained
        self.duplicate = duplicate
        self.id = id
    }
}

/// Why bytes are no MQTT; the connection ends then (4.8).
package struct MQTTError: Error, Hashable, Sendable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}

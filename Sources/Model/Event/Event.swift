/// One fact as it enters the journal: a CloudEvents 1.0 event whose identity for ever is (`source`, `id`).
package struct Event: Hashable, Sendable {
    /// URI reference of what the fact comes from, such as `patrold:/feeds/cam-1`.
    package var source: String
    /// Unique within the source; a repeat of the same fact has the same id.
    package var id: String
    /// Reverse-DNS type, such as `cn.patrold.camera.alarm`; see `EventType`.
    package var type: String
    /// What the fact is about within the source: a device, an incident, a record.
    package var subject: String?
    /// The device's clock as sent (CloudEvents `time`), unread.
    package var time: String?
    /// Our clock at arrival (extension `receivedtime`).
    package var received: Timestamp
    /// Media type of `data`.
    package var contentType: String
    /// The payload as it came; UTF-8 JSON where `contentType` says so.
    package var data: [UInt8]
    /// Further context attributes as one compact JSON object, empty where there are none.
    package var extensions: [UInt8]

    package init(
        source: String, id: String, type: String, subject: String? = nil, time: String? = nil,
        received: Timestamp, contentType: String = "application/json", data: [UInt8], extensions: [UInt8] = []
    ) {
        self.source = source
        self.id = id
        self.type = type
        self.subject = subject
        self.time = time
        self.received = received
        self.contentType = contentType
        self.data = data
        self.extensions = extensions
    }
}

extension Event {
    /// The device's clock, read where it can be.
    package var deviceTime: DeviceTime? { time.map { DeviceTime($0) } }

    /// The payload as JSON, or nothing where it is none.
    package var payload: JSON? { try? JSON(parsing: data) }
}

/// An event's place in the journal: 1 for the first, with no holes.
package typealias Position = Int64

/// An event as the journal keeps it.
package struct StoredEvent: Sendable {
    package let position: Position
    package let event: Event
    /// RFC 6962 leaf hash, 32 bytes.
    package let leaf: [UInt8]

    package init(position: Position, event: Event, leaf: [UInt8]) {
        self.position = position
        self.event = event
        self.leaf = leaf
    }
}

import Model

/// What one part of a Hikvision event stream says.
package enum ISAPIReading: Hashable, Sendable {
    case alert(ISAPIAlert)
    /// A sign of life; the alert tells the device's clock, and ends a video loss that was.
    case heartbeat(ISAPIAlert)
    /// A picture that belongs to the alert before it.
    case picture([UInt8])
    /// An answer to a request (`ResponseStatus`) or another document that states no fact.
    case nothing
}

/// Why a part states no fact that we understand, as one sentence.
package struct ISAPIDecodingError: Error, Hashable, Sendable {
    package let reason: String
}

/// Reads the parts of a Hikvision event stream, XML or JSON, whatever namespace they claim.
package struct ISAPIDecoder: Sendable {
    /// Lower-cased `eventType` → what it means to us.
    package let classes: [String: AlarmClass]

    package init(classes: [String: AlarmClass]) {
        self.classes = classes
    }

    /// Reads one part; its first bytes decide, because devices mislabel parts.
    ///
    /// - Throws: `ISAPIDecodingError`; the bytes belong into quarantine then.
    package func decode(_ part: MultipartPart) throws(ISAPIDecodingError) -> ISAPIReading {
        let bytes = part.bytes
        let first = bytes.first { !$0.isBlank }
        if first == 0xFF || part.contentType.hasPrefix("image/") { return .picture(bytes) }
        if first == UInt8(ascii: "{") { return reading(try json(bytes)) }
        if first == UInt8(ascii: "<") || bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return reading(try xml(bytes)) }
        throw ISAPIDecodingError(reason: "the part is neither XML nor JSON nor a picture")
    }

    /// The meaning of a type; one that the list does not know is an alarm of its own name.
    package func alarmClass(of type: String) -> AlarmClass {
        let key = type.lowercased()
        return classes[key] ?? AlarmClass(name: key, label: type)
    }

    private func reading(_ alert: ISAPIAlert?) -> ISAPIReading {
        guard let alert else { return .nothing }
        let isHeartbeat = alert.isHeartbeat || alarmClass(of: alert.type).role == .heartbeat
        return isHeartbeat ? .heartbeat(alert) : .alert(alert)
    }

    private func xml(_ bytes: [UInt8]) throws(ISAPIDecodingError) -> ISAPIAlert? {
        let fields: ISAPIFields
        do {
            fields = try XMLReader.read(bytes, into: ISAPIFields())
        } catch {
            throw ISAPIDecodingError(reason: error.description)
        }
        if fields.root == "ResponseStatus" { return nil }
        guard fields.root == "EventNotificationAlert" else {
            throw ISAPIDecodingError(reason: "the root element is '\(fields.root.prefix(40))', not EventNotificationAlert")
        }
        return try finished(fields)
    }

    private func json(_ bytes: [UInt8]) throws(ISAPIDecodingError) -> ISAPIAlert? {
        let object: JSON
        do {
            object = try JSON(parsing: isValidUTF8(bytes) ? bytes : XMLRepair.utf8(bytes))
        } catch {
            throw ISAPIDecodingError(reason: "the part is not JSON: \(error.description)")
        }
        var fields = ISAPIFields()
        fields.walk(object["EventNotificationAlert"] ?? object, depth: 1)
        if fields.finished == nil, object["statusCode"] != nil { return nil }
        return try finished(fields)
    }

    private func finished(_ fields: ISAPIFields) throws(ISAPIDecodingError) -> ISAPIAlert {
        guard let alert = fields.finished else { throw ISAPIDecodingError(reason: "the alert names no eventType") }
        return alert
    }
}

extension ISAPIDecoder {
    /// Reads bytes again that were quarantined, or that a device pushed: one part, or a whole multipart body.
    ///
    /// Nothing is folded: an active alert is a start, an inactive one a stop, with the ids that the stream gives them.
    package static func replay(
        _ bytes: [UInt8], contentType: String, source: String, device: String, classes: [String: AlarmClass],
        received: Timestamp
    ) -> [Arrival] {
        let decoder = ISAPIDecoder(classes: classes)
        let events = AlarmEvents(source: source, device: device, adapter: "isapi", classes: classes)
        var arrivals: [Arrival] = []
        func take(_ output: MultipartOutput) {
            switch output {
            case .part(let part): arrivals += events.unfolded(part, by: decoder, received: received)
            case .unreadable(let reason, let type, let bytes):
                arrivals.append(events.unreadable(bytes, type, reason, received: received))
            }
        }
        if contentType.lowercased().hasPrefix("multipart/") {
            var reader = MultipartReader(contentType: contentType)
            reader.read(bytes, take)
            reader.finish(take)
        } else {
            take(.part(MultipartPart(contentType: contentType, bytes: bytes)))
        }
        return arrivals
    }
}

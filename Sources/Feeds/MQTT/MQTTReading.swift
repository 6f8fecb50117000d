import Model

/// What a message says, whatever its format.
package enum MQTTReading: Hashable, Sendable {
    case sightings([AlarmSighting])
    /// It states nothing that concerns us: another camera's, a false positive, a counter.
    case nothing
}

/// Why a message states no fact that we understand, as one sentence.
package struct MQTTFormatError: Error, Hashable, Sendable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}

extension MQTTFormat {
    /// Reads a message that is no retained one.
    package func read(_ payload: [UInt8], events: AlarmEvents, received: Timestamp) throws(MQTTFormatError) -> MQTTReading {
        var body = MQTTBody(payload)
        return try read(&body, events: events, received: received)
    }

    func read(_ body: inout MQTTBody, events: AlarmEvents, received: Timestamp) throws(MQTTFormatError) -> MQTTReading {
        switch self {
        case .frigate(let cameras): try FrigateFormat(cameras: cameras).read(try body.json(), events, received)
        case .axis: try AxisFormat.read(try body.json(), events, received)
        case .generic(let mapping): try mapping.read(&body, events, received)
        }
    }

    /// Reads bytes again that were quarantined; nothing is folded.
    package static func replay(
        _ bytes: [UInt8], contentType: String, source: String, device: String, classes: [String: AlarmClass],
        received: Timestamp, format: MQTTFormat
    ) -> [Arrival] {
        let events = AlarmEvents(source: source, device: device, adapter: format.word, classes: classes)
        do throws(MQTTFormatError) {
            guard case .sightings(let sightings) = try format.read(bytes, events: events, received: received) else { return [] }
            return events.unfolded(sightings)
        } catch {
            return [events.unreadable(bytes, contentType, error.reason, received: received)]
        }
    }
}

/// A message's payload, parsed once for all devices that it concerns.
struct MQTTBody {
    let bytes: [UInt8]
    private var parsed: Result<JSON, MQTTFormatError>?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func json() throws(MQTTFormatError) -> JSON {
        if let parsed { return try parsed.get() }
        let result: Result<JSON, MQTTFormatError>
        do throws(JSONError) {
            result = .success(try JSON(parsing: bytes))
        } catch {
            result = .failure(MQTTFormatError("the message is not JSON: \(error.description)"))
        }
        parsed = result
        return try result.get()
    }
}

extension DeviceTime {
    /// Seconds since 1970 with a fraction, as Frigate says it; milliseconds where the number is that large.
    init?(epoch text: String?) {
        guard let text, let value = Double(text), value.isFinite, value > 0, value < 1e14 else { return nil }
        let micros = value > 1e11 ? value * 1000 : value * 1_000_000
        self.init(text: text, moment: Timestamp(microseconds: Int64(micros)))
    }
}

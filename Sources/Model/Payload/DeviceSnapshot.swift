/// The `data` of `cn.patrold.evidence.taken`: a picture that an operator had a camera take (调取抓拍).
package struct DeviceSnapshot: Hashable, Sendable {
    /// Name of the camera in the configuration.
    package var device: String
    /// SHA-256 of the picture, hexadecimal; also its name in the evidence store.
    package var sha256: String
    package var bytes: Int64
    /// Who took it: an account or the name of a token.
    package var by: String
    package var reason: String?

    package init(device: String, sha256: String, bytes: Int64, by: String, reason: String? = nil) {
        self.device = device
        self.sha256 = sha256
        self.bytes = bytes
        self.by = by
        self.reason = reason
    }

    package var json: JSON {
        .object(present: [
            ("device", .string(device)), ("sha256", .string(sha256)), ("bytes", .int(bytes)), ("by", .string(by)),
            ("reason", reason.map { .string($0) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let device = json["device"]?.string, let sha256 = json["sha256"]?.string, let bytes = json["bytes"]?.int,
            let by = json["by"]?.string
        else { return nil }
        self.init(device: device, sha256: sha256, bytes: Int64(bytes), by: by, reason: json["reason"]?.string)
    }

    /// The event; a picture taken twice within a microsecond is one.
    package func event(received: Timestamp) -> Event {
        Event(
            source: "patrold:/devices/" + device, id: "taken/\(sha256)/\(received.microseconds)",
            type: EventType.evidenceTaken, subject: device, received: received, data: json.bytes)
    }
}

extension EventType {
    /// An operator had a camera take a picture.
    package static let evidenceTaken = evidence("taken")
}

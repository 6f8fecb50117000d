/// The `data` of `cn.patrold.recording.file`: one recording in the evidence store.
package struct RecordingFile: Hashable, Sendable {
    package enum Direction: String, Sendable {
        case inbound, outbound, `internal`
    }

    /// Name of the recorder in the configuration.
    package var device: String
    /// The name under which the recorder dropped it.
    package var fileName: String
    /// SHA-256 of the bytes, hexadecimal; also the name in the evidence store.
    package var sha256: String
    package var bytes: Int64
    /// `pcm`, `a-law`, `mu-law`, `gsm`, … or `private` or `broken`, with `note` saying why.
    package var format: String
    package var note: String?
    package var seconds: Double?
    package var channels: Int?
    package var sampleRate: Int?
    package var callID: String?
    package var caller: String?
    package var callee: String?
    package var direction: Direction?

    package init(device: String, fileName: String, sha256: String, bytes: Int64, format: String) {
        self.device = device
        self.fileName = fileName
        self.sha256 = sha256
        self.bytes = bytes
        self.format = format
    }

    package var json: JSON {
        .object(present: [
            ("device", .string(device)), ("fileName", .string(fileName)), ("sha256", .string(sha256)),
            ("bytes", .int(bytes)), ("format", .string(format)), ("note", note.map { .string($0) }),
            ("seconds", seconds.map { .number(String($0)) }), ("channels", channels.map { .int($0) }),
            ("sampleRate", sampleRate.map { .int($0) }), ("callID", callID.map { .string($0) }),
            ("caller", caller.map { .string($0) }), ("callee", callee.map { .string($0) }),
            ("direction", direction.map { .string($0.rawValue) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let device = json["device"]?.string, let fileName = json["fileName"]?.string,
            let sha256 = json["sha256"]?.string, let bytes = json["bytes"]?.int, let format = json["format"]?.string
        else { return nil }
        self.init(device: device, fileName: fileName, sha256: sha256, bytes: Int64(bytes), format: format)
        note = json["note"]?.string
        seconds = json["seconds"]?.double
        channels = json["channels"]?.int
        sampleRate = json["sampleRate"]?.int
        callID = json["callID"]?.string
        caller = json["caller"]?.string
        callee = json["callee"]?.string
        direction = json["direction"]?.string.flatMap(Direction.init(rawValue:))
    }
}

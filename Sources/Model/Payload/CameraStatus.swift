/// The `data` of `cn.patrold.camera.status`.
package struct CameraStatus: Hashable, Sendable {
    package enum Status: String, Sendable {
        case online, offline, tampered
        case videoLoss = "video-loss"
        case timeSkew = "time-skew"
    }

    package var device: String
    package var channel: Int?
    package var status: Status
    /// Device clock minus ours in milliseconds, where it was measured.
    package var clockOffset: Int64?
    package var detail: String?

    package init(device: String, channel: Int? = nil, status: Status, clockOffset: Int64? = nil, detail: String? = nil) {
        self.device = device
        self.channel = channel
        self.status = status
        self.clockOffset = clockOffset
        self.detail = detail
    }

    package var json: JSON {
        .object(present: [
            ("device", .string(device)), ("channel", channel.map { .int($0) }), ("status", .string(status.rawValue)),
            ("clockOffset", clockOffset.map { .int($0) }), ("detail", detail.map { .string($0) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let device = json["device"]?.string, let status = json["status"]?.string.flatMap(Status.init(rawValue:))
        else { return nil }
        self.init(
            device: device, channel: json["channel"]?.int, status: status,
            clockOffset: json["clockOffset"]?.int.map(Int64.init), detail: json["detail"]?.string)
    }
}

import Model

/// One `EventNotificationAlert` of a Hikvision device, as far as we use it.
package struct ISAPIAlert: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case active, inactive
    }

    /// A region or rule of the picture in which something was seen.
    package struct Region: Hashable, Sendable {
        package var id: String
        /// `human`, `vehicle`.
        package var target: String?
    }

    /// The device's word for it; of a `duration` event the event inside.
    package var type = ""
    /// Whether the event came wrapped in `duration`.
    package var isDuration = false
    /// Nothing where the device does not say.
    package var state: State?
    /// Nothing for the device itself (empty or 0).
    package var channel: Int?
    package var time: DeviceTime?
    package var activePostCount: Int?
    package var description: String?
    package var channelName: String?
    package var macAddress: String?
    package var regions: [Region] = []
    package var target: String?
    package var inputPort: String?
    /// How many picture parts follow.
    package var pictures = 0
    /// The device sends again what it could not send before.
    package var isRetransmission = false

    /// `videoloss` that is not there: what cameras send every ten seconds to show that they are alive.
    package var isHeartbeat: Bool {
        state == .inactive && (activePostCount ?? 0) == 0 && type.lowercased() == "videoloss"
    }
}

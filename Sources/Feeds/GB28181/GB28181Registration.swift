import Model

/// That a device is logged in: where it is reached, until when, by which call.
package struct GB28181Registration: Hashable, Sendable {
    /// Where its last message came from; a router may move the port.
    package var peer: SIPPeer
    /// Of the REGISTER; some devices send everything else under it, too.
    package var callID: String
    package var sequence: UInt32
    package var since: Timestamp
    /// By uptime.
    package var until: Span
    package var untilTime: Timestamp

    /// One sentence for the operator.
    package func sentence(in zone: Zone) -> String {
        "registered from \(peer) until \(untilTime.text(in: zone))"
    }
}

/// A subscription to a device's alarms: the dialog that it made.
struct GB28181Subscription: Hashable, Sendable {
    var callID: String
    var ourTag: String
    var deviceTag: String?
    var sequence: UInt32 = 0
    /// By uptime; nothing while an answer is awaited.
    var refreshAt: Span?
}

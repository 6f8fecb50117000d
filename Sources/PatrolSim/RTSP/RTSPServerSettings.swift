/// What a simulated RTSP server is like.
package struct RTSPServerSettings: Sendable {
    /// What a channel offers.
    package struct Channel: Hashable, Sendable {
        package var hasVideo = true

        package init(hasVideo: Bool = true) {
            self.hasVideo = hasVideo
        }
    }

    /// Nothing lets everybody in.
    package var user: String? = "patrol"
    package var password = "secret"
    package var realm = "RTSP Server"
    /// Path, query included → channel.
    package var channels: [String: Channel] = ["/Streaming/Channels/101": Channel()]
    package var faults: Set<RTSPFault> = []

    package init() {}
}

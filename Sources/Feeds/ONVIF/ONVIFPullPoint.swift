import Model

/// The feed of a camera whose events are pulled (ONVIF real-time pull point).
package enum ONVIFPullPoint {
    /// Prepares the feed; the camera's `plan.consumer` plays no part.
    package static func feed(_ camera: ONVIFCamera, multi: CurlMulti, in surroundings: FeedSurroundings) -> DeviceFeed {
        var pulled = camera
        pulled.plan.consumer = nil
        return DeviceFeed(
            pulled.feedProfile, queue: multi.queue, connection: ONVIFConnection(pulled, multi: multi), in: surroundings)
    }
}

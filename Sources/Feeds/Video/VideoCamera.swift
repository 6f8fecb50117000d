import Model

/// What the configuration says of one camera's video: how it is looked at, and how often.
package struct VideoCamera: Sendable {
    /// The camera's name in the configuration; its video feed is `patrold:/feeds/<name>/video`.
    package var camera: String
    /// The channel that `camera.status` names.
    package var channel: Int?
    /// How its stream is looked at.
    package var stream: RTSPProbe?
    /// How its pictures are looked at.
    package var pictures: (any CameraControl)?
    /// Of which only one channel is looked at at a time; the stream's host unless set.
    package var host: String
    /// Time between two looks.
    package var every = Span.seconds(60)
    /// How many equal pictures in a row are a frozen one.
    package var frozenAfter = 3

    package init(_ camera: String, host: String, stream: RTSPProbe? = nil, pictures: (any CameraControl)? = nil) {
        self.camera = camera
        self.host = host
        self.stream = stream
        self.pictures = pictures
    }

    /// What ends the name of a feed that watches a camera's video; no device's own name has a slash.
    package static let suffix = "/video"

    var profile: DeviceProfile {
        var profile = DeviceProfile(name: camera + Self.suffix, adapter: "rtsp")
        profile.channel = channel
        // One look may fail in passing and wait for its turn; after that nobody has seen the video.
        profile.limits = Liveness.Limits(
            silence: Span(microseconds: every.microseconds * 3) + .seconds(30), retry: Backoff(first: every, longest: every),
            refusedRetry: Backoff(first: every, longest: max(every, .minutes(10))))
        return profile
    }
}

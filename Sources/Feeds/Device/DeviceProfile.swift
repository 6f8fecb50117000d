import Model

/// What the configuration says of a device's feed, whatever protocol it speaks.
package struct DeviceProfile: Sendable {
    /// The device's name in the configuration; its feed is `patrold:/feeds/<name>`.
    package var name: String
    /// The adapter's word in `status` and in quarantine, such as `isapi`.
    package var adapter: String
    /// The device's word in lower case → what it means.
    package var classes: [String: AlarmClass]
    /// The channel to write down, whatever the device says.
    package var channel: Int?
    /// Taken off channel numbers above it; 32 for recorders that count network cameras from 33.
    package var channelOffset = 0
    /// Silence limit and delays.
    package var limits = Liveness.Limits()
    /// How long after its last repeat an alarm counts as over.
    package var quiet = Span.seconds(5)
    /// How far the device's clock may be off.
    package var skewLimit = Span.seconds(5)
    /// Undelivered arrivals at which the device is held back, and at which it goes on.
    package var highWater = 256
    package var lowWater = 64
    /// Keeps a picture and gives its SHA-256; may block, nothing where it could not.
    package var storePicture: (@Sendable ([UInt8]) -> String?)?

    package init(name: String, adapter: String, classes: [String: AlarmClass] = [:]) {
        self.name = name
        self.adapter = adapter
        self.classes = classes
    }

    package var source: String { "patrold:/feeds/" + name }

    package var events: AlarmEvents {
        AlarmEvents(
            source: source, device: name, adapter: adapter, classes: classes, channel: channel, channelOffset: channelOffset)
    }
}

/// What a feed needs of the daemon around it.
package struct FeedSurroundings: Sendable {
    package var clock: any WallClock
    /// Hands arrivals to the journal.
    package var deliver: Deliver
    /// Takes the feed's state whenever it changes, and its counters now and then.
    package var report: @Sendable (FeedStatus) -> Void
    /// When the daemon stopped listening the last time.
    package var blindSince: Timestamp?

    package init(
        clock: any WallClock, deliver: @escaping Deliver, report: @escaping @Sendable (FeedStatus) -> Void,
        blindSince: Timestamp? = nil
    ) {
        self.clock = clock
        self.deliver = deliver
        self.report = report
        self.blindSince = blindSince
    }
}

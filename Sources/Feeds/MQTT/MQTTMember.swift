import Model

/// One device's part of a broker's connection.
///
/// Confined to the broker's queue, which is the feed's queue, hence `@unchecked Sendable`. The broker owns it and the
/// feed; it keeps the broker weakly.
final class MQTTMember: DeviceConnection, @unchecked Sendable {
    let device: MQTTDevice
    weak var broker: MQTTBroker?
    /// Between the feed's start and its stop.
    private(set) var isActive = false
    /// What its availability topic says; nothing where it has none or has not spoken.
    var isAvailable: Bool?
    /// The topic that the broker does not let us read.
    var refusedTopic: String?
    var frigate: FrigateFolder

    init(_ device: MQTTDevice) {
        self.device = device
        frigate = FrigateFolder(quiet: device.profile.quiet)
    }

    func open(_ feed: DeviceFeed) {
        isActive = true
        broker?.join()
        guard feed.liveness.state != .live else { return }
        tellLife(to: feed)
    }

    /// Says what the broker's connection and the device's availability mean for the feed.
    ///
    /// - Parameter isRepeat: nothing changed, something came from the broker again.
    func tellLife(to feed: DeviceFeed, isRepeat: Bool = false) {
        guard isActive, broker?.isUp == true, isAvailable != false, refusedTopic == nil else { return }
        if !device.mustSpeak, device.availability == nil || isAvailable == true {
            feed.called(at: feed.moment())
        } else if !isRepeat, feed.liveness.state != .live {
            // It has the silence limit to say something in.
            feed.connected()
        }
    }

    func close(_ feed: DeviceFeed) {}

    func hold(_ feed: DeviceFeed) { broker?.hold(device.profile.name) }

    func goOn(_ feed: DeviceFeed) { broker?.goOn(device.profile.name) }

    func deadline(_ feed: DeviceFeed) -> Span? { feed.isHeld ? nil : frigate.deadline }

    func tick(_ feed: DeviceFeed, at now: Liveness.Moment) {
        feed.emit(frigate.tick(at: now.uptime), received: now.time)
    }

    func leave(_ feed: DeviceFeed, done: @escaping @Sendable () -> Void) {
        isActive = false
        broker?.goOn(device.profile.name)
        broker?.memberLeft()
        done()
    }
}

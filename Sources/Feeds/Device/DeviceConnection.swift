import Model

/// A protocol's part of a device's feed: how it is reached and understood.
///
/// Every call comes on the feed's queue, and every call to the feed is made there. A connection never retries by itself:
/// it tells the feed `failed` or `refused`, and the feed says `open` again when it is time. After `close` whatever an
/// earlier stream still brings is not heard. The feed owns its connection; the connection keeps the feed weakly.
package protocol DeviceConnection: AnyObject, Sendable {
    /// Begins to reach the device, or to wait for it.
    func open(_ feed: DeviceFeed)
    /// Lets the stream go; the feed opens it anew later, or never.
    func close(_ feed: DeviceFeed)
    /// Takes no more of the device: what was taken waits for the journal.
    func hold(_ feed: DeviceFeed)
    /// Takes again.
    func goOn(_ feed: DeviceFeed)
    /// When `tick` is wanted, by uptime; asked after each step of the feed.
    func deadline(_ feed: DeviceFeed) -> Span?
    /// Does what is due by the connection's own clock.
    func tick(_ feed: DeviceFeed, at now: Liveness.Moment)
    /// The feed stops for good: says good-bye to the device, bounded in time, then calls `done` on the feed's queue.
    func leave(_ feed: DeviceFeed, done: @escaping @Sendable () -> Void)
}

extension DeviceConnection {
    package func hold(_ feed: DeviceFeed) {}
    package func goOn(_ feed: DeviceFeed) {}
    package func deadline(_ feed: DeviceFeed) -> Span? { nil }
    package func tick(_ feed: DeviceFeed, at now: Liveness.Moment) {}
    package func leave(_ feed: DeviceFeed, done: @escaping @Sendable () -> Void) { done() }
}

/// The connection of a device that calls us: there is nothing to open, and silence is judged from the beginning on.
package final class PassiveConnection: DeviceConnection {
    package init() {}
    package func open(_ feed: DeviceFeed) { feed.connected() }
    package func close(_ feed: DeviceFeed) {}
}

import Dispatch
import Model
import Platform

/// The platform that devices of GB/T 28181 register with and report to: one for all of them.
///
/// Confined to `queue`, which is also the queue of all its feeds, hence `@unchecked Sendable`; what says so may be
/// called from anywhere.
package final class GB28181Platform: @unchecked Sendable {
    struct Entry {
        let session: GB28181Session
        let feed: DeviceFeed
    }

    /// Strangers kept by name; beyond them only the count goes on.
    private static let strangerLimit = 64

    package let settings: GB28181Settings
    package let queue = DispatchQueue(label: "patrold.gb28181")
    let clock: any WallClock
    let digest: DigestServer
    var entries: [GB28181Code: Entry] = [:]
    private var strangers: [String: GB28181Stranger] = [:]
    private(set) lazy var endpoint = makeEndpoint()
    private var sequence: UInt32 = 0

    package init(_ settings: GB28181Settings, clock: any WallClock) {
        self.settings = settings
        self.clock = clock
        digest = DigestServer(realm: settings.realm)
    }

    private func makeEndpoint() -> SIPEndpoint {
        SIPEndpoint(
            settings.sip, queue: queue, clock: clock,
            handlers: SIPEndpoint.Handlers(
                request: { [weak self] in self?.take($0) },
                unreadable: { [weak self] in self?.take(unreadable: $0, $1, from: $2) }))
    }

    /// The feed of a device; makes the platform know it.
    ///
    /// May be called from anywhere but the queue.
    package func feed(of device: GB28181Device, in surroundings: FeedSurroundings) -> DeviceFeed {
        let session = GB28181Session(device, platform: self)
        let feed = DeviceFeed(device.profile, queue: queue, connection: session, in: surroundings)
        queue.sync {
            session.feed = feed
            entries[device.code] = Entry(session: session, feed: feed)
        }
        return feed
    }

    /// Begins to listen; the feeds are started apart.
    ///
    /// May be called from anywhere but the queue.
    /// - Returns: the port.
    /// - Throws: `SystemError` with the address that cannot be bound.
    @discardableResult
    package func open() throws(SystemError) -> UInt16 {
        try queue.sync { endpoint }.open()
    }

    /// Ends listening, after the feeds have stopped; the port is free a moment later.
    ///
    /// May be called from anywhere but the queue.
    package func close() {
        queue.sync { endpoint }.close()
    }

    /// Who called and is not in the configuration, most calls first.
    ///
    /// May be called from anywhere.
    package func unknownDevices() async -> [GB28181Stranger] {
        await withCheckedContinuation { done in
            queue.async { [self] in
                done.resume(returning: strangers.values.sorted { ($1.calls, $0.code) < ($0.calls, $1.code) })
            }
        }
    }

    /// Remembers who was refused because nobody knows it.
    func meet(_ code: String, from peer: SIPPeer) {
        let name = String(code.prefix(40))
        guard strangers[name] != nil || strangers.count < Self.strangerLimit else { return }
        var stranger = strangers[name] ?? GB28181Stranger(code: name, address: "", calls: 0, last: clock.now())
        stranger.calls += 1
        stranger.last = clock.now()
        stranger.address = peer.description
        strangers[name] = stranger
    }

    /// A request of ours without body; `Via` is the endpoint's.
    ///
    /// - Parameter tags: ours and the device's, within a dialog.
    func request(
        _ method: String, to code: GB28181Code, at peer: SIPPeer, callID: String? = nil, sequence number: UInt32? = nil,
        tags: (ours: String, device: String?)? = nil
    ) -> SIPMessage {
        sequence += 1
        let ours = SIPURI(user: settings.code.digits, host: settings.realm).text
        let theirs = SIPURI(user: code.digits, host: peer.host, port: peer.port).text
        let host = SIPSocket.localHost(towards: peer) ?? settings.sip.host
        let contact = SIPURI(user: settings.code.digits, host: host, port: endpoint.port(of: peer.transport)).text
        return SIPMessage(
            .request(method: method, uri: theirs),
            headers: [
                SIPHeader("from", "<\(ours)>;tag=\(tags?.ours ?? SIPEndpoint.random())"),
                SIPHeader("to", "<\(theirs)>" + (tags?.device.map { ";tag=" + $0 } ?? "")),
                SIPHeader("call-id", (callID ?? SIPEndpoint.random()) + "@" + host),
                SIPHeader("cseq", "\(number ?? sequence) \(method)"), SIPHeader("contact", "<\(contact)>"),
                SIPHeader("max-forwards", "70"),
            ])
    }
}

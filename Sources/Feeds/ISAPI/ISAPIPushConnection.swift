import Model

/// The other way to a device that calls us: its clock is asked for now and then, as a sign of life.
///
/// A device that has nothing to tell does not call, so without this silence would say nothing. Confined to the feed's
/// queue, hence `@unchecked Sendable`.
final class ISAPIPushConnection: DeviceConnection, @unchecked Sendable {
    private let device: ISAPIPushDevice
    private let multi: CurlMulti
    /// By uptime; nothing where the address is not known, and while closed.
    private var pollAt: Span?
    /// Counts openings; what an earlier poll still brings is not heard.
    private var generation = 0
    private var transfer: CurlTransfer?

    init(_ device: ISAPIPushDevice, multi: CurlMulti) {
        self.device = device
        self.multi = multi
    }

    func open(_ feed: DeviceFeed) {
        generation += 1
        if device.address != nil { pollAt = feed.clock.uptime() }
        feed.connected()
    }

    func close(_ feed: DeviceFeed) {
        generation += 1
        pollAt = nil
        transfer?.cancel()
        transfer = nil
    }

    func deadline(_ feed: DeviceFeed) -> Span? { pollAt }

    func tick(_ feed: DeviceFeed, at now: Liveness.Moment) {
        pollAt = now.uptime + device.pollEvery
        guard let address = device.address, device.authentication.admit(address, at: now.uptime) == nil else { return }
        var request = address.request("/ISAPI/System/time")
        request.totalTimeout = .seconds(10)
        let poll = generation
        transfer = multi.send(request) { [weak self, weak feed] result in
            guard let self, let feed, poll == generation, case .success(let answer) = result else { return }
            take(answer, address, feed)
            feed.settle()
        }
    }

    /// Whatever the device answers shows that it lives.
    private func take(_ answer: CurlResponse, _ address: DeviceAddress, _ feed: DeviceFeed) {
        let now = feed.moment()
        feed.called(at: now)
        guard answer.status != 401 else {
            device.authentication.refused(
                address, at: now.uptime, delay: device.profile.limits.refusedRetry,
                lockedFor: ISAPILock.remaining(in: answer.body))
            return
        }
        device.authentication.accepted(address)
        guard answer.status == 200, let root = try? XMLElement(parsing: answer.body),
            let moment = root.first("localTime").flatMap({ DeviceTime(isapi: $0.text).moment })
        else { return }
        feed.readClock(moment - now.time, at: now)
    }
}

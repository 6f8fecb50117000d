import Model

// What a connection tells its feed; all of it on the feed's queue, followed by `settle` where `run` does not do that.
extension DeviceFeed {
    /// The device accepted the connection; nothing was heard on it yet.
    package func connected() {
        status.reconnects += status.lastHeard == nil ? 0 : 1
        perform(liveness.on(.connected, at: moment()))
    }

    /// Anything at all came from the device, a heartbeat included.
    package func heard(at now: Liveness.Moment) {
        perform(liveness.on(.heard, at: now))
        publish()
    }

    /// A device that calls us was heard; what silence had ended begins again.
    package func called(at now: Liveness.Moment) {
        if liveness.state != .live { perform(liveness.on(.connected, at: now)) }
        heard(at: now)
    }

    /// No connection, or it broke; the connection is closed already.
    package func failed(_ detail: String) {
        perform(liveness.on(.failed(detail), at: moment(), random: .random(in: 0...1)))
    }

    /// The device said no; the connection is closed already.
    ///
    /// - Parameter detail: says what to change.
    package func refused(_ detail: String) {
        perform(liveness.on(.refused(detail), at: moment(), random: .random(in: 0...1)))
    }

    /// Opens at once again, without counting a failure: another path, another way of the same device.
    package func openAgain(after delay: Span = .zero) {
        perform([.connect(after: delay)])
    }

    /// Folds sights and sends their beginnings and ends out.
    package func take(_ sightings: [AlarmSighting], at now: Liveness.Moment) {
        emit(fold(sightings, at: now), received: now.time)
    }

    /// Folds sights; the caller sends the edges out with `emit` or with a picture.
    package func fold(_ sightings: [AlarmSighting], at now: Liveness.Moment) -> [AlarmEdge] {
        sightings.flatMap { folder.on(named($0), at: now.uptime) }
    }

    /// A sight that the device gives neither time nor identity is named by its arrival and a number of ours, so that two
    /// of one moment stay two.
    private func named(_ sighting: AlarmSighting) -> AlarmSighting {
        guard sighting.identity == nil, sighting.time == nil else { return sighting }
        unnamed += 1
        var named = sighting
        named.identity = "received-\(sighting.received.text())-\(unnamed)"
        return named
    }

    package func emit(_ edges: [AlarmEdge], received: Timestamp) {
        for edge in edges {
            if let event = events.event(for: edge, received: received) { outbox.add(.event(event)) }
        }
    }

    /// Whether an alarm of that channel and type lasts.
    package func isOpen(channel: Int?, rawType: String) -> Bool {
        folder.isOpen(channel: channel, rawType: rawType)
    }

    /// Sends an arrival of any kind out, in order.
    package func add(_ arrival: Arrival) {
        outbox.add(arrival)
    }

    /// Sends bytes to quarantine.
    package func unreadable(_ bytes: [UInt8], _ contentType: String, _ reason: String) {
        outbox.add(events.unreadable(bytes, contentType, reason, received: clock.now()))
    }

    /// Calls back when all that was taken so far is durable: the licence to acknowledge to the device.
    package func whenDurable(_ settled: @escaping Settled) {
        outbox.addBarrier(settled)
    }

    /// Whether so much waits that a device that cannot be held back should be told to come again.
    package var isFull: Bool { outbox.count >= profile.highWater || isHeld }

    /// Takes a reading of the device's clock: its time less ours.
    ///
    /// Never of a message that it sends again.
    package func readClock(_ offset: Span, at now: Liveness.Moment) {
        guard now.uptime >= clockTrustedAt else { return }
        switch skew.read(offset) {
        case .wrong(let offset):
            let detail = "the device's clock is \(abs(offset.seconds)) s \(offset < .zero ? "behind" : "ahead")"
            outbox.add(.event(events.status(.timeSkew, detail: detail, offset: offset, at: now.time)))
        case .right(let offset):
            let detail = "the device's clock is right again"
            outbox.add(.event(events.status(.timeSkew, detail: detail, offset: offset, at: now.time)))
        case nil: break
        }
    }

    /// The device clock's offset at the last reading.
    package var clockOffset: Span? { skew.offset }
}

import Model

// Deliveries: one at a time and in order, held back rather than dropped.
extension DeviceFeed {
    private static let batchLimit = 128

    /// Delivers what is ready, and holds the device back or lets it go on by how much waits.
    func flush() {
        if inFlight == 0, retryAt == nil {
            let next = outbox.next(upTo: Self.batchLimit)
            if !next.arrivals.isEmpty {
                send(next.arrivals, places: next.places)
            } else if next.places > 0 {
                for settled in outbox.removeFirst(next.places) { settled(.success(())) }
            }
        }
        if !isHeld, outbox.count >= profile.highWater || retryAt != nil {
            isHeld = true
            connection.hold(self)
        } else if isHeld, outbox.count <= profile.lowWater, retryAt == nil {
            goOn()
        }
    }

    private func goOn() {
        isHeld = false
        let now = moment()
        // Repeats and heartbeats waited in buffers: neither silence nor the device's clock can be judged by them.
        _ = liveness.on(.held, at: now)
        folder.touch(at: now.uptime)
        clockTrustedAt = now.uptime + .seconds(5)
        connection.goOn(self)
    }

    private func send(_ batch: [Arrival], places: Int) {
        inFlight = places
        deliver(batch) { answer in self.run { $0.take(answer) } }
    }

    private func take(_ answer: Result<Receipt, DeliveryRefused>) {
        let count = inFlight
        inFlight = 0
        // Abandoned when the feed stopped.
        guard count > 0 else { return }
        switch answer {
        case .success(let receipt):
            let settled = outbox.removeFirst(count)
            retry.reset()
            status.events += receipt.accepted
            status.quarantined += receipt.quarantined.count
            if receipt.accepted > 0 { status.lastEvent = clock.now() }
            publish()
            for each in settled { each(.success(())) }
        case .failure(let refusal):
            retryAt = clock.uptime() + retry.next(random: .random(in: 0...1))
            if refusal.code == .stopping, onStopped != nil { giveUpAt = clock.uptime() }
        }
    }

    /// Completes `stop` when the device is left and everything is delivered, or when the journal has had its time.
    func finishStopping() {
        guard let completion = onStopped else { return }
        let isOver = giveUpAt.map { $0 <= clock.uptime() } ?? false
        guard hasLeft && outbox.count == 0 || isOver else { return }
        onStopped = nil
        giveUpAt = nil
        inFlight = 0
        let refusal = DeliveryRefused(code: .stopping, detail: "the daemon stops")
        for each in outbox.abandon() { each(.failure(refusal)) }
        publish(force: true)
        completion()
    }
}

import Model

// Deliveries: one at a time and in order, held back rather than dropped.
extension ISAPIFeed {
    private static let batchLimit = 128

    /// Delivers what is ready, and holds the stream back or lets it go on by how much waits.
    func flush() {
        if inFlight == 0, retryAt == nil {
            let batch = outbox.next(upTo: Self.batchLimit)
            if !batch.isEmpty { send(batch) }
        }
        if !isHeld, outbox.count >= camera.highWater || retryAt != nil {
            isHeld = true
            transfer?.pause()
        } else if isHeld, outbox.count <= camera.lowWater, retryAt == nil {
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
        transfer?.resume()
    }

    private func send(_ batch: [Arrival]) {
        inFlight = batch.count
        deliver(batch) { answer in
            self.multi.queue.async { self.take(answer) }
        }
    }

    private func take(_ answer: Result<Receipt, DeliveryRefused>) {
        let count = inFlight
        inFlight = 0
        switch answer {
        case .success(let receipt):
            outbox.removeFirst(count)
            retry.reset()
            status.events += receipt.accepted
            status.quarantined += receipt.quarantined.count
            if receipt.accepted > 0 { status.lastEvent = clock.now() }
            publish()
        case .failure(let refusal):
            retryAt = clock.uptime() + retry.next(random: .random(in: 0...1))
            if refusal.code == .stopping, onStopped != nil { giveUpAt = clock.uptime() }
        }
        settle()
    }

    /// Completes `stop` when everything is delivered, or when the journal has had its time.
    func finishStopping() {
        guard let completion = onStopped else { return }
        let isOver = giveUpAt.map { $0 <= clock.uptime() } ?? false
        guard outbox.count == 0 || isOver else { return }
        onStopped = nil
        giveUpAt = nil
        publish(force: true)
        completion()
    }
}

import Model

// MESSAGE and NOTIFY: what devices report and answer.
extension GB28181Platform {
    private static let body = "Application/MANSCDP+xml"

    func report(_ incoming: SIPEndpoint.Incoming) {
        guard let entry = sender(of: incoming) else {
            meet(incoming.message.from?.uri.user ?? "", from: incoming.peer)
            return endpoint.answer(incoming, 404)
        }
        // A device that stops here keeps its alarms until the next start.
        guard !entry.session.hasLeft else { return endpoint.ignore(incoming) }
        let uptime = clock.uptime()
        guard entry.session.isRegistered(at: uptime), entry.session.registration?.peer.host == incoming.peer.host else {
            return endpoint.answer(incoming, 404)
        }
        let last = (peer: entry.session.registration?.peer, state: entry.feed.liveness.state)
        entry.session.registration?.peer = incoming.peer
        if incoming.message.method == "NOTIFY" { entry.session.hearSubscription(incoming.message) }
        read(incoming, entry)
        if last.state != entry.feed.liveness.state || last.peer != incoming.peer { entry.session.tellRegistration() }
        entry.feed.settle()
    }

    /// Who sends: by its code, else by a call that we know, else the only device at that address.
    private func sender(of incoming: SIPEndpoint.Incoming) -> Entry? {
        let message = incoming.message
        if let code = message.from?.uri.user.flatMap({ GB28181Code($0) }), let entry = entries[code] { return entry }
        if let callID = message.callID {
            let known = entries.values.first {
                $0.session.registration?.callID == callID || $0.session.subscription.map { callID.hasPrefix($0.callID) } ?? false
            }
            if let known { return known }
        }
        return entry(at: incoming.peer)
    }

    /// The one device that is registered from that address; nothing where there are several.
    private func entry(at peer: SIPPeer) -> Entry? {
        let there = entries.values.filter { $0.session.registration?.peer == peer }
        return there.count == 1 ? there.first : nil
    }

    private func read(_ incoming: SIPEndpoint.Incoming, _ entry: Entry) {
        let now = entry.feed.moment()
        // An end or a renewal of a subscription needs no body.
        if incoming.message.method == "NOTIFY", incoming.message.body.isEmpty { return endpoint.answer(incoming, 200) }
        do throws(MANSCDPError) {
            take(try MANSCDPMessage(incoming.message.body), incoming, entry, now)
        } catch {
            guard entry.session.hasRoom(for: incoming.peer) else { return endpoint.ignore(incoming) }
            entry.feed.called(at: now)
            entry.feed.unreadable(incoming.message.body, Self.body, error.sentence)
            answerWhenDurable(incoming, error.status, entry)
        }
    }

    private func take(_ message: MANSCDPMessage, _ incoming: SIPEndpoint.Incoming, _ entry: Entry, _ now: Liveness.Moment) {
        if message.kind == .notify, message.isCommand("Alarm") { return take(alarm: message, incoming, entry, now) }
        entry.feed.called(at: now)
        endpoint.answer(incoming, 200)
        guard message.kind == .response, let ended = entry.session.questions.receive(message, at: now.uptime) else { return }
        entry.session.end(ended)
    }

    private func take(
        alarm message: MANSCDPMessage, _ incoming: SIPEndpoint.Incoming, _ entry: Entry, _ now: Liveness.Moment
    ) {
        // Without an answer the device sends it again, and by then there may be room.
        guard entry.session.hasRoom(for: incoming.peer) else { return endpoint.ignore(incoming) }
        let device = entry.session.device
        let alarm = GB28181Alarm(message)
        let sighting = alarm.sighting(
            channels: device.channels, device: device.code, zone: device.zone, events: entry.feed.events,
            callID: incoming.message.callID, received: now.time)
        entry.feed.called(at: now)
        entry.feed.take([sighting], at: now)
        answerWhenDurable(incoming, 200, entry) { session in
            let source = alarm.source.isEmpty ? device.code.digits : alarm.source
            session.send(GB28181Orders.alarmTaken(serial: alarm.serial ?? "0", of: source)) { _ in }
        }
    }

    private func answerWhenDurable(
        _ incoming: SIPEndpoint.Incoming, _ status: Int, _ entry: Entry,
        then: @escaping @Sendable (GB28181Session) -> Void = { _ in }
    ) {
        entry.feed.whenDurable { [weak self, weak session = entry.session] result in
            guard let self else { return }
            switch result {
            case .success:
                endpoint.answer(incoming, status)
                if let session { then(session) }
            case .failure: endpoint.ignore(incoming)
            }
        }
    }

    /// Bytes that are no SIP: kept where they come from a registered device's address, else passed over.
    func take(unreadable bytes: [UInt8], _ error: SIPError, from peer: SIPPeer) {
        guard let entry = entry(at: peer), !entry.session.hasLeft, !entry.feed.isFull else { return }
        entry.feed.unreadable(bytes, "message/sip", error.description)
        entry.feed.settle()
    }
}

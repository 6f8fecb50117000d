import Model

// REGISTER (GB/T 28181-2022, 9.1; RFC 3261 §10.3).
extension GB28181Platform {
    /// Takes any request.
    func take(_ incoming: SIPEndpoint.Incoming) {
        switch incoming.message.method {
        case "REGISTER": register(incoming)
        case "MESSAGE", "NOTIFY": report(incoming)
        case "OPTIONS": endpoint.answer(incoming, 200, headers: [Self.allowed])
        default: endpoint.answer(incoming, 405, headers: [Self.allowed])
        }
    }

    private static let allowed = SIPHeader("allow", "REGISTER, MESSAGE, NOTIFY, OPTIONS")

    private func register(_ incoming: SIPEndpoint.Incoming) {
        let message = incoming.message
        let names = [message.from?.uri.user, message.to?.uri.user].compactMap { $0 }
        guard let entry = names.lazy.compactMap({ GB28181Code($0) }).compactMap({ self.entries[$0] }).first else {
            meet(names.first ?? "", from: incoming.peer)
            return endpoint.answer(incoming, 403)
        }
        guard !entry.session.hasLeft else { return endpoint.ignore(incoming) }
        let uptime = clock.uptime()
        // The code says who calls and its own secret proves it, whatever user name stands in the proof.
        let verdict = digest.verify(message["authorization"], method: "REGISTER", at: uptime) { _ in
            entry.session.device.secret()
        }
        switch verdict {
        case .challenge(let stale):
            let challenge = SIPHeader("www-authenticate", digest.challenge(stale: stale, at: uptime))
            endpoint.answer(incoming, 401, headers: [challenge])
        case .refused:
            refuse(entry)
            endpoint.answer(incoming, 403)
        case .granted: grant(incoming, entry)
        }
    }

    /// A wrong password takes nobody's feed down that works: anybody may send one.
    private func refuse(_ entry: Entry) {
        guard entry.feed.liveness.state != .live else { return }
        entry.feed.refused(
            "the device \(entry.session.device.code) registers with a wrong password; set the same one here and there")
        entry.feed.settle()
    }

    private func grant(_ incoming: SIPEndpoint.Incoming, _ entry: Entry) {
        guard let seconds = incoming.message.expires else { return endpoint.answer(incoming, 400) }
        let expires = min(seconds, 7 * 86_400)
        var headers = [SIPHeader("expires", String(expires)), SIPHeader("date", date(clock.now()))]
        if let contact = incoming.message.header("contact") { headers.insert(contact, at: 0) }
        endpoint.answer(incoming, 200, headers: headers)
        if expires == 0 {
            logOut(entry)
        } else {
            logIn(entry, incoming, seconds: expires)
        }
        entry.feed.settle()
    }

    private func logIn(_ entry: Entry, _ incoming: SIPEndpoint.Incoming, seconds: Int) {
        let now = entry.feed.moment()
        let span = Span.seconds(Int64(seconds))
        let sequence = incoming.message.sequence?.number ?? 0
        let last = entry.session.registration
        let new = GB28181Registration(
            peer: incoming.peer, callID: incoming.message.callID ?? "", sequence: sequence, since: now.time,
            until: Span(microseconds: now.uptime.microseconds + span.microseconds), untilTime: now.time + span)
        entry.session.registration = new
        entry.feed.called(at: now)
        entry.session.tellRegistration()
        // A device that starts anew may use its Call-ID again, its numbers then begin anew, too.
        let isRefresh = last.map {
            $0.callID == new.callID && $0.sequence < new.sequence && $0.peer.host == new.peer.host && $0.until > now.uptime
        }
        entry.session.bringUp(isNew: !(isRefresh ?? false))
    }

    private func logOut(_ entry: Entry) {
        entry.session.registration = nil
        entry.session.subscription = nil
        entry.session.round += 1
        guard entry.feed.liveness.state == .live else { return }
        entry.feed.failed("the device \(entry.session.device.code) logged out")
    }

    /// Civil time as GB/T 28181 writes it in `Date`, which is not SIP's way: no zone, milliseconds.
    func date(_ time: Timestamp) -> String {
        let milliseconds = time.microseconds / 1000
        let whole = Timestamp(microseconds: time.microseconds / 1_000_000 * 1_000_000)
        return whole.text(in: settings.zone).prefix(19) + "." + padded(Int(milliseconds % 1000), 3)
    }
}

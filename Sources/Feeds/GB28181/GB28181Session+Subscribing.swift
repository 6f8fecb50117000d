import Model

// The subscription to alarms (GB/T 28181-2022, 9.11; RFC 6665).
extension GB28181Session {
    /// Subscribes, or refreshes the subscription that there is.
    func subscribe(_ done: @escaping @Sendable () -> Void) {
        guard let platform, let registration, let feed else { return done() }
        var dialog = subscription ?? GB28181Subscription(callID: SIPEndpoint.random(), ourTag: SIPEndpoint.random())
        dialog.sequence += 1
        dialog.refreshAt = nil
        subscription = dialog
        var request = platform.request(
            "SUBSCRIBE", to: device.code, at: registration.peer, callID: dialog.callID, sequence: dialog.sequence,
            tags: (dialog.ourTag, dialog.deviceTag))
        request.headers += [
            SIPHeader("event", "presence"), SIPHeader("expires", String(platform.settings.subscription)),
            SIPHeader("content-type", "Application/MANSCDP+xml"),
        ]
        request.body = GB28181Orders.alarmSubscription(serial: nextSerial(), of: device.code)
        platform.endpoint.request(request, to: registration.peer) { [weak self, dialog] outcome in
            self?.take(outcome, of: dialog)
            done()
        }
        feed.settle()
    }

    private func take(_ outcome: SIPOutcome, of dialog: GB28181Subscription) {
        guard subscription?.callID == dialog.callID, let feed, let platform else { return }
        defer { feed.settle() }
        guard case .answered(let answer) = outcome, let status = answer.status, status < 300 else {
            // Another dialog when the device calls again; many know no subscriptions and need none.
            subscription = nil
            if case .answered(let answer) = outcome, answer.status == 481, dialog.deviceTag != nil { subscribe {} }
            return
        }
        subscription?.deviceTag = answer.to?.tag ?? dialog.deviceTag
        let granted = min(answer.expires ?? platform.settings.subscription, platform.settings.subscription)
        let wait = Span.milliseconds(Int64(max(granted, 2)) * 800)
        subscription?.refreshAt = Span(microseconds: feed.moment().uptime.microseconds + wait.microseconds)
    }

    /// Hears the device end the subscription.
    func hearSubscription(_ request: SIPMessage) {
        guard let state = request["subscription-state"]?.lowercased(), state.hasPrefix("terminated"),
            request.callID == subscription?.callID, let feed
        else { return }
        // A moment's wait, so that a device that always ends at once is not asked without end.
        subscription = GB28181Subscription(callID: SIPEndpoint.random(), ourTag: SIPEndpoint.random())
        subscription?.refreshAt = Span(microseconds: feed.moment().uptime.microseconds + Span.seconds(30).microseconds)
    }
}

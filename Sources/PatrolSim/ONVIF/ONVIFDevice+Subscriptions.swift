import Model
import Platform

// Subscriptions: made, asked, renewed, ended.
extension ONVIFDevice {
    func create(_ soap: SOAPText, _ faults: Set<ONVIFFault>) -> PushAnswer {
        let end = soap.first("InitialTerminationTime") ?? ""
        if end.isEmpty, faults.contains(.needsTerminationTime) { return PushAnswer(500) }
        if end.hasPrefix("P"), faults.contains(.absoluteTimesOnly) {
            return Self.soap(SOAPText.fault("wsnt:UnacceptableInitialTerminationTimeFault", "Unacceptable time"), status: 500)
        }
        let lifetime = lifetime(end)
        guard lifetime > .zero else {
            return Self.soap(SOAPText.fault("wsnt:UnacceptableInitialTerminationTimeFault", "In the past"), status: 500)
        }
        let target = soap.operation == "Subscribe" ? soap.first("ConsumerReference") : nil
        let consumer = target.flatMap { SOAPText(Array($0.utf8)).first("Address") }
        let made: Int? = state.withLock { state in
            Self.expire(&state)
            guard state.subscriptions.count < settings.maxSubscriptions else { return nil }
            state.lastSubscription += 1
            state.tally.created += 1
            state.tally.lastCreated = SystemClock.uptimeMicroseconds()
            state.subscriptions[state.lastSubscription] = Subscription(
                expires: SystemClock.uptimeMicroseconds() + lifetime.microseconds, consumer: consumer)
            return state.lastSubscription
        }
        guard let made else {
            return Self.soap(SOAPText.fault("wsnt:SubscribeCreationFailedFault", "Maximum number reached"), status: 500)
        }
        let (name, prefix) = consumer == nil ? ("CreatePullPointSubscriptionResponse", "tev") : ("SubscribeResponse", "wsnt")
        return Self.soap(
            "<\(prefix):\(name)><\(prefix):SubscriptionReference>\(reference(made, faults))</\(prefix):SubscriptionReference>"
                + times(lifetime) + "</\(prefix):\(name)>")
    }

    private func reference(_ id: Int, _ faults: Set<ONVIFFault>) -> String {
        switch settings.naming {
        case .query: return "<wsa5:Address>\(address("/onvif/events?sub=\(id)", faults))</wsa5:Address>"
        case .parameters:
            return "<wsa5:Address>\(address("/onvif/events", faults))</wsa5:Address><wsa5:ReferenceParameters>"
                + "<tnsvendor:SubscriptionId>\(id)</tnsvendor:SubscriptionId></wsa5:ReferenceParameters>"
        }
    }

    func times(_ lifetime: Span) -> String {
        let now = cameraTime
        return "<wsnt:CurrentTime>\(text(now))</wsnt:CurrentTime>"
            + "<wsnt:TerminationTime>\(text(now + lifetime))</wsnt:TerminationTime>"
    }

    func text(_ time: Timestamp) -> String { Timestamp(seconds: time.microseconds / 1_000_000).text(in: .utc) }

    /// What is granted of a span or a moment of the camera's clock.
    private func lifetime(_ end: String) -> Span {
        if let span = Self.span(end) { return min(span, settings.longestLifetime) }
        guard let moment = Timestamp(end, assuming: .utc) else { return min(.seconds(60), settings.longestLifetime) }
        return min(moment - cameraTime, settings.longestLifetime)
    }

    /// `PT60S`, `PT10M`, `PT1H`, `P0DT0H10M0S`.
    static func span(_ text: String) -> Span? {
        guard text.hasPrefix("P") else { return nil }
        var total = 0.0
        var number = ""
        for character in text {
            if character.isNumber || character == "." {
                number.append(character)
            } else {
                let scales: [Character: Double] = ["D": 86400, "H": 3600, "M": 60, "S": 1]
                total += (Double(number) ?? 0) * (scales[character] ?? 0)
                number = ""
            }
        }
        return Span(microseconds: Int64(min(total, 1e9) * 1_000_000))
    }

    /// Which subscription a call is about; nothing where there is none such.
    func subscription(_ soap: SOAPText, _ request: PushRequest) -> Int? {
        let told =
            settings.naming == .query ? request.query.split(separator: "=").last.map(String.init) : soap.first("SubscriptionId")
        guard let id = told.flatMap({ Int($0) }) else { return nil }
        return state.withLock { state in
            Self.expire(&state)
            return state.subscriptions[id] == nil ? nil : id
        }
    }

    static let unknown = soap(
        SOAPText.fault("wsrf:ResourceUnknownFault", "Resource unknown", sender: false), status: 500)

    func synchronize(_ soap: SOAPText, _ request: PushRequest) -> PushAnswer {
        guard let id = subscription(soap, request) else { return Self.unknown }
        let polls = state.withLock { state in
            state.tally.synchronized += 1
            for (_, message) in state.properties {
                var now = message
                now.operation = .initialized
                state.subscriptions[id]?.queue.append(now)
            }
            return Self.answerPolls(&state)
        }
        for (waiting, messages) in polls { waiting.resume.resume(returning: .messages(messages)) }
        return Self.soap("<tev:SetSynchronizationPointResponse/>")
    }

    func renew(_ soap: SOAPText, _ request: PushRequest, _ faults: Set<ONVIFFault>) -> PushAnswer {
        if faults.contains(.needsMessageID), soap.first("MessageID") ?? "" == "" {
            return Self.soap(SOAPText.fault("ter:ActionFailed", "The requested SOAP action failed: error -8"), status: 500)
        }
        for case .faultOnRenew(let code) in faults {
            return Self.soap(SOAPText.fault(code, "No renewal"), status: 500)
        }
        guard let id = subscription(soap, request) else { return Self.unknown }
        let lifetime = lifetime(soap.first("TerminationTime") ?? "")
        state.withLock { state in
            state.tally.renewed += 1
            state.subscriptions[id]?.expires = SystemClock.uptimeMicroseconds() + lifetime.microseconds
        }
        return Self.soap("<wsnt:RenewResponse>\(times(lifetime))</wsnt:RenewResponse>")
    }

    func unsubscribe(_ soap: SOAPText, _ request: PushRequest, _ faults: Set<ONVIFFault>) -> PushAnswer {
        guard let id = subscription(soap, request) else { return Self.unknown }
        let polls = state.withLock { state in
            let ended = faults.contains(.unsubscribeEndsAll) ? Array(state.subscriptions.keys) : [id]
            state.tally.unsubscribed += 1
            return ended.compactMap { state.subscriptions.removeValue(forKey: $0)?.waiting }
        }
        for poll in polls { poll.resume.resume(returning: .messages([])) }
        return Self.soap("<wsnt:UnsubscribeResponse/>")
    }
}

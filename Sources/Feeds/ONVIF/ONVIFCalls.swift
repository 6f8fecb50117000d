import Model

// The calls of an event subscription (ONVIF Core §9, WS-BaseNotification 1.3).
extension ONVIFSession.Operation {
    /// - Parameters:
    ///   - endpoint: where it goes.
    ///   - plan: lifetimes and limits.
    ///   - cameraTime: now by the camera's clock, for ends that are named absolutely.
    func call(to endpoint: SOAPEndpoint, _ plan: ONVIFSession.Plan, cameraTime: Timestamp) -> SOAPCall {
        let events = SOAPNamespaces.events
        switch self {
        case .time: return .time(endpoint)
        case .services: return .services(endpoint)
        case .capabilities: return .capabilities(endpoint)
        case .create(let absolute):
            let end = Self.termination(absolute, plan, cameraTime)
            if let consumer = plan.consumer { return Self.subscribe(consumer, end, endpoint) }
            return SOAPCall(
                action: events + "/EventPortType/CreatePullPointSubscriptionRequest",
                body: "<tev:CreatePullPointSubscription><tev:InitialTerminationTime>\(end)</tev:InitialTerminationTime>"
                    + "</tev:CreatePullPointSubscription>", endpoint: endpoint)
        case .synchronize:
            return SOAPCall(
                action: events + "/PullPointSubscription/SetSynchronizationPointRequest",
                body: "<tev:SetSynchronizationPoint/>", endpoint: endpoint)
        case .pull(let timeout):
            let seconds = max(1, timeout.seconds)
            var call = SOAPCall(
                action: events + "/PullPointSubscription/PullMessagesRequest",
                body: "<tev:PullMessages><tev:Timeout>PT\(seconds)S</tev:Timeout>"
                    + "<tev:MessageLimit>\(plan.messageLimit)</tev:MessageLimit></tev:PullMessages>", endpoint: endpoint)
            call.timeout = .seconds(seconds + 10)
            return call
        case .renew(let absolute):
            return SOAPCall(
                action: SOAPNamespaces.subscriptions + "/SubscriptionManager/RenewRequest",
                body: "<wsnt:Renew><wsnt:TerminationTime>\(Self.termination(absolute, plan, cameraTime))"
                    + "</wsnt:TerminationTime></wsnt:Renew>", endpoint: endpoint)
        case .unsubscribe:
            var call = SOAPCall(
                action: SOAPNamespaces.subscriptions + "/SubscriptionManager/UnsubscribeRequest",
                body: "<wsnt:Unsubscribe/>", endpoint: endpoint)
            call.timeout = .seconds(2)
            return call
        }
    }

    private static func subscribe(_ consumer: String, _ end: String, _ endpoint: SOAPEndpoint) -> SOAPCall {
        SOAPCall(
            action: SOAPNamespaces.subscriptions + "/NotificationProducer/SubscribeRequest",
            body: "<wsnt:Subscribe><wsnt:ConsumerReference><wsa:Address>\(consumer.markup)</wsa:Address>"
                + "</wsnt:ConsumerReference><wsnt:InitialTerminationTime>\(end)</wsnt:InitialTerminationTime></wsnt:Subscribe>",
            endpoint: endpoint)
    }

    /// The end of a subscription: a span, or a moment of the camera's own clock.
    private static func termination(_ absolute: Bool, _ plan: ONVIFSession.Plan, _ cameraTime: Timestamp) -> String {
        guard absolute else { return "PT\(max(1, plan.lifetime.seconds))S" }
        let end = cameraTime + plan.lifetime
        return Timestamp(seconds: end.microseconds / 1_000_000).text(in: .utc)
    }
}

// Calls to the device service.
extension SOAPCall {
    static func time(_ endpoint: SOAPEndpoint) -> SOAPCall {
        var call = device("GetSystemDateAndTime", endpoint)
        call.isAuthenticated = false
        return call
    }

    static func services(_ endpoint: SOAPEndpoint) -> SOAPCall {
        device("GetServices", endpoint, inside: "<tds:IncludeCapability>false</tds:IncludeCapability>")
    }

    static func capabilities(_ endpoint: SOAPEndpoint) -> SOAPCall {
        device("GetCapabilities", endpoint, inside: "<tds:Category>All</tds:Category>")
    }

    /// A call of the device service by its name.
    static func device(_ name: String, _ endpoint: SOAPEndpoint, inside: String = "") -> SOAPCall {
        named(name, "tds", SOAPNamespaces.device, endpoint, inside: inside)
    }

    /// A call of any ONVIF service by its name.
    ///
    /// - Parameters:
    ///   - prefix: one of `SOAPNamespaces.declarations`.
    ///   - namespace: what it stands for.
    static func named(
        _ name: String, _ prefix: String, _ namespace: String, _ endpoint: SOAPEndpoint, inside: String = ""
    ) -> SOAPCall {
        var call = SOAPCall(
            action: namespace + "/" + name, body: "<\(prefix):\(name)>\(inside)</\(prefix):\(name)>", endpoint: endpoint)
        call.isAddressed = false
        return call
    }
}

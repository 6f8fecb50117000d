import Model

extension ONVIFSession {
    /// The times and limits of a subscription.
    package struct Plan: Hashable, Sendable {
        /// What is asked for; the camera may grant less or more.
        package var lifetime = Span.minutes(10)
        /// A granted lifetime below this is not believed.
        package var minimumLifetime = Span.seconds(60)
        /// How long the camera may wait for messages before it answers a poll; under the feed's silence limit.
        package var poll = Span.seconds(40)
        package var messageLimit = 100
        /// Between the polls.
        package var pause = Span.milliseconds(750)
        /// Between a transport error and the next new subscription.
        package var resubscribePause = Span.seconds(60)
        /// Where the camera sends its notifications; nothing for polling.
        package var consumer: String?
        /// How often a camera that calls us is asked whether it lives.
        package var probe = Span.seconds(30)

        package init() {}
    }

    /// A call to the camera.
    package enum Operation: Hashable, Sendable {
        case time, services, capabilities
        case create(absolute: Bool)
        case synchronize
        case pull(timeout: Span)
        case renew(absolute: Bool)
        case unsubscribe
    }

    /// A subscription that the camera granted.
    package struct Subscription: Hashable, Sendable {
        package var endpoint: SOAPEndpoint
        /// By uptime.
        package var expires: Span

        package init(endpoint: SOAPEndpoint, expires: Span) {
            self.endpoint = endpoint
            self.expires = expires
        }
    }

    /// What happened.
    package enum Input: Sendable {
        case open
        /// The feed closes the connection; the subscription stays.
        case close
        case hold, goOn
        /// What was taken is in the journal.
        case durable
        case tick
        case leave
        case clock(offset: Span?)
        /// Address of the event service, where one is named.
        case eventService(String?)
        /// Also the answer to Renew, without endpoint.
        case granted(SOAPEndpoint?, lifetime: Span?)
        case messages(count: Int)
        /// A call was answered in order and there is nothing to know.
        case done
        case trouble(ONVIFTrouble)
    }

    /// What is to be done, in the order given.
    package enum Action: Hashable, Sendable {
        /// Calls the subscription's endpoint, the event service, or where both are nothing the device service.
        case call(Operation, SOAPEndpoint?)
        case connected, heard
        case statesAreStale
        /// The connection failed; the sentence says how.
        case failed(String)
        /// The camera said no; the sentence says what to change.
        case refused(String)
        /// Writes down which subscription is ours, or that none is.
        case remember(Subscription?)
        /// The camera is left for good.
        case left
    }
}

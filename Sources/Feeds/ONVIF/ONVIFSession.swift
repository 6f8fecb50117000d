import Model

/// The course of an event subscription with one camera: time, services, subscribe, pull or be called, renew, leave.
///
/// Pure: takes what happened and says what to do; one call is under way at a time. Any fault on Pull or Renew means that
/// the camera restarted: the subscription is made anew and all known states count as stale. A connection that ends
/// during a poll is an empty poll. After a transport error nothing new is subscribed for `Plan.resubscribePause`,
/// because cameras keep dead subscriptions, have few, and fall silent when they are used up.
package struct ONVIFSession: Sendable {
    enum Phase: Hashable {
        case closed
        case calling(Operation)
        case resting(until: Span)
        case leaving
    }

    package let plan: Plan
    var phase = Phase.closed
    package internal(set) var subscription: Subscription?
    var isConnected = false
    /// Whether the subscription ever answered; one that never did is not made anew at once.
    var hasAnswered = false
    var isAbsolute = false
    var isHeld = false
    var waitsForJournal = false
    var eventService: String?
    /// The first poll of a subscription is short, so that a live camera is known at once.
    var isFirstPoll = true
    var renewAt = Span.zero
    var nextPoll = Span.zero
    var probeAt = Span.zero
    /// No new subscription before.
    var notBefore = Span.zero
    /// Whether the camera's clock was read for this renewal.
    var hasClockForRenewal = false
    var pollSentAt = Span.zero
    var closings = 0
    var quickClosings = 0
    var unreadable = 0
    /// Whether the subscription is to be ended before anything else.
    var mustGiveBack = false

    static let quickClosingLimit = 5
    static let unreadableLimit = 3
    static let closingsPerProbe = 3

    /// - Parameters:
    ///   - leftover: a subscription of ours that may still live; it is taken up where it is good.
    ///   - isOfOtherKind: whether it is to be given back instead.
    package init(_ plan: Plan, leftover: Subscription? = nil, isOfOtherKind: Bool = false) {
        self.plan = plan
        subscription = leftover
        mustGiveBack = isOfOtherKind && leftover != nil
        // Sooner or later than the true moment: what is left is not known better.
        if let leftover { renewAt = leftover.expires - .seconds(20) }
    }

    /// When `tick` is wanted, by uptime.
    package var deadline: Span? {
        if case .resting(let until) = phase { until } else { nil }
    }

    /// Takes what happened and says what to do.
    ///
    /// - Parameter now: uptime.
    package mutating func on(_ input: Input, at now: Span) -> [Action] {
        switch input {
        case .open: return open()
        case .close:
            phase = .closed
            isConnected = false
            return []
        case .leave: return leave()
        case .hold:
            isHeld = true
            return []
        case .goOn:
            isHeld = false
            return wake(at: now)
        case .durable:
            waitsForJournal = false
            return wake(at: now)
        case .tick: return deadline.map { $0 <= now } ?? false ? wake(at: now) : []
        case .clock, .eventService, .granted, .messages, .done:
            guard case .calling(let operation) = phase else { return phase == .leaving ? left() : [] }
            return answered(operation, input, now)
        case .trouble(let trouble):
            // Where Unsubscribe may not have arrived, the next start takes the subscription up.
            guard case .calling(let operation) = phase else { return phase == .leaving ? left(isKept: trouble.isTransport) : [] }
            return troubled(operation, trouble, now)
        }
    }

    private mutating func open() -> [Action] {
        guard phase == .closed else { return [] }
        return call(.time)
    }

    private mutating func leave() -> [Action] {
        guard let subscription else { return [.left] }
        phase = .leaving
        return [.call(.unsubscribe, subscription.endpoint)]
    }

    private mutating func left(isKept: Bool = false) -> [Action] {
        phase = .closed
        subscription = nil
        return isKept ? [.left] : [.remember(nil), .left]
    }

    /// Goes on where nothing is under way.
    private mutating func wake(at now: Span) -> [Action] {
        guard case .resting = phase else { return [] }
        return proceed(at: now)
    }

    mutating func call(_ operation: Operation) -> [Action] {
        phase = .calling(operation)
        switch operation {
        case .time, .services, .capabilities: return [.call(operation, nil)]
        case .create: return [.call(operation, eventService.map { SOAPEndpoint(url: $0) })]
        case .synchronize, .pull, .renew, .unsubscribe: return [.call(operation, subscription?.endpoint)]
        }
    }

    mutating func rest(until: Span) -> [Action] {
        phase = .resting(until: until)
        return []
    }

    mutating func fail(_ sentence: String) -> [Action] {
        phase = .closed
        isConnected = false
        return [.failed(sentence)]
    }

    mutating func refuse(_ sentence: String) -> [Action] {
        phase = .closed
        isConnected = false
        return [.refused(sentence)]
    }
}

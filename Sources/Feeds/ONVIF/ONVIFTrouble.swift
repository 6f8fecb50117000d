import Model

/// Why a call to a camera brought no answer.
package enum ONVIFTrouble: Error, Hashable, Sendable {
    case fault(SOAPFault)
    /// User or password are wrong, or the right is lacking.
    case unauthorized(String)
    /// The camera closed the connection instead of answering.
    case closed
    case timedOut
    case unreachable(String)
    /// An HTTP status without SOAP.
    case status(Int)
    /// What came is no SOAP; the clause says why.
    case unreadable(String)

    /// One clause for a sentence.
    package var text: String {
        switch self {
        case .fault(let fault): "it answers \(fault.text)"
        case .unauthorized(let reason): reason
        case .closed: "it closes the connection"
        case .timedOut: "it does not answer in time"
        case .unreachable(let detail): detail
        case .status(let status): "it answers HTTP \(status)"
        case .unreadable(let reason): reason
        }
    }

    /// Whether the call may not have reached the camera, or its answer not us.
    var isTransport: Bool {
        switch self {
        case .closed, .timedOut, .unreachable, .unreadable: true
        case .fault, .unauthorized, .status: false
        }
    }
}

// What is done about it.
extension ONVIFSession {
    mutating func troubled(_ operation: Operation, _ trouble: ONVIFTrouble, _ now: Span) -> [Action] {
        switch operation {
        case .time: return timeTroubled(trouble, now)
        case .services:
            if case .unauthorized = trouble { return denied(trouble) }
            return isGone(trouble) ? fail(Self.sentence(trouble)) : call(.capabilities)
        case .capabilities:
            if case .unauthorized = trouble { return denied(trouble) }
            if isGone(trouble) { return fail(Self.sentence(trouble)) }
            // Nothing says where events are: most servers take every call at the device service.
            eventService = nil
            return call(.create(absolute: false))
        case .create(let absolute): return createTroubled(absolute, trouble, now)
        case .synchronize: return trouble.isTransport && isGone(trouble) ? lose(trouble, now) : proceed(at: now)
        case .pull: return pullTroubled(trouble, now)
        case .renew: return renewTroubled(trouble, now)
        case .unsubscribe: return answered(.unsubscribe, .done, now)
        }
    }

    /// Reading the clock needs no rights and may be refused all the same; only silence is a failure.
    private mutating func timeTroubled(_ trouble: ONVIFTrouble, _ now: Span) -> [Action] {
        isGone(trouble) || trouble == .closed ? lose(trouble, now) : answered(.time, .done, now)
    }

    private func isGone(_ trouble: ONVIFTrouble) -> Bool {
        switch trouble {
        case .timedOut, .unreachable: true
        default: false
        }
    }

    private mutating func createTroubled(_ absolute: Bool, _ trouble: ONVIFTrouble, _ now: Span) -> [Action] {
        if case .unauthorized = trouble { return denied(trouble) }
        if isGone(trouble) || trouble == .closed {
            notBefore = now + plan.resubscribePause
            return fail(Self.sentence(trouble))
        }
        // Some take only the one way of naming an end.
        if !absolute, plan.consumer == nil || !Self.isAboutAddress(trouble) { return call(.create(absolute: true)) }
        return subscriptionFailed(trouble.text, now)
    }

    private static func isAboutAddress(_ trouble: ONVIFTrouble) -> Bool {
        if case .fault(let fault) = trouble { return fault.reason.lowercased().contains("address") }
        return false
    }

    mutating func subscriptionFailed(_ reason: String, _ now: Span) -> [Action] {
        notBefore = now + plan.resubscribePause
        return refuse(
            "the camera gives no event subscription: \(reason); switch ONVIF on in the camera and check the port, and if it "
                + "has no subscription left wait for old ones to end")
    }

    private mutating func pullTroubled(_ trouble: ONVIFTrouble, _ now: Span) -> [Action] {
        switch trouble {
        case .closed: return closedMidPoll(now)
        case .unreadable where unreadable + 1 < Self.unreadableLimit:
            unreadable += 1
            nextPoll = now + max(plan.pause, .milliseconds(200))
            return [.heard] + proceed(at: now)
        case .timedOut, .unreachable, .unreadable: return lose(trouble, now)
        case .fault, .unauthorized, .status: return restarted(trouble, now)
        }
    }

    private mutating func renewTroubled(_ trouble: ONVIFTrouble, _ now: Span) -> [Action] {
        trouble.isTransport ? lose(trouble, now) : restarted(trouble, now)
    }

    /// An empty poll; now and then the camera is asked whether it lives, and one that closes at once is not polled on.
    private mutating func closedMidPoll(_ now: Span) -> [Action] {
        let quick = min(Span.seconds(1), Span(microseconds: plan.poll.microseconds / 5))
        quickClosings = now - pollSentAt < quick ? quickClosings + 1 : 0
        closings += 1
        guard quickClosings < Self.quickClosingLimit else { return lose(.closed, now) }
        nextPoll = now + max(plan.pause, .milliseconds(50))
        if closings % Self.closingsPerProbe == 0 { return call(.time) }
        return [.heard] + proceed(at: now)
    }

    /// The camera lost the subscription; one that it may still have is dropped first.
    private mutating func restarted(_ trouble: ONVIFTrouble, _ now: Span) -> [Action] {
        if !hasAnswered { notBefore = max(notBefore, now + plan.resubscribePause) }
        if case .fault(let fault) = trouble, !fault.isUnknownResource {
            return [.statesAreStale] + call(.unsubscribe)
        }
        forget()
        return [.statesAreStale, .remember(nil)] + call(.time)
    }

    private mutating func lose(_ trouble: ONVIFTrouble, _ now: Span) -> [Action] {
        if subscription != nil { notBefore = now + plan.resubscribePause }
        (closings, quickClosings, unreadable) = (0, 0, 0)
        return fail(Self.sentence(trouble))
    }

    private mutating func denied(_ trouble: ONVIFTrouble) -> [Action] {
        refuse("the camera refuses user or password (\(trouble.text)); many need a user of their own for ONVIF")
    }

    private static func sentence(_ trouble: ONVIFTrouble) -> String { "no events from the camera: \(trouble.text)" }
}

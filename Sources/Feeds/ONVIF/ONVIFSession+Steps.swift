import Model

// What comes next, and what the answers mean.
extension ONVIFSession {
    /// The next step where no call is under way.
    mutating func proceed(at now: Span) -> [Action] {
        if let subscription, subscription.expires <= now { forget() }
        guard subscription != nil else { return now < notBefore ? rest(until: notBefore) : call(.services) }
        // The shortest poll takes a second, which the renewal cannot wait for.
        if renewAt <= now + .seconds(1) { return hasClockForRenewal ? call(.renew(absolute: isAbsolute)) : call(.time) }
        if plan.consumer != nil { return probeAt <= now ? call(.time) : rest(until: min(probeAt, renewAt)) }
        guard !isHeld, !waitsForJournal else { return rest(until: renewAt) }
        guard nextPoll <= now else { return rest(until: min(nextPoll, renewAt)) }
        pollSentAt = now
        // A poll ends before the renewal is due: calls never overlap.
        let longest = isFirstPoll ? min(plan.poll, .seconds(1)) : plan.poll
        return call(.pull(timeout: min(longest, renewAt - now)))
    }

    private mutating func create(at address: String?) -> [Action] {
        eventService = address
        return call(.create(absolute: false))
    }

    mutating func forget() {
        subscription = nil
        hasAnswered = false
    }

    mutating func answered(_ operation: Operation, _ input: Input, _ now: Span) -> [Action] {
        switch (operation, input) {
        case (.time, _): return timeIsKnown(now)
        case (.services, .eventService(let address?)): return create(at: address)
        case (.capabilities, .eventService(let address)): return create(at: address)
        case (.services, _): return call(.capabilities)
        case (.create(let absolute), .granted(let endpoint?, let lifetime)):
            return subscribed(endpoint, lifetime, absolute, now)
        case (.create, _): return subscriptionFailed("its answer names no subscription", now)
        case (.renew, .granted(_, let lifetime)): return renewed(lifetime, now)
        case (.pull, .messages(let count)): return pulled(count, now)
        case (.unsubscribe, _): return unsubscribed(now)
        case (.synchronize, _), (.pull, _), (.renew, _), (.capabilities, _): return proceed(at: now)
        }
    }

    /// The camera answered a call without credentials: it lives, and its clock is known.
    private mutating func timeIsKnown(_ now: Span) -> [Action] {
        hasClockForRenewal = true
        probeAt = now + plan.probe
        if mustGiveBack {
            mustGiveBack = false
            if subscription != nil { return call(.unsubscribe) }
        }
        guard subscription.map({ $0.expires > now }) ?? false else { return proceed(at: now) }
        if isConnected { return [.heard] + proceed(at: now) }
        isConnected = true
        isFirstPoll = true
        nextPoll = now
        return (plan.consumer == nil ? [.connected] : [.connected, .heard]) + proceed(at: now)
    }

    private mutating func subscribed(_ endpoint: SOAPEndpoint, _ lifetime: Span?, _ absolute: Bool, _ now: Span) -> [Action] {
        isAbsolute = absolute
        isConnected = true
        hasAnswered = false
        isFirstPoll = true
        nextPoll = now
        probeAt = now + plan.probe
        (closings, quickClosings, unreadable) = (0, 0, 0)
        let expires = extend(by: lifetime, now)
        let made = Subscription(endpoint: endpoint, expires: expires)
        subscription = made
        let next = plan.consumer == nil ? call(.synchronize) : proceed(at: now)
        return [.remember(made), .statesAreStale, .connected, .heard] + next
    }

    private mutating func renewed(_ lifetime: Span?, _ now: Span) -> [Action] {
        let expires = extend(by: lifetime, now)
        subscription?.expires = expires
        hasAnswered = true
        return [.heard, .remember(subscription)] + proceed(at: now)
    }

    /// Renewal is due at 80 % of the lifetime.
    private mutating func extend(by lifetime: Span?, _ now: Span) -> Span {
        let granted = lifetime.flatMap { $0 > .zero && $0 < .days(365) ? $0 : nil } ?? plan.lifetime
        let believed = max(granted, plan.minimumLifetime)
        renewAt = now + Span(microseconds: believed.microseconds / 5 * 4)
        hasClockForRenewal = false
        return now + believed
    }

    private mutating func pulled(_ count: Int, _ now: Span) -> [Action] {
        (closings, quickClosings, unreadable) = (0, 0, 0)
        hasAnswered = true
        isFirstPoll = false
        waitsForJournal = waitsForJournal || count > 0
        // A full answer means that more waits.
        nextPoll = count >= plan.messageLimit ? now : now + plan.pause
        return [.heard] + proceed(at: now)
    }

    /// A subscription that is none of ours any more was dropped; a new one is made.
    private mutating func unsubscribed(_ now: Span) -> [Action] {
        forget()
        return [.remember(nil)] + call(.time)
    }
}

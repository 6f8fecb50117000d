import Model
import Testing

@testable import Feeds

/// The course of a subscription without a camera: what is answered and what is done then.
@Suite struct ONVIFSessionTests {
    private typealias Action = ONVIFSession.Action
    private let endpoint = SOAPEndpoint(url: "http://10.0.0.5/onvif/e?sub=1")
    private let unknown = ONVIFTrouble.fault(SOAPFault(codes: ["Receiver", "ResourceUnknownFault"], reason: ""))

    private func plan(_ change: (inout ONVIFSession.Plan) -> Void = { _ in }) -> ONVIFSession.Plan {
        var plan = ONVIFSession.Plan()
        change(&plan)
        return plan
    }

    /// The calls among the actions.
    private func calls(_ actions: [Action]) -> [ONVIFSession.Operation] {
        actions.compactMap { if case .call(let operation, _) = $0 { operation } else { nil } }
    }

    private static func fails(_ actions: [Action]) -> Bool {
        actions.contains { if case .failed = $0 { true } else { false } }
    }

    /// A session that has subscribed and asked for its states, at 100 s.
    private func subscribed(_ plan: ONVIFSession.Plan = ONVIFSession.Plan(), lifetime: Span = .minutes(10)) -> ONVIFSession {
        var session = ONVIFSession(plan)
        _ = session.on(.open, at: .seconds(100))
        _ = session.on(.clock(offset: .zero), at: .seconds(100))
        _ = session.on(.eventService("http://10.0.0.5/onvif/e"), at: .seconds(100))
        _ = session.on(.granted(endpoint, lifetime: lifetime), at: .seconds(100))
        return session
    }

    @Test("time, services, subscription, states, messages: in this order")
    func order() {
        var session = ONVIFSession(plan())
        #expect(session.on(.open, at: .zero) == [.call(.time, nil)])
        #expect(session.on(.clock(offset: nil), at: .zero) == [.call(.services, nil)])
        let events = SOAPEndpoint(url: "http://10.0.0.5/e")
        #expect(session.on(.eventService(events.url), at: .zero) == [.call(.create(absolute: false), events)])
        let made = session.on(.granted(endpoint, lifetime: .minutes(10)), at: .zero)
        let subscription = ONVIFSession.Subscription(endpoint: endpoint, expires: .minutes(10))
        #expect(
            made == [
                .remember(subscription), .statesAreStale, .connected, .heard, .call(.synchronize, endpoint),
            ])
        #expect(session.on(.done, at: .zero) == [.call(.pull(timeout: .seconds(1)), endpoint)])
        #expect(session.on(.messages(count: 0), at: .seconds(1)) == [.heard])
        #expect(session.deadline == .milliseconds(1750))
        #expect(session.on(.tick, at: .milliseconds(1750)) == [.call(.pull(timeout: .seconds(40)), endpoint)])
    }

    @Test("a camera without GetServices is asked for its capabilities, and one without both at its device service")
    func fallbacks() {
        var session = ONVIFSession(plan())
        _ = session.on(.open, at: .zero)
        _ = session.on(.clock(offset: nil), at: .zero)
        let fault = ONVIFTrouble.fault(SOAPFault(codes: ["Sender", "ActionNotSupported"], reason: ""))
        #expect(session.on(.trouble(fault), at: .zero) == [.call(.capabilities, nil)])
        #expect(session.on(.trouble(fault), at: .zero) == [.call(.create(absolute: false), nil)])
        #expect(session.on(.trouble(fault), at: .zero) == [.call(.create(absolute: true), nil)])
        guard case .refused? = session.on(.trouble(fault), at: .zero).first else {
            Issue.record("a camera that gives no subscription refuses")
            return
        }
    }

    @Test("renewal at 80 % of the lifetime, between two polls that end before it")
    func renewal() {
        var session = subscribed(lifetime: .seconds(100))
        _ = session.on(.done, at: .seconds(100))
        _ = session.on(.messages(count: 0), at: .seconds(101))
        #expect(calls(session.on(.tick, at: .seconds(150))) == [.pull(timeout: .seconds(30))])
        #expect(calls(session.on(.messages(count: 0), at: .seconds(180))) == [.time])
        #expect(calls(session.on(.clock(offset: .zero), at: .seconds(180))) == [.renew(absolute: false)])
        let renewed = session.on(.granted(nil, lifetime: .seconds(100)), at: .seconds(180))
        let extended = ONVIFSession.Subscription(endpoint: endpoint, expires: .seconds(280))
        #expect(renewed.prefix(2) == [.heard, .remember(extended)])
    }

    @Test("a granted lifetime below the floor is not believed", arguments: [Span.seconds(5), .seconds(-30), .zero])
    func floor(_ lifetime: Span) {
        let session = subscribed(lifetime: lifetime)
        #expect((session.subscription?.expires ?? .zero) >= .seconds(160))
    }

    @Test("a fault on Pull or Renew makes the subscription anew and all states stale", arguments: [true, false])
    func restarted(_ isPull: Bool) {
        var session = subscribed(lifetime: .seconds(100))
        _ = session.on(.done, at: .seconds(100))
        let first = session.on(.messages(count: 1), at: .seconds(101))
        #expect(first == [.heard])
        _ = session.on(.durable, at: .seconds(101))
        if isPull {
            _ = session.on(.tick, at: .seconds(110))
        } else {
            _ = session.on(.tick, at: .seconds(180))
            _ = session.on(.clock(offset: .zero), at: .seconds(180))
        }
        let actions = session.on(.trouble(unknown), at: .seconds(180))
        #expect(actions == [.statesAreStale, .remember(nil), .call(.time, nil)])
        #expect(calls(session.on(.clock(offset: .zero), at: .seconds(181))) == [.services])
    }

    @Test("a subscription that is faulted before it ever answered is not made anew at once")
    func hotLoop() {
        var session = subscribed()
        _ = session.on(.done, at: .seconds(100))
        _ = session.on(.trouble(unknown), at: .seconds(101))
        #expect(session.on(.clock(offset: .zero), at: .seconds(101)).isEmpty)
        #expect(session.deadline == .seconds(161))
        #expect(calls(session.on(.tick, at: .seconds(161))) == [.services])
    }

    @Test("a subscription that may live on is given back before a new one is made")
    func notRenewable() {
        var session = subscribed(lifetime: .seconds(100))
        _ = session.on(.done, at: .seconds(100))
        _ = session.on(.messages(count: 0), at: .seconds(101))
        _ = session.on(.tick, at: .seconds(180))
        _ = session.on(.clock(offset: .zero), at: .seconds(180))
        let fault = ONVIFTrouble.fault(SOAPFault(codes: ["Sender", "ActionNotSupported"], reason: ""))
        #expect(session.on(.trouble(fault), at: .seconds(180)) == [.statesAreStale, .call(.unsubscribe, endpoint)])
        #expect(calls(session.on(.trouble(.timedOut), at: .seconds(182))) == [.time])
        #expect(session.subscription == nil)
    }

    @Test("a connection that ends during a poll is an empty poll; every third time the camera is asked whether it lives")
    func closed() {
        var session = subscribed()
        _ = session.on(.done, at: .seconds(100))
        var now = Span.seconds(100)
        var asked = 0
        for _ in 1...12 {
            now = now + .seconds(10)
            var actions = session.on(.trouble(.closed), at: now)
            if calls(actions) == [.time] {
                asked += 1
                actions += session.on(.clock(offset: .zero), at: now)
            }
            #expect(!Self.fails(actions))
            now = now + .seconds(1)
            if session.deadline != nil { _ = session.on(.tick, at: now) }
        }
        #expect(asked == 4 && session.subscription?.endpoint == endpoint)
    }

    @Test("a camera that closes every poll at once is not polled for ever")
    func closedAtOnce() {
        var session = subscribed()
        _ = session.on(.done, at: .seconds(100))
        var now = Span.seconds(100)
        var hasFailed = false
        for _ in 1...20 where !hasFailed {
            var actions = session.on(.trouble(.closed), at: now)
            if calls(actions) == [.time] { actions += session.on(.clock(offset: .zero), at: now) }
            hasFailed = Self.fails(actions)
            now = now + .seconds(1)
            if session.deadline != nil { _ = session.on(.tick, at: now) }
        }
        #expect(hasFailed)
    }

    @Test("after a transport error the same subscription is taken up, and a new one made after the pause at the earliest")
    func transport() {
        var session = subscribed(lifetime: .minutes(10))
        _ = session.on(.done, at: .seconds(100))
        // It has answered once, so nothing but the transport error can be the reason for a pause.
        _ = session.on(.messages(count: 0), at: .seconds(101))
        _ = session.on(.tick, at: .seconds(110))
        guard case .failed? = session.on(.trouble(.timedOut), at: .seconds(150)).first else {
            Issue.record("a poll without an answer is a failure")
            return
        }
        _ = session.on(.open, at: .seconds(151))
        #expect(calls(session.on(.clock(offset: .zero), at: .seconds(151))) == [.pull(timeout: .seconds(1))])
        _ = session.on(.trouble(unknown), at: .seconds(152))
        #expect(session.on(.clock(offset: .zero), at: .seconds(152)).isEmpty)
        #expect((session.deadline ?? .zero) >= .seconds(210))
        #expect(calls(session.on(.tick, at: .seconds(212))) == [.services])
    }

    @Test("while it is held back, or the journal has not all, nothing is pulled; renewal goes on")
    func held() {
        var session = subscribed(lifetime: .seconds(100))
        _ = session.on(.done, at: .seconds(100))
        _ = session.on(.messages(count: 3), at: .seconds(101))
        #expect(session.deadline == .seconds(180))
        _ = session.on(.hold, at: .seconds(101))
        #expect(session.on(.durable, at: .seconds(102)).isEmpty)
        #expect(calls(session.on(.tick, at: .seconds(180))) == [.time])
        #expect(calls(session.on(.clock(offset: .zero), at: .seconds(180))) == [.renew(absolute: false)])
        _ = session.on(.granted(nil, lifetime: .seconds(100)), at: .seconds(180))
        #expect(calls(session.on(.goOn, at: .seconds(181))) == [.pull(timeout: .seconds(40))])
    }

    @Test("leaving gives the subscription back, and an answer that does not come is not waited for twice")
    func leaving() {
        var session = subscribed()
        _ = session.on(.close, at: .seconds(101))
        #expect(session.on(.leave, at: .seconds(101)) == [.call(.unsubscribe, endpoint)])
        // It may live on, so the next start shall know of it.
        #expect(session.on(.trouble(.timedOut), at: .seconds(103)) == [.left])
        #expect(session.on(.leave, at: .seconds(104)) == [.left])
        for answer in [ONVIFSession.Input.done, .trouble(unknown)] {
            var other = subscribed()
            _ = other.on(.close, at: .seconds(101))
            _ = other.on(.leave, at: .seconds(101))
            #expect(other.on(answer, at: .seconds(102)) == [.remember(nil), .left])
        }
    }

    @Test("a subscription left over is taken up, one of another kind is given back first")
    func leftover() {
        let left = ONVIFSession.Subscription(endpoint: endpoint, expires: .seconds(500))
        var same = ONVIFSession(plan(), leftover: left)
        _ = same.on(.open, at: .seconds(100))
        #expect(calls(same.on(.clock(offset: .zero), at: .seconds(100))) == [.pull(timeout: .seconds(1))])
        var other = ONVIFSession(plan(), leftover: left, isOfOtherKind: true)
        _ = other.on(.open, at: .seconds(100))
        #expect(other.on(.clock(offset: .zero), at: .seconds(100)) == [.call(.unsubscribe, endpoint)])
        #expect(calls(other.on(.done, at: .seconds(100))) == [.time])
    }

    @Test("where the camera calls us it is asked now and then whether it lives, and never polled")
    func push() {
        var session = subscribed(plan { $0.consumer = "http://10.0.0.2/push/onvif/cam-1" }, lifetime: .minutes(10))
        #expect(session.deadline == .seconds(130))
        #expect(calls(session.on(.tick, at: .seconds(130))) == [.time])
        #expect(session.on(.clock(offset: .zero), at: .seconds(130)) == [.heard])
        #expect(session.deadline == .seconds(160))
    }

    @Test("a camera that does not like where it shall call says so, and is not asked in another form")
    func consumerRefused() {
        var session = ONVIFSession(plan { $0.consumer = "http://127.0.0.1/push" })
        _ = session.on(.open, at: .zero)
        _ = session.on(.clock(offset: nil), at: .zero)
        _ = session.on(.eventService("http://10.0.0.5/e"), at: .zero)
        let fault = ONVIFTrouble.fault(SOAPFault(codes: ["InvalidArgVal"], reason: "Callback address must be routable"))
        guard case .refused(let sentence)? = session.on(.trouble(fault), at: .zero).first else {
            Issue.record("the camera refused its consumer")
            return
        }
        #expect(sentence.contains("must be routable"))
    }

    @Test("a wrong password is refused, wherever it shows", arguments: [0, 1, 2])
    func refused(_ step: Int) {
        var session = ONVIFSession(plan())
        _ = session.on(.open, at: .zero)
        _ = session.on(.clock(offset: nil), at: .zero)
        if step > 0 { _ = session.on(.trouble(.status(404)), at: .zero) }
        if step > 1 { _ = session.on(.eventService(nil), at: .zero) }
        guard case .refused? = session.on(.trouble(.unauthorized("NotAuthorized")), at: .zero).first else {
            Issue.record("a wrong password must be refused")
            return
        }
    }
}

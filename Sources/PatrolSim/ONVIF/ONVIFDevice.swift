import Dispatch
import Model
import Platform
import Synchronization

/// One simulated ONVIF camera: its subscriptions, its messages, its faults.
package final class ONVIFDevice: Sendable {
    struct Subscription {
        /// By uptime, in microseconds.
        var expires: Int64
        var queue: [SimNotification] = []
        /// The poll that waits for messages.
        var waiting: Waiting?
        /// Where messages are sent to; nothing for a pull point.
        var consumer: String?
        var isSending = false
    }

    struct Waiting {
        var number: Int
        var limit: Int
        var resume: CheckedContinuation<PollEnd, Never>
    }

    enum PollEnd {
        case messages([SimNotification])
        case hangUp
    }

    struct State {
        var subscriptions: [Int: Subscription] = [:]
        var lastSubscription = 0
        var lastPoll = 0
        /// Topic with source and key → the state's last message.
        var properties: [(key: String, message: SimNotification)] = []
        var faults: Set<ONVIFFault> = []
        var tally = ONVIFTally()
        var isOn = true
        var authority: TokenAuthority
        var digest: DigestAuthority
        var port = 0
    }

    package let settings: ONVIFDeviceSettings
    let state: Mutex<State>
    /// Sending to consumers blocks, so it has a queue of its own.
    let sending = DispatchQueue(label: "patrolsim.onvif.send")

    package init(_ settings: ONVIFDeviceSettings) {
        self.settings = settings
        var digest = ISAPICameraSettings(name: settings.name, user: settings.user, password: settings.password)
        digest.triesUntilLocked = 1000
        state = Mutex(
            State(authority: TokenAuthority(settings), digest: DigestAuthority(digest, seed: 7)))
    }

    package var tally: ONVIFTally { state.withLock { $0.tally } }

    /// How many subscriptions live.
    package var subscriptionCount: Int {
        state.withLock { state in
            Self.expire(&state)
            return state.subscriptions.count
        }
    }

    /// How many messages wait to be pulled or taken.
    package var waiting: Int { state.withLock { $0.subscriptions.values.reduce(0) { $0 + $1.queue.count } } }

    /// Whether a poll waits for messages.
    package var isPolled: Bool { state.withLock { $0.subscriptions.values.contains { $0.waiting != nil } } }

    /// Begins to do something wrong.
    package func inject(_ fault: ONVIFFault) { state.withLock { _ = $0.faults.insert(fault) } }

    /// Does everything right again.
    package func clearFaults() { state.withLock { $0.faults = [] } }

    var faults: Set<ONVIFFault> { state.withLock { $0.faults } }

    /// Says something to everybody who has subscribed; each hears it when it asks.
    package func raise(_ message: SimNotification) {
        let deliveries = state.withLock { state in
            Self.expire(&state)
            state.tally.raised += 1
            if message.operation != nil { Self.keep(message, &state) }
            for id in state.subscriptions.keys { state.subscriptions[id]?.queue.append(message) }
            return Self.answerPolls(&state)
        }
        for (waiting, messages) in deliveries { waiting.resume.resume(returning: .messages(messages)) }
        sendToConsumers()
    }

    /// Loses its power: nobody is answered, and all subscriptions are gone.
    package func powerOff() { interrupt { $0.isOn = false } }

    /// Answers again; subscriptions are gone.
    package func powerOn() { state.withLock { $0.isOn = true } }

    /// Restarts in no time: all subscriptions are gone.
    package func reboot() { interrupt { _ in } }

    private func interrupt(_ change: (inout State) -> Void) {
        let polls = state.withLock { state in
            let polls = state.subscriptions.values.compactMap(\.waiting)
            state.subscriptions = [:]
            change(&state)
            return polls
        }
        for poll in polls { poll.resume.resume(returning: .hangUp) }
    }

    private static func keep(_ message: SimNotification, _ state: inout State) {
        let key = ([message.topic] + (message.source + message.key).map { $0.name + "=" + $0.value }).joined(separator: "\n")
        state.properties.removeAll { $0.key == key }
        if message.operation != .deleted { state.properties.append((key, message)) }
    }

    /// Drops what is over.
    static func expire(_ state: inout State) {
        let now = SystemClock.uptimeMicroseconds()
        for (id, subscription) in state.subscriptions where subscription.expires <= now && subscription.waiting == nil {
            state.subscriptions[id] = nil
            state.tally.expired += 1
        }
    }

    /// The polls that can be answered now, with what they get.
    static func answerPolls(_ state: inout State) -> [(Waiting, [SimNotification])] {
        var deliveries: [(Waiting, [SimNotification])] = []
        for (id, subscription) in state.subscriptions {
            guard let waiting = subscription.waiting, !subscription.queue.isEmpty else { continue }
            deliveries.append((waiting, take(id, waiting.limit, &state)))
            state.subscriptions[id]?.waiting = nil
        }
        return deliveries
    }

    /// Takes messages out of a subscription's queue.
    static func take(_ id: Int, _ limit: Int, _ state: inout State) -> [SimNotification] {
        let messages = Array(state.subscriptions[id]?.queue.prefix(limit) ?? [])
        state.subscriptions[id]?.queue.removeFirst(messages.count)
        state.tally.pulled += messages.count
        return messages
    }

    /// Civil time by the camera's clock.
    var cameraTime: Timestamp {
        Timestamp(microseconds: SystemClock.realtimeMicroseconds()) + settings.clockOffset
    }
}

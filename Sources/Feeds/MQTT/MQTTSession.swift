import Model

/// A subscriber's session with one broker: connecting, subscribing, keeping alive, acknowledging, trying again.
///
/// The broker keeps the session (`cleanSession` false, a fixed client id), so what we have not acknowledged comes again.
/// An acknowledgement goes out only on the connection on which its message came.
package struct MQTTSession: Sendable {
    package struct Settings: Sendable {
        package var connect: MQTTConnect
        package var filters: [String]
        package var retry = Backoff(first: .seconds(1), longest: .seconds(60))
        /// After a refusal; brokers lock nobody out, yet their logs fill.
        package var refusedRetry = Backoff(first: .seconds(30), longest: .minutes(10))
        /// How long the broker may take to answer.
        package var patience = Span.seconds(10)

        package init(connect: MQTTConnect, filters: [String]) {
            self.connect = connect
            self.filters = filters
        }
    }

    package enum Input: Sendable {
        /// The connection stands; nothing was said on it yet.
        case opened
        case packet(MQTTPacket)
        /// The connection could not be had, or it broke; it is closed already.
        case closed(String)
        /// All of a message that came on that connection is durable.
        case durable(id: UInt16, connection: Int)
        /// Time passed; needed at `deadline` only.
        case tick
        /// We read nothing for now: the broker's silence is ours.
        case held
        case goOn
        /// Nobody wants it any more.
        case leave
    }

    package enum Action: Hashable, Sendable {
        case send(MQTTPacket)
        /// Hang up.
        case close
        case open(after: Span)
        /// Subscribed; messages may come.
        case up(resumed: Bool)
        /// `isRepeat`: it was taken before on an earlier connection and only its acknowledgement is wanted.
        case message(MQTTPublish, isRepeat: Bool, connection: Int)
        /// The broker lives.
        case heard
        case lost(String)
        /// The broker says no; the sentence says what to change.
        case refused(String)
        /// The broker does not permit this topic.
        case filterRefused(String)
    }

    private enum State: Hashable {
        case idle, waiting, awaitingConnack
        case subscribing(left: Set<UInt16>)
        case up
    }

    /// Filters of one packet.
    private static let batch = 64

    private var settings: Settings
    private var state = State.idle
    /// Counts connections.
    package private(set) var connection = 0
    /// Messages whose PUBACK may not have reached the broker.
    private var taken = MQTTRepeats()
    /// Ids that came on this connection.
    private var current: Set<UInt16> = []
    private var resumed = false
    private var batches: [UInt16: [String]] = [:]
    private var lastSent = Span.zero
    private var lastHeard = Span.zero
    private var pinged: Span?
    private var isHeld = false

    package init(_ settings: Settings) {
        self.settings = settings
    }

    package var isUp: Bool { state == .up }

    /// What the next connection is opened with; the secret may have changed.
    package mutating func use(_ connect: MQTTConnect) { settings.connect = connect }

    /// When `tick` is needed next, by uptime.
    package var deadline: Span? {
        switch state {
        case .idle, .waiting: nil
        case .awaitingConnack, .subscribing: lastHeard + settings.patience
        case .up: pinged.map { isHeld ? lastSent + keepAlive : $0 + settings.patience } ?? lastSent + keepAlive
        }
    }

    private var keepAlive: Span { .seconds(Int64(max(1, settings.connect.keepAlive)) * 3 / 4) }

    /// Asks for the first connection.
    package mutating func begin() -> [Action] {
        guard state == .idle else { return [] }
        state = .waiting
        return [.open(after: .zero)]
    }

    /// Takes what happened and says what to do.
    ///
    /// - Parameters:
    ///   - now: uptime.
    ///   - random: from 0 to 1, spreads the delays.
    package mutating func on(_ input: Input, at now: Span, random: Double = 0) -> [Action] {
        switch input {
        case .opened: return opened(now)
        case .packet(let packet): return take(packet, now, random)
        case .closed(let reason): return state == .idle ? [] : lose(reason + doubt, random)
        case .durable(let id, let connection): return acknowledge(id, connection, now)
        case .tick: return tick(now, random)
        case .held:
            isHeld = true
            return []
        case .goOn:
            isHeld = false
            lastHeard = now
            if pinged != nil { pinged = now }
            return []
        case .leave:
            let isOpen = state != .idle && state != .waiting
            state = .idle
            return isOpen ? [.send(.disconnect), .close] : [.close]
        }
    }

    /// What a connection that ends before the broker has accepted us lets one think.
    private var doubt: String {
        state == .awaitingConnack ? "; it was not accepted yet: is that an MQTT port, and with or without TLS as configured?" : ""
    }

    private mutating func opened(_ now: Span) -> [Action] {
        guard state == .waiting else { return [.close] }
        connection += 1
        current = []
        pinged = nil
        lastHeard = now
        lastSent = now
        state = .awaitingConnack
        return [.send(.connect(settings.connect))]
    }

    private mutating func take(_ packet: MQTTPacket, _ now: Span, _ random: Double) -> [Action] {
        guard state != .idle, state != .waiting else { return [] }
        lastHeard = now
        switch packet {
        case .connack(let present, let code): return connack(present, code, now, random)
        case .publish(let publish) where state != .awaitingConnack: return [.heard] + message(publish, random)
        case .suback(let id, let codes): return suback(id, codes)
        case .pingAnswer where state != .awaitingConnack:
            pinged = nil
            return [.heard]
        default: return hangUp("the broker sends what a subscriber never gets; it is no MQTT 3.1.1 broker", random)
        }
    }

    private mutating func connack(_ present: Bool, _ code: UInt8, _ now: Span, _ random: Double) -> [Action] {
        guard state == .awaitingConnack else { return hangUp("the broker accepts us twice", random) }
        guard code == 0 else {
            state = .waiting
            return [
                .close, .refused(settings.connect.refusal(code)), .open(after: settings.refusedRetry.next(random: random)),
            ]
        }
        resumed = present
        if !present { taken = MQTTRepeats() }
        batches = [:]
        for (index, start) in stride(from: 0, to: settings.filters.count, by: Self.batch).enumerated() {
            batches[UInt16(index + 1)] = Array(settings.filters[start...].prefix(Self.batch))
        }
        state = .subscribing(left: Set(batches.keys))
        lastSent = now
        return batches.sorted { $0.key < $1.key }.map { .send(.subscribe(id: $0.key, filters: $0.value)) }
    }

    private mutating func suback(_ id: UInt16, _ codes: [UInt8]) -> [Action] {
        guard case .subscribing(var left) = state, left.remove(id) != nil else { return [] }
        let refused = zip(batches[id] ?? [], codes).filter { $0.1 > 2 }.map { Action.filterRefused($0.0) }
        guard left.isEmpty else {
            state = .subscribing(left: left)
            return refused
        }
        state = .up
        settings.retry.reset()
        settings.refusedRetry.reset()
        return [.up(resumed: resumed)] + refused
    }

    /// Messages may come before the answer to SUBSCRIBE, from a session that the broker kept (3.8.4).
    private mutating func message(_ publish: MQTTPublish, _ random: Double) -> [Action] {
        guard publish.qos < 2 else { return hangUp("the broker sends QoS 2 on a subscription of QoS 1", random) }
        guard let id = publish.id else { return [.message(publish, isRepeat: false, connection: connection)] }
        let isRepeat = taken.take(publish, id)
        current.insert(id)
        return [.message(publish, isRepeat: isRepeat, connection: connection)]
    }

    private mutating func acknowledge(_ id: UInt16, _ connection: Int, _ now: Span) -> [Action] {
        guard connection == self.connection, current.remove(id) != nil else { return [] }
        lastSent = now
        return [.send(.puback(id))]
    }

    private mutating func tick(_ now: Span, _ random: Double) -> [Action] {
        switch state {
        case .idle, .waiting: return []
        case .awaitingConnack, .subscribing:
            guard now >= lastHeard + settings.patience else { return [] }
            return hangUp("the broker takes the connection and does not answer; is that an MQTT port?", random)
        case .up:
            if let pinged, !isHeld, now >= pinged + settings.patience {
                return hangUp("the broker does not answer our ping", random)
            }
            guard now >= lastSent + keepAlive else { return [] }
            if pinged == nil || isHeld { pinged = now }
            lastSent = now
            return [.send(.pingRequest)]
        }
    }

    private mutating func hangUp(_ reason: String, _ random: Double) -> [Action] {
        [.close] + lose(reason, random)
    }

    private mutating func lose(_ reason: String, _ random: Double) -> [Action] {
        state = .waiting
        current = []
        return [.lost(reason), .open(after: settings.retry.next(random: random))]
    }
}

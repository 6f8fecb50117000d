import Model

/// Knows the camera's states, and makes sights of alarms from its messages.
///
/// The key of a state is its topic with all Source and Key items. `Initialized` only says what is so; it never begins an
/// alarm, yet it ends one that was over before we were told. The same thing told under two topics of one class is one
/// alarm, under the topic that came first, and lasts until both are over.
package struct ONVIFStates: Sendable {
    struct Key: Hashable, Sendable {
        var topic: String
        var items: [ONVIFNotification.Item]
    }

    private struct Home: Hashable, Sendable {
        var channel: Int?
        var rawType: String
        var region: String?
    }

    private struct State: Sendable {
        /// Which alarm it belongs to while it lasts.
        var home: Home
        var isStale = false
    }

    /// More states at a time than any camera has; each new one is compared with all.
    private static let limit = 512

    /// The lasting states that began an alarm.
    private var active: [Key: State] = [:]
    /// The moment at which each alarm last began, with how often at that moment: ids must differ.
    private var begun: [Home: (time: String, count: Int)] = [:]

    package init() {}

    /// The subscription is a new one: what was known may be over.
    mutating func becomeStale() {
        for key in Array(active.keys) { active[key]?.isStale = true }
    }

    /// The sights in a message; none where it is state only.
    mutating func sightings(in message: ONVIFNotification, _ events: AlarmEvents, received: Timestamp) -> [AlarmSighting] {
        let reading = ONVIFMeaning(message, events)
        var sighting = AlarmSighting(
            channel: reading.channel, rawType: message.topic, region: reading.region,
            time: message.time?.rfc3339, received: received)
        sighting.target = reading.target
        sighting.description = message.rawTopic
        guard let operation = message.operation else { return pulse(sighting, message, reading) }
        let key = Key(topic: message.topic, items: message.source + message.key)
        switch operation {
        case .deleted: return end(key, sighting)
        case .initialized:
            guard reading.isActive == true else { return active[key] == nil ? [] : end(key, sighting) }
            return confirm(key, sighting)
        case .changed:
            guard let isActive = reading.isActive else { return pulse(sighting, message, reading) }
            return isActive ? begin(key, sighting, events) : end(key, sighting)
        }
    }

    /// An event without state; a state that is told without an operation and is not so tells the end of one.
    private mutating func pulse(
        _ sighting: AlarmSighting, _ message: ONVIFNotification, _ reading: ONVIFMeaning
    ) -> [AlarmSighting] {
        if reading.isActive == false {
            let key = Key(topic: message.topic, items: message.source + message.key)
            return active[key] == nil ? [] : end(key, sighting)
        }
        var momentary = sighting
        momentary.isMomentary = true
        if let time = message.time, time.isExact, time.moment != nil {
            // Two objects may cross a line in the same second; the same message sent again is one fact.
            momentary.identity = time.text + "/" + message.fingerprint
        }
        return [momentary]
    }

    private mutating func begin(_ key: Key, _ sighting: AlarmSighting, _ events: AlarmEvents) -> [AlarmSighting] {
        if active.count >= Self.limit { active.removeAll() }
        if begun.count >= Self.limit { begun.removeAll() }
        let known = active[key]?.home
        let home = known ?? home(of: sighting, events)
        let isNew = !active.values.contains { $0.home == home }
        active[key] = State(home: home)
        var sight = placed(sighting, home)
        sight.active = true
        if isNew { number(&sight, home) }
        return [sight]
    }

    /// `Initialized` and so: a state whose alarm lasts goes on.
    private mutating func confirm(_ key: Key, _ sighting: AlarmSighting) -> [AlarmSighting] {
        active[key]?.isStale = false
        return []
    }

    private mutating func end(_ key: Key, _ sighting: AlarmSighting) -> [AlarmSighting] {
        let home = active.removeValue(forKey: key)?.home
        var sight = home.map { placed(sighting, $0) } ?? sighting
        sight.active = false
        // The other topic, or another object in the same region, is still told as there.
        if let home, active.values.contains(where: { $0.home == home && !$0.isStale }) { return [] }
        return [sight]
    }

    /// The alarm that a state belongs to: of its own, or one of the same class under another topic that lasts.
    ///
    /// Two rules or inputs that are both named are two things.
    private func home(of sighting: AlarmSighting, _ events: AlarmEvents) -> Home {
        let own = Home(channel: sighting.channel, rawType: sighting.rawType, region: sighting.region)
        let name = events.meaning(of: sighting.rawType).name
        let others = active.values.lazy.map(\.home).filter {
            $0.channel == own.channel && $0.rawType != own.rawType && events.meaning(of: $0.rawType).name == name
                && ($0.region == own.region || $0.region == nil || own.region == nil)
        }
        return active.values.contains { $0.home == own } ? own : others.min { $0.rawType < $1.rawType } ?? own
    }

    private func placed(_ sighting: AlarmSighting, _ home: Home) -> AlarmSighting {
        var sight = sighting
        sight.channel = home.channel
        sight.rawType = home.rawType
        sight.region = home.region
        return sight
    }

    /// Tells alarms apart that begin at the same moment of a clock that counts seconds.
    private mutating func number(_ sight: inout AlarmSighting, _ home: Home) {
        guard let time = sight.time else { return }
        let count = begun[home].map { $0.time == time ? $0.count + 1 : 0 } ?? 0
        begun[home] = (time, count)
        if count > 0 { sight.ordinal = count }
    }
}

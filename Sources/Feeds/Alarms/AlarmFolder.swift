import Model

/// Folds the repeats of alarms into a start and a stop for each (channel, type, region).
///
/// Devices repeat an active alarm about once a second and many never say that it ended, so an alarm also ends when it
/// was not seen for the quiet time. Facts sent again after an outage are folded apart from what happens now.
package struct AlarmFolder: Sendable {
    private struct Key: Hashable {
        var channel: Int?
        var rawType: String
        var region: String?
        var isRetransmission: Bool
    }

    private struct Open {
        var first: AlarmSighting
        var last: AlarmSighting
        var seen: Span
        var repeats = 0
    }

    /// Alarms at a time that are folded; beyond them a device is talking nonsense, and each sight stands alone.
    private static let limit = 4096

    /// How long after the last sight an alarm counts as over.
    package let quiet: Span
    private var open: [Key: Open] = [:]
    /// Ends without a beginning that were reported; the device may repeat those, too.
    private var endedAlready: Set<Key> = []

    package init(quiet: Span = .seconds(5)) {
        self.quiet = quiet
    }

    /// When `tick` has something to do next, by uptime; it may turn out then that there is nothing yet.
    ///
    /// Kept rather than sought: repeats only move the end of an alarm away.
    package private(set) var deadline: Span?

    /// Takes a sight.
    ///
    /// - Parameter now: uptime.
    package mutating func on(_ sighting: AlarmSighting, at now: Span) -> [AlarmEdge] {
        if sighting.isMomentary || sighting.active == nil { return [single(.pulse, sighting)] }
        return sighting.active == true ? see(sighting, now) : end(sighting)
    }

    /// Ends what was not seen for the quiet time.
    package mutating func tick(at now: Span) -> [AlarmEdge] {
        let over = open.filter { $0.value.seen.microseconds + quiet.microseconds <= now.microseconds }
        let edges = over.sorted { $0.value.seen < $1.value.seen }.compactMap { close($0.key, last: nil) }
        deadline = open.values.min { $0.seen < $1.seen }.map { end(of: $0.seen) }
        return edges
    }

    private func end(of seen: Span) -> Span { Span(microseconds: seen.microseconds + quiet.microseconds) }

    /// Begins every quiet time anew: we could not hear the repeats.
    package mutating func touch(at now: Span) {
        for key in Array(open.keys) { open[key]?.seen = now }
    }

    /// Whether an alarm of that channel and type lasts.
    package func isOpen(channel: Int?, rawType: String) -> Bool {
        open.keys.contains { $0.channel == channel && $0.rawType == rawType }
    }

    private mutating func see(_ sighting: AlarmSighting, _ now: Span) -> [AlarmEdge] {
        let key = key(of: sighting)
        // A sight without region repeats whatever lasts of its kind.
        let repeated = open[key] != nil ? [key] : sighting.region == nil ? openKeys(like: key) : []
        if !repeated.isEmpty {
            for key in repeated {
                open[key]?.seen = now
                open[key]?.last = sighting
                open[key]?.repeats += 1
            }
            return []
        }
        guard open.count < Self.limit else { return [single(.pulse, sighting)] }
        endedAlready.remove(key)
        open[key] = Open(first: sighting, last: sighting, seen: now)
        if deadline == nil { deadline = end(of: now) }
        return [single(.start, sighting)]
    }

    private mutating func end(_ sighting: AlarmSighting) -> [AlarmEdge] {
        let key = key(of: sighting)
        var keys = sighting.region == nil ? openKeys(like: key) : [key].filter { open[$0] != nil }
        if keys.isEmpty, sighting.region != nil {
            var whole = key
            whole.region = nil
            if open[whole] != nil { keys = [whole] }
        }
        guard keys.isEmpty else { return keys.compactMap { close($0, last: sighting) } }
        // It began before we listened.
        if endedAlready.count >= Self.limit { endedAlready.removeAll() }
        return endedAlready.insert(key).inserted ? [single(.stop, sighting)] : []
    }

    private mutating func close(_ key: Key, last: AlarmSighting?) -> AlarmEdge? {
        guard let closed = open.removeValue(forKey: key) else { return nil }
        if endedAlready.count < Self.limit { endedAlready.insert(key) }
        return AlarmEdge(state: .stop, first: closed.first, last: last ?? closed.last, repeats: closed.repeats)
    }

    private func openKeys(like key: Key) -> [Key] {
        open.keys.filter {
            $0.channel == key.channel && $0.rawType == key.rawType && $0.isRetransmission == key.isRetransmission
        }.sorted { ($0.region ?? "") < ($1.region ?? "") }
    }

    private func key(of sighting: AlarmSighting) -> Key {
        Key(
            channel: sighting.channel, rawType: sighting.rawType, region: sighting.region,
            isRetransmission: sighting.isRetransmission)
    }

    private func single(_ state: CameraAlarm.State, _ sighting: AlarmSighting) -> AlarmEdge {
        AlarmEdge(state: state, first: sighting, last: sighting, repeats: 0)
    }
}

import Model

/// Folds the updates of Frigate's objects into a start and a stop for each, by the object's own id.
///
/// Several objects of one kind last at the same time, so the folding by kind that cameras need would lose some. An object
/// that is not updated for the quiet time is over too: a Frigate that was restarted never tells its end.
struct FrigateFolder {
    private struct Open {
        var first: AlarmSighting
        var last: AlarmSighting
        var seen: Span
        var repeats = 0
    }

    /// Objects at a time; beyond them each sight begins its object anew, which the same id makes no second fact.
    private static let limit = 4096
    let quiet: Span
    private var open: [String: Open] = [:]
    /// When `tick` is wanted; updates only move an end away, so there may be nothing to do then.
    private(set) var deadline: Span?

    init(quiet: Span) {
        self.quiet = quiet
    }

    mutating func on(_ sighting: AlarmSighting, at now: Span) -> [AlarmEdge] {
        guard let id = sighting.identity else { return [] }
        let known = open[id]
        if sighting.active == false { return end(id, known, sighting) }
        guard let known, known.first.rawType == sighting.rawType else {
            return (known.map { end(id, $0, sighting) } ?? []) + begin(id, sighting, now)
        }
        open[id]?.last = sighting
        open[id]?.seen = now
        open[id]?.repeats += 1
        return []
    }

    /// Ends what was not seen for the quiet time.
    mutating func tick(at now: Span) -> [AlarmEdge] {
        let over = open.filter { $0.value.seen + quiet <= now }.sorted { $0.value.seen < $1.value.seen }
        let edges = over.flatMap { end($0.key, $0.value, $0.value.last) }
        deadline = open.values.map(\.seen).min().map { $0 + quiet }
        return edges
    }

    private mutating func begin(_ id: String, _ sighting: AlarmSighting, _ now: Span) -> [AlarmEdge] {
        if open.count < Self.limit {
            open[id] = Open(first: sighting, last: sighting, seen: now)
            if deadline == nil { deadline = now + quiet }
        }
        return [AlarmEdge(state: .start, first: sighting, last: sighting, repeats: 0)]
    }

    private mutating func end(_ id: String, _ known: Open?, _ sighting: AlarmSighting) -> [AlarmEdge] {
        open[id] = nil
        guard let known else { return [AlarmEdge(state: .stop, first: sighting, last: sighting, repeats: 0)] }
        return [AlarmEdge(state: .stop, first: known.first, last: sighting, repeats: known.repeats)]
    }
}

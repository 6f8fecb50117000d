import Model

/// Arrivals in the order in which they go out; a place may be kept for one that is not ready.
struct Outbox {
    private enum Place {
        case ready(Arrival)
        /// Kept for an arrival that waits for its picture.
        case reserved(Int)
        /// Somebody waits until everything before this place is durable.
        case barrier(DeviceFeed.Settled)
    }

    private var places: [Place] = []
    private var lastNumber = 0

    var count: Int { places.count }

    mutating func add(_ arrival: Arrival) {
        places.append(.ready(arrival))
    }

    /// Calls back when everything added so far is durable.
    mutating func addBarrier(_ settled: @escaping DeviceFeed.Settled) {
        places.append(.barrier(settled))
    }

    /// Keeps the next place, to be filled later.
    mutating func reserve() -> Int {
        lastNumber += 1
        places.append(.reserved(lastNumber))
        return lastNumber
    }

    mutating func fill(_ number: Int, with arrival: Arrival) {
        if let index = index(of: number) { places[index] = .ready(arrival) }
    }

    /// Gives a kept place up.
    mutating func drop(_ number: Int) {
        if let index = index(of: number) { places.remove(at: index) }
    }

    private func index(of number: Int) -> Int? {
        places.firstIndex { if case .reserved(number) = $0 { true } else { false } }
    }

    /// The next arrivals that may go out, and how many places they and the barriers between them take.
    func next(upTo limit: Int) -> (arrivals: [Arrival], places: Int) {
        var arrivals: [Arrival] = []
        var count = 0
        for place in places {
            if case .reserved = place { break }
            if case .ready(let arrival) = place {
                guard arrivals.count < limit else { break }
                arrivals.append(arrival)
            }
            count += 1
        }
        return (arrivals, count)
    }

    /// Takes places out whose arrivals are durable, and gives those who wait for that.
    mutating func removeFirst(_ count: Int) -> [DeviceFeed.Settled] {
        defer { places.removeFirst(count) }
        return places.prefix(count).compactMap { if case .barrier(let settled) = $0 { settled } else { nil } }
    }

    /// Gives everybody who still waits; nothing of theirs will be durable any more.
    mutating func abandon() -> [DeviceFeed.Settled] {
        removeFirst(places.count)
    }
}

import Model

/// Arrivals in the order in which they go out; a place may be kept for one that is not ready.
struct Outbox {
    private enum Place {
        case ready(Arrival)
        /// Kept for an arrival that waits for its picture.
        case reserved(Int)
    }

    private var places: [Place] = []
    private var lastNumber = 0

    var count: Int { places.count }

    mutating func add(_ arrival: Arrival) {
        places.append(.ready(arrival))
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

    /// The next arrivals that may go out.
    func next(upTo limit: Int) -> [Arrival] {
        var arrivals: [Arrival] = []
        for place in places.prefix(limit) {
            guard case .ready(let arrival) = place else { break }
            arrivals.append(arrival)
        }
        return arrivals
    }

    mutating func removeFirst(_ count: Int) {
        places.removeFirst(count)
    }
}

import Foundation

/// The numbers of a fuzz test's inputs, from 0: as many as `PATROLD_FUZZ` says, or for `PATROLD_FUZZ_SECONDS`, or 20,000.
package struct FuzzInputs: Sequence, IteratorProtocol {
    private let count: Int
    private let end: ContinuousClock.Instant?
    private var number = 0

    /// - Parameter share: for inputs that take that many times as long as others.
    package init(share: Int = 1) {
        let environment = ProcessInfo.processInfo.environment
        let asked = environment["PATROLD_FUZZ"].flatMap { Int($0) }
        let seconds = environment["PATROLD_FUZZ_SECONDS"].flatMap { Double($0) }
        count = (asked ?? (seconds == nil ? 20_000 : .max)) / share
        end = asked == nil ? seconds.map { ContinuousClock.now + .seconds($0 / Double(share)) } : nil
    }

    package mutating func next() -> Int? {
        guard number < count else { return nil }
        // The clock is looked at now and then: an input takes microseconds.
        if number % 64 == 63, let end, ContinuousClock.now >= end { return nil }
        defer { number += 1 }
        return number
    }
}

import Foundation

/// Polls until a condition holds, or gives up after a limit; tests wait with it and never by sleeping.
package func eventually(
    within seconds: Double = 60, every interval: Double = 0.01, _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let limit = Date(timeIntervalSinceNow: seconds)
    while true {
        if try await condition() { return true }
        if Date() > limit { return false }
        try? await Task.sleep(nanoseconds: UInt64(interval * 1_000_000_000))
    }
}

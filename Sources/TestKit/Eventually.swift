/// Polls until a condition holds, or gives up after a limit; tests wait with it and never by sleeping.
///
/// - Parameter seconds: time in which the test itself came to run: where a busy machine lets it or its condition wait, each
///   look counts as a second at most, because what is waited for had to wait as well.
package func eventually(
    within seconds: Double = 60, every interval: Double = 0.01, _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let clock = ContinuousClock()
    let longest = Duration.seconds(interval + 1)
    var spent = Duration.zero
    while true {
        let begun = clock.now
        // Looked at once more after the limit, so that a test that was held up right at the end still sees it.
        let isLast = spent > .seconds(seconds)
        if try await condition() { return true }
        if isLast { return false }
        try? await Task.sleep(for: .seconds(interval))
        spent += min(clock.now - begun, longest)
    }
}

import Feeds
import Model
import Synchronization

/// Passwords that are handed out one after the other, the last for ever.
final class PasswordsInTurn: Sendable {
    private let left: Mutex<[String]>

    init(_ secrets: [String]) { left = Mutex(secrets) }

    func next() -> String { left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
}

/// A camera that does what a test wants, and remembers what it was asked.
final class ScriptedCamera: CameraControl {
    struct State {
        var asked: [String] = []
        var turning: DeviceProblem?
        var picturing: DeviceProblem?
        /// Sent by `snapshot` one after the other, the last for ever; nothing means a new picture each time.
        var pictures: [[UInt8]] = []
        var pictureCount = 0
        /// Orders stay unanswered until it is unset.
        var hangs = false
        var atOnce = 0
        var mostAtOnce = 0
    }

    let state = Mutex(State())

    var asked: [String] { state.withLock { $0.asked } }

    func set(_ change: @Sendable (inout State) -> Void) { state.withLock { change(&$0) } }

    func go(to preset: String) async throws(DeviceProblem) {
        try await ask("go \(preset)") { $0.turning }
    }

    func snapshot() async throws(DeviceProblem) -> [UInt8] {
        try await ask("picture") { $0.picturing }
        return state.withLock { state in
            state.pictureCount += 1
            if !state.pictures.isEmpty { return state.pictures.count > 1 ? state.pictures.removeFirst() : state.pictures[0] }
            return Self.picture(state.pictureCount)
        }
    }

    private func ask(
        _ what: String, _ problem: @Sendable (State) -> DeviceProblem?
    ) async throws(DeviceProblem) {
        state.withLock { state in
            state.asked.append(what)
            state.atOnce += 1
            state.mostAtOnce = max(state.mostAtOnce, state.atOnce)
        }
        while state.withLock({ $0.hangs }) { try? await Task.sleep(nanoseconds: 1_000_000) }
        let problem = state.withLock { state in
            state.atOnce -= 1
            return problem(state)
        }
        if let problem { throw problem }
    }

    func facts() async throws(DeviceProblem) -> DeviceFacts { DeviceFacts() }
    func presets() async throws(DeviceProblem) -> [Preset] { [] }
    func tours() async throws(DeviceProblem) -> [Preset] { [] }
    func startTour(_ tour: String) async throws(DeviceProblem) {}
    func stopTour(_ tour: String) async throws(DeviceProblem) {}

    /// A file that begins and ends as a JPEG does.
    static func picture(_ number: Int, bytes: Int = 2000) -> [UInt8] {
        [0xFF, 0xD8] + (0..<max(0, bytes - 4)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ number) } + [0xFF, 0xD9]
    }
}

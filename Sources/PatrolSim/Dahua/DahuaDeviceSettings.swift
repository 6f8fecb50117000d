import Model
import Platform

/// What a simulated Dahua device is and how it behaves when nothing is wrong with it.
package struct DahuaDeviceSettings: Sendable {
    /// What `getMachineName` tells.
    package var name: String
    /// The only account.
    package var user: String
    package var password: String
    /// 0 takes any free port.
    package var port = 0
    package var model = "SD-6C3432XB"
    package var serial: String
    package var firmware = "2.840.0000000.22.R,build:2021-05-20"
    /// How many channels there are.
    package var channels = 1
    /// Overrides the heartbeat that the client asks for.
    package var heartbeat: Span?
    /// Number and name.
    package var presets: [(number: Int, name: String)] = [(1, "Gate"), (2, "Street")]
    package var tours: [(number: Int, name: String)] = [(1, "Round")]
    package var zone = Zone.shanghai
    package var triesUntilLocked = 5
    package var lockedFor: Span = .minutes(30)
    /// The device's own clock.
    package var clock: @Sendable () -> Timestamp

    package init(
        name: String, user: String = "admin", password: String,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(microseconds: SystemClock.realtimeMicroseconds()) }
    ) {
        self.name = name
        self.user = user
        self.password = password
        self.clock = clock
        serial = "SIM" + name.uppercased().filter { $0.isLetter || $0.isNumber } + "PAQ0001"
    }
}

/// What a Dahua device did since it was started.
package struct DahuaTally: Hashable, Sendable {
    /// Streams opened, over all time.
    package var streams = 0
    /// What each of them attached to, brackets left out.
    package var attached: [String] = []
    /// Events put on streams, one for each stream.
    package var sent = 0
    /// 401 answers, challenges included.
    package var refused = 0
    /// Whether wrong passwords ever locked it.
    package var wasLocked = false
    /// PTZ orders as `GotoPreset 0 2 0 @0`.
    package var orders: [String] = []
    package var snapshots = 0
}

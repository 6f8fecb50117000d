import Dispatch
import Glibc
import Model
import Platform
import Synchronization

/// Many cameras on one port, each telling of distinct alarms at a steady rate; it counts what was really written.
///
/// Every alarm is a fact of its own: it starts and stops on a region that rotates. The cameras take turns within an
/// interval, so that the load is even.
package final class LoadRun: Sendable {
    private struct State {
        var ticker: Ticker?
        /// Uptime at which `progress` was 0.
        var began = Span.zero
        /// Parts that each camera should have told until now; a camera's own phase comes on top.
        var progress = 0.0
        var tellers: [LoadTeller]
    }

    /// The cameras themselves.
    package let server: ISAPICameraServer
    /// For the configuration, `load-1` and so on.
    package let cameras: [SimulatedCamera]
    private let rate: Double
    private let queue = DispatchQueue(label: "patrold.sim.load")
    private let state: Mutex<State>

    /// Starts the cameras; alarms begin with `begin`.
    ///
    /// - Parameters:
    ///   - rate: alarm parts (starts and stops) a second for each camera.
    ///   - heartbeat: as the cameras send it; nothing for none.
    /// - Throws: the system's error for the port.
    package static func start(
        cameras count: Int, rate: Double, port: Int = 0, heartbeat: Span? = .seconds(10)
    ) async throws -> LoadRun {
        raiseDescriptorLimit()
        let settings = (1...max(1, count)).map { number in
            var settings = ISAPICameraSettings(name: "load-\(number)", password: "load", channelName: "负载\(number)")
            settings.heartbeat = heartbeat
            settings.keepsSentAlarms = false
            settings.backlogLimit = 1 << 20
            return settings
        }
        return LoadRun(server: try await ISAPICameraServer.start(settings, layout: .onePort(port)), rate: rate)
    }

    private init(server: ISAPICameraServer, rate: Double) {
        self.server = server
        self.rate = rate
        cameras = SimulatedCity.described(server)
        state = Mutex(State(tellers: Array(repeating: LoadTeller(), count: server.cameras.count)))
    }

    /// How many cameras have a listener.
    package var heard: Int { server.cameras.count { $0.openStreams > 0 } }

    /// Alarm parts written to sockets in full, over all streams.
    package var written: Int { server.cameras.reduce(0) { $0 + $1.tally.written } }

    /// Alarm parts that readers were too slow for.
    package var dropped: Int { server.cameras.reduce(0) { $0 + $1.tally.dropped } }

    /// Lets the alarms flow until `pause`.
    package func begin() {
        // The beginning is set before the first tick can read it.
        state.withLock { state in
            let now = SystemClock.uptimeMicroseconds()
            state.began = Span(microseconds: now - Int64(state.progress / rate * 1_000_000))
        }
        let ticker = Ticker(on: queue, first: .zero, every: .milliseconds(20)) { [weak self] in self?.tick() }
        state.withLock { $0.ticker = ticker }
    }

    /// No alarm is told any more; `begin` goes on where it stopped.
    package func pause() {
        let ticker = state.withLock { state in
            defer { state.ticker = nil }
            return state.ticker
        }
        ticker?.cancel()
    }

    /// Pauses and switches the cameras off.
    package func stop() async {
        pause()
        await server.stop()
    }

    /// Tells so many more parts of every camera now, whatever the rate; for tests that want a given number.
    package func tell(_ count: Int) {
        let alarms = state.withLock { state in
            Self.alarms(&state, until: state.progress + Double(count), phased: false)
        }
        send(alarms)
    }

    private func tick() {
        dispatchPrecondition(condition: .onQueue(queue))
        let now = SystemClock.uptimeMicroseconds()
        let alarms = state.withLock { state in
            let progress = Double(now - state.began.microseconds) / 1_000_000 * rate
            return Self.alarms(&state, until: max(progress, state.progress), phased: true)
        }
        send(alarms)
    }

    /// Each camera's parts between the progress so far and the new one.
    private static func alarms(_ state: inout State, until progress: Double, phased: Bool) -> [[SimAlarm]] {
        let before = state.progress
        let now = Timestamp(microseconds: SystemClock.realtimeMicroseconds())
        state.progress = progress
        let count = Double(state.tellers.count)
        return state.tellers.indices.map { index in
            let phase = phased ? Double(index) / count : 0
            let due = Int(progress + phase) - Int(before + phase)
            return (0..<max(0, due)).map { _ in state.tellers[index].next(at: now) }
        }
    }

    private func send(_ alarms: [[SimAlarm]]) {
        for (camera, own) in zip(server.cameras, alarms) where !own.isEmpty { camera.burst(own) }
    }

    /// A stream is a descriptor on each side: takes what the system allows.
    static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

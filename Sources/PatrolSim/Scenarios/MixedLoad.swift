import Dispatch
import Model
import Platform
import Synchronization

/// Many cameras of mixed protocols, each with one alarm in a while; it counts what it told.
///
/// Of a hundred cameras 35 speak ISAPI, 20 ONVIF, 20 GB/T 28181, 15 Dahua, 5 GA/T 1400 and 5 MQTT. Every alarm is a
/// momentary fact of its own, so that each is one event of the journal.
package final class MixedLoad: Sendable {
    private struct State {
        var ticker: Ticker?
        var told = 0
        var began = Span.zero
    }

    package let cameras: [SimulatedCamera]
    package let brokerPort: Int?
    private let tellers: [@Sendable (_ number: Int) -> Void]
    private let ends: [@Sendable () async -> Void]
    private let every: Span
    private let queue = DispatchQueue(label: "patrold.sim.mixed")
    private let state = Mutex(State())

    /// How many cameras speak which protocol, by the adapter's word.
    package static func mix(of count: Int) -> [String: Int] {
        var mix = ["onvif": 20, "gb28181": 20, "dahua": 15, "ga1400": 5, "mqtt": MosquittoBroker.isInstalled ? 5 : 0]
        mix = mix.mapValues { count * $0 / 100 }
        mix["isapi"] = count - mix.values.reduce(0, +)
        return mix
    }

    /// Starts the cameras; alarms begin with `begin`.
    ///
    /// - Parameters:
    ///   - mix: adapter → how many; see `mix(of:)`.
    ///   - every: between two alarms of one camera.
    ///   - folder: for the broker's files.
    /// - Throws: `SystemError` for a folder or a port, the system's error for a server.
    package static func start(
        _ mix: [String: Int], every: Span, folder: String, doors: SevenWays.Doors
    ) async throws -> MixedLoad {
        LoadRun.raiseDescriptorLimit()
        var builder = MixedLoadBuilder(folder: folder, doors: doors)
        try await builder.addISAPI(mix["isapi"] ?? 0)
        try await builder.addONVIF(mix["onvif"] ?? 0)
        builder.addGB28181(mix["gb28181"] ?? 0)
        try await builder.addDahua(mix["dahua"] ?? 0)
        builder.addGA1400(mix["ga1400"] ?? 0)
        try await builder.addMQTT(mix["mqtt"] ?? 0)
        return MixedLoad(builder, every: every)
    }

    private init(_ builder: MixedLoadBuilder, every: Span) {
        cameras = builder.cameras
        brokerPort = builder.brokerPort
        tellers = builder.tellers
        ends = builder.ends
        self.every = every
    }

    /// Alarms that were told so far.
    package var told: Int { state.withLock { $0.told } }

    /// Lets the alarms flow until `pause`; the cameras take turns, so that the load is even.
    package func begin() {
        state.withLock { $0.began = Span(microseconds: SystemClock.uptimeMicroseconds()) }
        let ticker = Ticker(on: queue, first: .zero, every: .milliseconds(20)) { [weak self] in self?.tick() }
        state.withLock { $0.ticker = ticker }
    }

    package func pause() {
        state.withLock { $0.ticker.take() }?.cancel()
    }

    package func stop() async {
        pause()
        for end in ends { await end() }
    }

    private func tick() {
        dispatchPrecondition(condition: .onQueue(queue))
        let now = SystemClock.uptimeMicroseconds()
        let due = state.withLock { state in
            let progress = Double(now - state.began.microseconds) / Double(every.microseconds)
            let first = state.told
            state.told = max(first, Int(progress * Double(tellers.count)))
            return first..<state.told
        }
        for number in due { tellers[number % tellers.count](number / tellers.count) }
    }
}

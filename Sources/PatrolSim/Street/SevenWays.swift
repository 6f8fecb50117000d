import Dispatch
import Model
import Platform

/// Seven cameras on Kundulun's streets that speak seven different ways: ISAPI read and posted, ONVIF, Dahua,
/// GB/T 28181, GA/T 1400 and MQTT through a real broker.
package final class SevenWays: Sendable {
    /// Where the daemon will be found by the cameras that call it.
    package struct Doors: Sendable {
        /// Port of its HTTP on 127.0.0.1.
        package var http: Int
        /// Port of its SIP on 127.0.0.1.
        package var sip: Int

        package init(http: Int, sip: Int) {
            self.http = http
            self.sip = sip
        }
    }

    /// Our own identities, as the configuration has to name them.
    package static let sipCode = "15020300002000000001"
    package static let libraryCode = "15020300005030000001"

    /// For the configuration, `cam-1` to `cam-7`; six where no mosquitto is installed.
    package let cameras: [SimulatedCamera]
    /// Of the broker, nothing where no mosquitto is installed.
    package let brokerPort: Int?
    private let street: [any StreetCamera]
    private let ends: [@Sendable () async -> Void]
    private let tickers: [Ticker]

    /// Starts all cameras; those that call begin at once and try until the daemon is there.
    ///
    /// - Parameters:
    ///   - folder: for the broker's files.
    ///   - perMille: alarms that begin in a thousand seconds, for each camera.
    /// - Throws: `SystemError` for a folder or a port, the system's error for a server.
    package static func start(folder: String, seed: UInt64, doors: Doors, perMille: Int) async throws -> SevenWays {
        var builder = SevenWaysBuilder(folder: folder, doors: doors)
        try await builder.addHikvision()
        try await builder.addONVIF()
        try await builder.addDahua()
        builder.addGB28181()
        builder.addGA1400()
        try await builder.addFrigate()
        return SevenWays(builder, seed: seed, perMille: perMille)
    }

    private init(_ builder: SevenWaysBuilder, seed: UInt64, perMille: Int) {
        cameras = builder.cameras
        brokerPort = builder.brokerPort
        street = builder.street
        ends = builder.ends
        let queue = DispatchQueue(label: "patrold.sim.street")
        guard perMille > 0 else {
            tickers = []
            return
        }
        tickers = builder.street.enumerated().map { index, camera in
            let player = StreetPlayer(CameraScript(seed: seed &+ UInt64(index), beginsPerMille: perMille), camera)
            return Ticker(on: queue, first: .milliseconds(Int64(index) * 140), every: .seconds(1)) { player.step() }
        }
    }

    /// Tells of an alarm at one camera, whatever it speaks; 0 is the first.
    package func see(_ alarm: SimAlarm, at index: Int) { street[index].see(alarm) }

    /// Stops everything.
    package func stop() async {
        for ticker in tickers { ticker.cancel() }
        for camera in street { await camera.stop() }
        for end in ends { await end() }
    }
}

/// Plays a script on a camera, one step at a call.
///
/// `@unchecked Sendable`: stepped on one serial queue only.
private final class StreetPlayer: @unchecked Sendable {
    private var script: CameraScript
    private let camera: any StreetCamera

    init(_ script: CameraScript, _ camera: any StreetCamera) {
        self.script = script
        self.camera = camera
    }

    func step() {
        for alarm in script.step() { camera.see(alarm) }
    }
}

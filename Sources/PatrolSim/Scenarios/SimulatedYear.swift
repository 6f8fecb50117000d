import Model
import Platform

/// The demonstration year on the wire: its files in a folder, its cameras' alarms on real streams.
package final class SimulatedYear: Sendable {
    /// What it plays.
    package let year: DemonstrationYear
    /// The cameras themselves.
    package let server: ISAPICameraServer
    /// For the configuration, `cam-1` to `cam-7`.
    package let cameras: [SimulatedCamera]
    /// Where `complaints-<channel>.csv` and `register-<kind>.csv` are.
    package let dataFolder: String
    /// Where the recordings are.
    package let spoolFolder: String

    /// Writes the data under `<folder>/year` and starts the seven cameras; recordings come with `dropRecordings`.
    ///
    /// - Throws: `SystemError` for a folder, the system's error for a port.
    package static func start(folder: String, seed: UInt64 = 2021, ports: [Int] = []) async throws -> SimulatedYear {
        let year = DemonstrationYear(seed: seed)
        try year.write(to: folder + "/year")
        try Files.makeFolder(folder + "/spool/recorder-1")
        let settings = SimulatedCity.cameraSettings(ports: ports, clock: { YearTime.lastSecond })
        let server = try await ISAPICameraServer.start(settings)
        return SimulatedYear(
            year: year, server: server, dataFolder: folder + "/year", spoolFolder: folder + "/spool/recorder-1")
    }

    private init(year: DemonstrationYear, server: ISAPICameraServer, dataFolder: String, spoolFolder: String) {
        self.year = year
        self.server = server
        self.dataFolder = dataFolder
        self.spoolFolder = spoolFolder
        cameras = SimulatedCity.described(server)
    }

    /// Drops the year's recordings into the spool folder.
    ///
    /// - Throws: `SystemError` where the folder takes no file.
    package func dropRecordings() throws {
        try year.writeRecordings(to: spoolFolder)
    }

    /// Sends every camera's year to whoever listens; call it when each camera has its stream.
    ///
    /// - Returns: how many parts were sent.
    @discardableResult
    package func streamAlarms() -> Int {
        for (camera, alarms) in zip(server.cameras, year.cameras) { camera.burst(alarms) }
        return year.cameras.reduce(0) { $0 + $1.count }
    }

    /// Whether each camera has an open stream.
    package var isHeard: Bool { server.cameras.allSatisfy { $0.openStreams > 0 } }

    /// Switches the cameras off; files stay where they are.
    package func stop() async {
        await server.stop()
    }
}

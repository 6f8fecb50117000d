import Model
import Platform

/// A small city on loopback: seven cameras on Kundulun's streets, one telephone recorder, seven complaint channels.
package final class SimulatedCity: Sendable {
    /// Where the seven cameras hang.
    package static let places = [
        "钢铁大街与白云路口", "阿尔丁大街与友谊大街口", "民族东路文化广场", "青年路步行街", "林荫路农贸市场", "白云路第二小学", "友谊大街汽车站",
    ]

    /// The cameras themselves, in the same order, where all are Hikvision's.
    package let server: ISAPICameraServer?
    /// The cameras themselves where each speaks another way.
    package let ways: SevenWays?
    /// The telephone recorder.
    package let recorder: RecorderSimulator
    /// The seven complaint channels.
    package let channels: ChannelSimulator
    /// The servers of those that have one; nothing where all write files.
    package let servers: ChannelServers?
    /// For the configuration, `cam-1` to `cam-7`.
    package let cameras: [SimulatedCamera]

    /// Folder into which the recorder drops its files.
    package var spoolFolder: String { recorder.folder }
    /// Folder into which the channels write their files.
    package var channelFolder: String { channels.folder }

    /// Starts everything; files go to `<folder>/spool/recorder-1` and `<folder>/channels`.
    ///
    /// - Parameters:
    ///   - ports: of the cameras in order; those left out are any free ones.
    ///   - doors: where the daemon will be; then the cameras speak seven different ways, the channels have their servers and
    ///     the exchange posts its calls; else all cameras are Hikvision's, and the channels write files.
    /// - Throws: `SystemError` for a folder, the system's error for a port.
    package static func start(
        folder: String, seed: UInt64, ports: [Int] = [], doors: SevenWays.Doors? = nil, pace: Pace = Pace(),
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(microseconds: SystemClock.realtimeMicroseconds()) }
    ) async throws -> SimulatedCity {
        let recorder = try RecorderSimulator(folder: folder + "/spool/recorder-1", seed: seed &+ 1, clock: clock)
        var servers: ChannelServers?
        if doors != nil { servers = try await ChannelServers.start() }
        let channels = try ChannelSimulator(folder: folder + "/channels", seed: seed &+ 2, servers: servers, clock: clock)
        let city: SimulatedCity
        if let doors {
            let ways = try await SevenWays.start(
                folder: folder, seed: seed &+ 10, doors: doors, perMille: pace.alarmsPerMille)
            city = SimulatedCity(ways: ways, recorder: recorder, channels: channels, servers: servers)
        } else {
            let server = try await ISAPICameraServer.start(cameraSettings(ports: ports, clock: clock))
            city = SimulatedCity(server: server, recorder: recorder, channels: channels)
            for (index, camera) in server.cameras.enumerated() where pace.alarmsPerMille > 0 {
                camera.play(CameraScript(seed: seed &+ 10 &+ UInt64(index), beginsPerMille: pace.alarmsPerMille))
            }
        }
        if let every = pace.recordings { recorder.start(every: every, exchange: doors.map { exchange(at: $0) }) }
        if let every = pace.channelFiles { channels.start(every: every) }
        return city
    }

    /// The exchange's token for its call records.
    package static let exchangeToken = "sim-exchange"

    private static func exchange(at doors: SevenWays.Doors) -> PBXSimulator {
        PBXSimulator(
            to: "127.0.0.1", port: doors.http, path: "/push/calls/recorder-1", authorization: "Bearer " + exchangeToken,
            retryEvery: .seconds(1), tries: 60)
    }

    private init(
        server: ISAPICameraServer? = nil, ways: SevenWays? = nil, recorder: RecorderSimulator, channels: ChannelSimulator,
        servers: ChannelServers? = nil
    ) {
        self.servers = servers
        self.server = server
        self.ways = ways
        self.recorder = recorder
        self.channels = channels
        cameras = ways?.cameras ?? server.map { Self.described($0) } ?? []
    }

    /// Stops the devices; files stay where they are.
    package func stop() async {
        recorder.stop()
        channels.stop()
        await servers?.stop()
        await server?.stop()
        await ways?.stop()
    }

    /// Settings of the seven cameras; each has a password of its own.
    static func cameraSettings(ports: [Int], clock: @escaping @Sendable () -> Timestamp) -> [ISAPICameraSettings] {
        places.enumerated().map { index, place in
            ISAPICameraSettings(
                name: "cam-\(index + 1)", password: "sim-cam-\(index + 1)", channelName: place,
                port: index < ports.count ? ports[index] : 0, clock: clock)
        }
    }

    static func described(_ server: ISAPICameraServer) -> [SimulatedCamera] {
        server.cameras.enumerated().map { index, camera in
            SimulatedCamera(
                name: camera.settings.name, place: camera.settings.channelName, port: server.ports[index],
                url: server.url(index), user: camera.settings.user, password: camera.settings.password)
        }
    }
}

extension SimulatedCity {
    /// How busy the city is; nothing stands still by default.
    package struct Pace: Hashable, Sendable {
        /// Alarms that begin in a thousand seconds, for each camera.
        package var alarmsPerMille = 60
        /// How often the recorder drops a file; nothing for never.
        package var recordings: Span? = .seconds(7)
        /// How often one of the channels tells something; nothing for never.
        package var channelFiles: Span? = .seconds(20)

        package init(alarmsPerMille: Int = 60, recordings: Span? = .seconds(7), channelFiles: Span? = .seconds(20)) {
            self.alarmsPerMille = alarmsPerMille
            self.recordings = recordings
            self.channelFiles = channelFiles
        }
    }
}

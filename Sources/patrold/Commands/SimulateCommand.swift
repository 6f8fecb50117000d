import ArgumentParser
import Dispatch
import Glibc
import Model
import PatrolSim
import Platform

/// `patrold simulate SCENARIO`: devices that do not exist, speaking the real protocols on loopback.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Simulated cameras, recorder and channels on loopback. 模拟设备。",
        discussion: """
            city  seven cameras that speak seven ways, a telephone recorder and its exchange, and the complaint channels
                  with their servers, until stopped
            year  the year 2021: files in FOLDER/year, alarms and recordings once the daemon listens
            load  many cameras on one port at a steady rate
            mixed many cameras of six protocols, or of one, each with its alarms at a steady rate
            Each writes FOLDER/patrold.yaml, a configuration for a daemon that listens to them.
            """)

    enum Scene: String, ExpressibleByArgument, CaseIterable {
        case city, year, load, mixed
    }

    @Argument(help: "city, year, load or mixed")
    var scene: Scene
    @Option(name: .long, help: "Folder for configuration, secrets, files and data. 目录。")
    var folder = "patrold-demo"
    @Option(name: .long, help: "Same seed, same devices. 随机种子。")
    var seed: UInt64 = 2021
    @Option(name: .long, help: "load, mixed: how many cameras. 探头数。")
    var cameras = 200
    @Option(name: .long, help: "load, mixed: alarms a second and camera. 每秒报警数。")
    var rate = 10.0
    @Option(name: .long, help: "mixed: one adapter only, such as onvif. 只用一种协议。")
    var only: String?
    @Option(name: .long, help: "HTTP address of the daemon to be; port 0 lets the system choose. 监听地址。")
    var http = "127.0.0.1:0"

    func run() async throws {
        do {
            try Files.makeFolder(folder)
            switch scene {
            case .city: try await city()
            case .year: try await year()
            case .load: try await load()
            case .mixed: try await mixed()
            }
        } catch let error as SystemError {
            throw Failure(.cannotCreate, "the simulation cannot start: \(error)")
        }
    }

    private func city() async throws {
        let interruptions = Interruptions()
        let doors = try doors()
        let city = try await SimulatedCity.start(
            folder: folder, seed: seed, doors: doors, pace: .init(channelFiles: .seconds(8)))
        try configure(
            city.cameras, spool: city.spoolFolder, channels: city.channelFolder, doors: doors, broker: city.ways?.brokerPort,
            connections: city.servers?.connections ?? [], exchangeToken: SimulatedCity.exchangeToken)
        if city.ways?.brokerPort == nil { complain("patrold: no mosquitto is installed: six cameras, none over MQTT") }
        await interruptions.next()
        await city.stop()
    }

    private func year() async throws {
        let interruptions = Interruptions()
        let year = try await SimulatedYear.start(folder: folder, seed: seed)
        try configure(year.cameras, spool: year.spoolFolder, channels: nil, tolerance: "400d")
        try year.dropRecordings()
        while !year.isHeard { try await Task.sleep(for: .milliseconds(50)) }
        say(["streamed": .int(year.streamAlarms())])
        await interruptions.next()
        await year.stop()
    }

    private func load() async throws {
        let interruptions = Interruptions()
        let run = try await LoadRun.start(cameras: cameras, rate: rate)
        try configure(run.cameras, spool: nil, channels: nil)
        while run.heard < cameras { try await Task.sleep(for: .milliseconds(50)) }
        run.begin()
        await interruptions.next()
        run.pause()
        say(["written": .int(run.written), "dropped": .int(run.dropped)])
        // What was written is still on its way: the cameras stay until a second signal.
        await interruptions.next()
        await run.stop()
    }

    private func mixed() async throws {
        let interruptions = Interruptions()
        let doors = try doors()
        let mix = try only.map { adapter in
            guard MixedLoad.mix(of: 100).keys.contains(adapter) else {
                throw Failure(.usage, "no camera of a mix speaks '\(adapter)'")
            }
            return [adapter: cameras]
        }
        let run = try await MixedLoad.start(
            mix ?? MixedLoad.mix(of: cameras), every: Span(microseconds: Int64(1_000_000 / rate)), folder: folder, doors: doors)
        try configure(run.cameras, spool: nil, channels: nil, doors: doors, broker: run.brokerPort)
        // SIGINT goes a step on: begin, pause and tell, end. SIGTERM ends at once.
        if await interruptions.next() == SIGINT {
            run.begin()
            if await interruptions.next() == SIGINT {
                run.pause()
                say(["told": .int(run.told)])
                await interruptions.next()
            }
        }
        await run.stop()
    }

    /// Cameras that call need to know the daemon's ports before there is one.
    private func doors() throws -> SevenWays.Doors {
        let asked = Int(http.split(separator: ":").last ?? "") ?? 0
        return SevenWays.Doors(
            http: asked == 0 ? try LoopbackAddress.freePort() : asked, sip: try LoopbackAddress.freePort())
    }

    private func configure(
        _ cameras: [SimulatedCamera], spool: String?, channels: String?, tolerance: String? = nil,
        doors: SevenWays.Doors? = nil, broker: Int? = nil, connections: [SimulatedConnection] = [],
        exchangeToken: String? = nil
    ) throws {
        var file = DemonstrationSettings(
            folder: folder, http: doors.map { "127.0.0.1:\($0.http)" } ?? http, cameras: cameras, spool: spool,
            channels: channels, tolerance: tolerance)
        file.doors = doors
        file.brokerPort = broker
        file.connections = connections
        file.exchangeToken = exchangeToken
        say(["configuration": .string(try file.write())])
    }

    private func say(_ line: JSON) {
        print(line.text)
        fflush(nil)
    }
}

/// SIGINT and SIGTERM, one after the other.
private final class Interruptions {
    private let sources: [SignalSource]
    private var signals: AsyncStream<Int32>.Iterator

    init() {
        let queue = DispatchQueue(label: "patrold.simulate")
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        sources = [SIGINT, SIGTERM].map { signal in SignalSource(signal, on: queue) { continuation.yield(signal) } }
        signals = stream.makeAsyncIterator()
    }

    /// The next signal.
    @discardableResult
    func next() async -> Int32 {
        await signals.next() ?? SIGTERM
    }
}

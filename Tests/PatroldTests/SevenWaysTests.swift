import Foundation
import Model
import PatrolSim
import TestKit
import Testing

/// The demonstration's cameras, each with its own protocol, through the built programs.
@Suite(.serialized)
struct SevenWaysTests {
    private static let adapters = ["isapi", "isapi-push", "onvif", "dahua", "gb28181", "ga1400", "mqtt"]

    @Test("seven cameras that speak seven ways are live at once, answer a probe, and their alarms become incidents")
    func sevenWays() async throws {
        let folder = try TemporaryFolder()
        let city = try City(folder)
        defer { city.end() }
        #expect(await eventually { FileManager.default.fileExists(atPath: city.config) })
        let daemon = try await DaemonProcess(config: city.config, log: folder.file("daemon.log"))
        let wanted = Self.adapters.filter { $0 != "mqtt" || MosquittoBroker.isInstalled }
        let isLive = try await eventually(within: 180) {
            Set(try Self.feeds(city.config).filter { $0["state"]?.string == "live" }.compactMap { $0["adapter"]?.string })
                .isSuperset(of: wanted)
        }
        #expect(isLive, "\(daemon.logText.suffix(2000))")
        for (index, adapter) in wanted.enumerated() {
            // A camera that stalls longer than a question may take is asked again.
            var probe: Program.Outcome?
            let hasAnswered = try await eventually {
                let said = try Program.run(["device", "probe", "cam-\(index + 1)", "--json", "--config", city.config])
                probe = said
                return said.status == 0 && said.json?["events"]?.array?.isEmpty == false
            }
            #expect(hasAnswered, "\(adapter): \(probe?.errors ?? "")")
        }
        let seen = try await eventually(within: 240, every: 0.5) {
            let alarms = try Program.run(["tail", "-n", "5000", "--type", "*camera.alarm", "--json", "--config", city.config])
            let devices = Set(
                alarms.output.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }.compactMap {
                    $0["subject"]?.string
                })
            return devices.count >= wanted.count
        }
        #expect(seen, "not every camera's alarms arrived")
        let areCollected = try await eventually {
            let incidents = try Program.run(["incident", "list", "--origin", "camera", "--json", "--config", city.config])
            return incidents.json?["state"]?.string == "collected"
        }
        #expect(areCollected, "no alarm became an incident")
        #expect(daemon.stop() == 0)
    }

    @Test("the demonstration's channels tell by REST, Open311, RSS, Atom and files, and its exchange posts the calls' records")
    func channels() async throws {
        let folder = try TemporaryFolder()
        let city = try City(folder)
        defer { city.end() }
        #expect(await eventually { FileManager.default.fileExists(atPath: city.config) })
        let daemon = try await DaemonProcess(config: city.config, log: folder.file("daemon.log"))
        let isTold = try await eventually(within: 240, every: 1) {
            let list = try Program.run(["complaint", "list", "-n", "500", "--json", "--config", city.config])
            let channels = list.output.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
                .compactMap { $0["channel"]?.string }
            return Set(channels) == Set(SimChannel.all.map(\.key))
        }
        #expect(isTold, "not every channel told of a complaint")
        let arePaired = try await eventually(within: 180, every: 1) {
            let list = try Program.run(["recording", "list", "-n", "50", "--json", "--config", city.config])
            return list.output.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
                .contains { $0["state"]?.string == "complete" }
        }
        #expect(arePaired, "no recording has its call")
        var feeds: [JSON] = []
        let areLive = try await eventually {
            feeds = try Self.feeds(city.config).filter { $0["name"]?.string?.hasPrefix("channel") == true }
            return feeds.allSatisfy { $0["state"]?.string == "live" }
        }
        #expect(areLive, "\(feeds.map(\.text))")
        #expect(feeds.count == 6 && feeds.allSatisfy { $0["quarantined"]?.int ?? 0 == 0 })
        #expect(daemon.stop() == 0)
    }

    private static func feeds(_ config: String) throws -> [JSON] {
        try Program.run(["status", "--json", "--config", config]).json?["feeds"]?.array ?? []
    }

    /// `patrold simulate city` in the background.
    private final class City {
        let config: String
        private let process = Process()

        init(_ folder: TemporaryFolder) throws {
            config = folder.file("city/patrold.yaml")
            process.executableURL = URL(fileURLWithPath: Program.path)
            process.arguments = ["simulate", "city", "--folder", folder.file("city")]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.run()
        }

        /// Asked to stop, because it has a broker of its own to end.
        func end() {
            process.terminate()
            process.waitUntilExit()
        }
    }
}

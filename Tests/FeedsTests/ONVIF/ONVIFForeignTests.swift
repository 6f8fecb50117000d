import Feeds
import Foundation
import Model
import PatrolSim
import TestKit
import Testing

/// Foreign ONVIF clients read our simulated camera, so that it is held to what others take for ONVIF.
@Suite(.serialized) struct ONVIFForeignTests {
    private static let root = URL(fileURLWithPath: Fixtures.root + "/Tests").resolvingSymlinksInPath()
        .deletingLastPathComponent().path
    private static let python = root + "/.venv/bin/python"

    /// Whether the Python environment of the tests has a module.
    static func has(_ module: String) -> Bool {
        let libraries = root + "/.venv/lib"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: libraries)) ?? []
        return versions.contains { FileManager.default.fileExists(atPath: "\(libraries)/\($0)/site-packages/\(module)") }
    }

    /// Runs a client on a camera, raises three messages when it polls, and gives what it wrote.
    private func read(
        with script: String, settings change: (inout ONVIFDeviceSettings) -> Void = { _ in }
    ) async throws -> (JSON, ONVIFDevice) {
        var settings = ONVIFDeviceSettings(name: "cam-1")
        change(&settings)
        let folder = try TemporaryFolder()
        let server = try await ONVIFCameraServer.start([settings])
        let device = server.cameras[0]
        device.raise(.motion(true, rule: "before"))
        let client = Process()
        client.executableURL = URL(fileURLWithPath: Self.python)
        client.arguments = [
            Self.root + "/Tests/Foreign/" + script, "127.0.0.1", String(server.url(0).split(separator: ":")[2]), "admin",
            "secret", folder.file("result.json"), "3",
        ]
        client.standardInput = FileHandle.nullDevice
        client.standardOutput = FileHandle.nullDevice
        let errors = folder.file("errors.txt")
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        client.standardError = FileHandle(forWritingAtPath: errors)
        try client.run()
        // The second poll waits; the first was answered with the states.
        _ = await eventually(within: 60) { device.tally.pulled >= 1 && device.isPolled || !client.isRunning }
        device.raise(.motion(true, rule: "1"))
        device.raise(.motion(false, rule: "1"))
        device.raise(
            SimNotification("tns1:RuleEngine/tnsvendor:LineDetector/Crossing", operation: nil, data: [.init("ObjectId", "7")]))
        let isDone = await eventually(within: 60) {
            FileManager.default.fileExists(atPath: folder.file("result.json")) || !client.isRunning
        }
        kill(client.processIdentifier, SIGKILL)
        client.waitUntilExit()
        let said = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
        #expect(isDone && FileManager.default.fileExists(atPath: folder.file("result.json")), "\(said.suffix(1500))")
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("result.json")))
        #expect(await eventually { device.subscriptionCount == 0 })
        await server.stop()
        return (try JSON(parsing: [UInt8](data)), device)
    }

    @Test(
        "onvif-zeep-async reads identity, presets, picture, states and events",
        .enabled(if: has("onvif"), "onvif-zeep-async is not installed"))
    func zeep() async throws {
        let (result, device) = try await read(with: "onvif_zeep.py", settings: { $0.clockOffset = .minutes(20) })
        #expect(result["model"]?.string == "SIM-360" && result["presets"]?.array?.count == 2)
        #expect((result["snapshot"]?.int ?? 0) > 100)
        #expect(result["initialized"]?.array?.count == 1 && result["changed"]?.array?.count == 3)
        let first = result["changed"]?.array?.first
        #expect(first?["topic"]?.string == "tns1:RuleEngine/CellMotionDetector/Motion")
        #expect(first?["data"]?["IsMotion"]?.string == "true" && first?["source"]?["Rule"]?.string == "1")
        #expect(device.tally.renewed >= 1 && device.tally.unsubscribed == 1)
    }

    @Test("onveef reads identity, states and events", .enabled(if: has("onveef"), "onveef is not installed"))
    func onveef() async throws {
        let (result, device) = try await read(with: "onvif_onveef.py")
        #expect(result["model"]?.string == "SIM-360")
        #expect(result["initialized"]?.array?.count == 1 && result["changed"]?.array?.count == 3)
        #expect(device.tally.renewed >= 1 && device.tally.unsubscribed == 1)
    }
}

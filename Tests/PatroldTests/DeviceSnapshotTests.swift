import Foundation
import Model
import PatrolSim
import TestKit
import Testing

/// A picture that an operator asks for, through the built program.
@Suite(.serialized, .timeLimit(.minutes(15))) struct DeviceSnapshotTests {
    @Test("the picture of `device snapshot` is evidence: found, shown with who took it, and verified")
    func evidence() async throws {
        let folder = try TemporaryFolder()
        let server = try await ISAPICameraServer.start([ISAPICameraSettings(name: "cam-1", password: "geheim-1")])
        let secret = try folder.write("geheim-1", to: "password")
        chmod(secret, 0o600)
        let config = try writeConfiguration(
            folder,
            """
            cameras:
              - {name: cam-1, adapter: isapi, url: "\(server.url(0))", user: admin, password: {file: password}, place: 钢铁大街}
            """)
        let daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        var taken: Program.Outcome?
        // The feed must run before it can be asked.
        _ = try await eventually {
            taken = try Program.run(
                ["device", "snapshot", "cam-1", "--by", "li", "--reason", "核实占道", "--json", "--config", config])
            return taken?.status == 0
        }
        let sha256 = try #require(taken?.json?["sha256"]?.string, "\(taken?.errors ?? "")")
        let listed = try Program.run(["evidence", "list", "--kind", "taken", "--json", "--config", config])
        #expect(listed.json?["sha256"]?.string == sha256 && listed.json?["device"]?.string == "cam-1")
        #expect(listed.json?["position"] == taken?.json?["position"] && listed.json?["bytes"] == taken?.json?["bytes"])
        let shown = try Program.run(["evidence", "show", String(sha256.prefix(12)), "--json", "--config", config]).json
        #expect(shown?["taker"]?.string == "li" && shown?["note"]?.string == "核实占道" && shown?["kind"]?.string == "taken")
        #expect(shown?["place"]?.string == "钢铁大街" && shown?["received"]?.string != nil)
        #expect(try Program.run(["evidence", "verify", sha256, "--config", config]).status == 0)
        #expect(try Program.run(["verify", "--config", config]).status == 0)
        #expect(daemon.stop() == 0)
        await server.stop()
    }
}

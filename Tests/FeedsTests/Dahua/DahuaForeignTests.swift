import PatrolSim
import TestKit
import Testing

@Suite struct DahuaForeignTests {
    @Test(
        "aiodahua reads our simulator: who it is, its picture and its events",
        .enabled(if: ForeignClient.python(with: "aiodahua") != nil))
    func aiodahua() async throws {
        var settings = DahuaDeviceSettings(name: "cam-1", password: "secret")
        settings.heartbeat = .milliseconds(200)
        let server = try await DahuaCameraServer.start([settings])
        let client = try ForeignClient(
            "dahua_aiodahua.py", package: "aiodahua", ["127.0.0.1", String(server.ports[0]), "admin", "secret", "3"])
        #expect(await client.isReady())
        for code in ["VideoMotion", "CrossLineDetection", "CrossRegionDetection"] {
            server.devices[0].raise(SimDahuaEvent(code, rule: 1, target: "Human"))
        }
        let result = try #require(try await client.result())
        #expect(result["name"]?.string == "cam-1" && result["model"]?.string == settings.model)
        #expect(result["version"]?.string == settings.firmware && (result["picture"]?.int ?? 0) > 1024)
        #expect(result["codes"]?.array?.compactMap(\.string) == ["VideoMotion", "CrossLineDetection", "CrossRegionDetection"])
        #expect((result["heartbeats"]?.int ?? 0) > 0)
        await server.stop()
    }
}

import PatrolSim
import TestKit
import Testing

@Suite struct ISAPIForeignTests {
    @Test(
        "pyHik reads our simulator: who it is, its settings, its picture and its alarms",
        .enabled(if: ForeignClient.python(with: "pyhik") != nil))
    func pyhik() async throws {
        var settings = ISAPICameraSettings(name: "cam-1", password: "secret")
        settings.heartbeat = .milliseconds(200)
        let server = try await ISAPICameraServer.start([settings])
        let client = try ForeignClient(
            "isapi_pyhik.py", package: "pyhik", ["127.0.0.1", String(server.ports[0]), "admin", "secret", "2"])
        #expect(await client.isReady())
        #expect(await eventually { server.cameras[0].openStreams == 1 })
        server.cameras[0].raise(SimAlarm(eventType: "linedetection", region: nil))
        server.cameras[0].raise(SimAlarm(eventType: "fielddetection", region: "2", target: "human"))
        let result = try #require(try await client.result())
        #expect(result["name"]?.string == "cam-1" && result["type"]?.string == "CAM")
        #expect(result["events"]?.array?.compactMap(\.string) == ["Field Detection", "Line Crossing", "Motion"])
        #expect(result["told"]?.array?.compactMap(\.string) == ["Line Crossing", "Field Detection"])
        #expect((result["picture"]?.int ?? 0) > 1024)
        await server.stop()
    }
}

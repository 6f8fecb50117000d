import Feeds
import Model
import PatrolSim
import TestKit
import Testing

@Suite(.serialized) struct DahuaControlTests {
    private let multi = CurlMulti(label: "test.dahua.control")

    private func withDevice(
        channel: Int = 1, password: String = "secret", change: (inout DahuaDeviceSettings) -> Void = { _ in },
        _ body: (DahuaControl, DahuaDevice) async throws -> Void
    ) async throws {
        var settings = DahuaDeviceSettings(name: "cam-1", password: "secret")
        change(&settings)
        let server = try await DahuaCameraServer.start([settings])
        var camera = DahuaCamera(
            .quick("cam-1", adapter: "dahua"), at: DeviceAddress(url: server.url(0), user: "admin", password: { password }))
        camera.profile.limits.refusedRetry = Backoff(first: .minutes(20), longest: .minutes(20))
        try await body(DahuaControl(camera, channel: channel, multi: multi, clock: RealClock()), server.devices[0])
        await server.stop()
    }

    @Test("identity, version, clock and presets are told")
    func facts() async throws {
        try await withDevice(change: { $0.clock = { RealClock(shift: .minutes(-3)).now() } }) { control, _ in
            let facts = try await control.facts()
            #expect(facts.manufacturer == "Dahua" && facts.model == "SD-6C3432XB" && facts.name == "cam-1")
            #expect(facts.firmware == "2.840.0000000.22.R,build:2021-05-20" && facts.serial?.hasPrefix("SIM") == true)
            #expect(abs((facts.clockOffset?.seconds ?? 0) + 180) <= 30)
            #expect(facts.presets == [Preset(token: "1", name: "Gate"), Preset(token: "2", name: "Street")])
        }
    }

    @Test("presets and tours count channels from 0, snapshots from 1")
    func orders() async throws {
        try await withDevice(channel: 3, change: { $0.channels = 4 }) { control, device in
            try await control.go(to: "2")
            #expect(try await control.tours() == [Preset(token: "1", name: "Round")])
            try await control.startTour("1")
            try await control.stopTour("1")
            #expect(device.tally.orders == ["GotoPreset 0 2 0 @2", "StartTour 1 0 0 @2", "StopTour 1 0 0 @2"])
            let picture = try await control.snapshot()
            #expect(picture.count > 1024 && picture.suffix(2) == [0xFF, 0xD9])
            for wrong in ["9", "1&code=Reboot", ""] {
                await #expect(throws: DeviceProblem.self) { try await control.go(to: wrong) }
            }
            device.inject(.textForPicture)
            let problem = await #expect(throws: DeviceProblem.self) { _ = try await control.snapshot() }
            #expect(problem?.code == .busy)
        }
    }

    @Test("a wrong password is one try and no more, and another make of device is named so")
    func problems() async throws {
        try await withDevice(password: "wrong") { control, device in
            for _ in 1...20 { _ = try? await control.facts() }
            // The challenge and the wrong answer.
            #expect(device.tally.refused == 2 && !device.tally.wasLocked)
        }
        let hik = try await ISAPICameraServer.start([ISAPICameraSettings(name: "h", password: "secret")])
        let camera = DahuaCamera(
            .quick("cam-1", adapter: "dahua"), at: DeviceAddress(url: hik.url(0), user: "admin", password: { "secret" }))
        let problem = await #expect(throws: DeviceProblem.self) {
            _ = try await DahuaControl(camera, multi: multi, clock: RealClock()).facts()
        }
        #expect(problem?.code == .otherProtocol)
        await hik.stop()
    }
}

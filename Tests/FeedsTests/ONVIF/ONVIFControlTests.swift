import Foundation
import Model
import PatrolSim
import TestKit
import Testing

@testable import Feeds

@Suite(.serialized) struct ONVIFControlTests {
    private let multi = CurlMulti(label: "test.onvif.control")

    private func run(
        settings change: (inout ONVIFDeviceSettings) -> Void = { _ in }, faults: [ONVIFFault] = [], password: String = "secret",
        channel: Int? = nil, _ body: (ONVIFControl, ONVIFDevice) async throws -> Void
    ) async throws {
        var settings = ONVIFDeviceSettings(name: "cam-1")
        change(&settings)
        let server = try await ONVIFCameraServer.start([settings])
        for fault in faults { server.cameras[0].inject(fault) }
        let address = DeviceAddress(url: server.url(0), user: "admin", password: { password })
        try await body(ONVIFControl(address, channel: channel, multi: multi, clock: RealClock()), server.cameras[0])
        await server.stop()
    }

    private func problem(_ body: () async throws -> Void) async -> DeviceProblem? {
        do {
            try await body()
            return nil
        } catch {
            return error as? DeviceProblem
        }
    }

    @Test(
        "identity, clock, events and presets, whatever authentication the camera wants",
        arguments: [.none, .token, .digest, .either] as [ONVIFDeviceSettings.Authentication])
    func facts(_ way: ONVIFDeviceSettings.Authentication) async throws {
        try await run(settings: {
            $0.authentication = way
            $0.clockOffset = .minutes(7)
        }) { control, _ in
            let facts = try await control.facts()
            #expect(facts.manufacturer == "Example" && facts.model == "SIM-360" && facts.serial == "SIM0000001")
            #expect(abs((facts.clockOffset?.seconds ?? 0) - 420) <= 30)
            #expect(facts.events == ["PullPoint", "push"] && facts.presets.map(\.name) == ["路口东", "路口西"])
            #expect(facts.notes.isEmpty)
        }
    }

    @Test(
        "presets are gone to, tours begin and end, and a preset that is not there is told",
        arguments: [[], [.noGetServices], [.wrongHost("192.0.2.1:9")]] as [[ONVIFFault]])
    func turning(_ faults: [ONVIFFault]) async throws {
        try await run(faults: faults) { control, device in
            #expect(try await control.presets().map(\.token) == ["1", "2"])
            try await control.go(to: "2")
            #expect(device.tally.preset == "2")
            #expect(try await control.tours().map(\.token) == ["T1"])
            try await control.startTour("T1")
            #expect(device.tally.tour == "T1")
            try await control.stopTour("T1")
            #expect(device.tally.tour == nil)
            let wrong = await problem { try await control.go(to: "9") }
            #expect(wrong?.code == .unsupported && wrong?.sentence.contains("preset token") == true)
        }
    }

    @Test(
        "a picture comes from the camera's address at our host, whole",
        arguments: [[], [.wrongHost("10.9.8.7")]] as [[ONVIFFault]])
    func snapshot(_ faults: [ONVIFFault]) async throws {
        try await run(faults: faults) { control, _ in
            let picture = try await control.snapshot()
            #expect(picture.starts(with: [0xFF, 0xD8]) && picture.suffix(2) == [0xFF, 0xD9])
        }
    }

    @Test("text where a picture should be is no picture, and padding behind one is dropped")
    func noPicture() async throws {
        try await run(faults: [.textSnapshot]) { control, _ in
            #expect(await problem { _ = try await control.snapshot() }?.code == .unreadable)
        }
        #expect(ONVIFControl.jpeg([0xFF, 0xD8, 1, 0xFF, 0xD9, 0, 0]) == [0xFF, 0xD8, 1, 0xFF, 0xD9])
        #expect(ONVIFControl.jpeg([0xFF, 0xD8]) == nil && ONVIFControl.jpeg([0xFF, 0xD8, 1, 2, 3]) == nil)
    }

    @Test("wrong password, wrong port, wrong protocol, wrong channel: each with its sentence")
    func problems() async throws {
        try await run(password: "wrong") { control, device in
            let refused = await problem { _ = try await control.facts() }
            #expect(refused?.code == .refused && refused?.sentence.contains("user or password") == true)
            #expect(device.tally.refused == 1)
        }
        try await run(faults: [.noONVIF]) { control, _ in
            let other = await problem { _ = try await control.facts() }
            #expect(other?.code == .otherProtocol && other?.sentence.contains("check the port") == true)
        }
        try await run(channel: 3) { control, _ in
            #expect(await problem { _ = try await control.snapshot() }?.sentence.contains("no channel 3") == true)
        }
        let server = try await ONVIFCameraServer.start([ONVIFDeviceSettings(name: "gone")])
        let url = server.url(0)
        await server.stop()
        let control = ONVIFControl(DeviceAddress(url: url), multi: multi, clock: RealClock())
        #expect(await problem { _ = try await control.facts() }?.code == .unreachable)
    }
}

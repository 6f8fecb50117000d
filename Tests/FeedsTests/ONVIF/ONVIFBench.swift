import Feeds
import Foundation
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

/// A simulated ONVIF camera with a feed on it, on loopback.
struct ONVIFBench {
    let journal = MemoryJournal()
    let multi = CurlMulti(label: "test.onvif")

    static let classes: [String: AlarmClass] = [
        "ruleengine/cellmotiondetector/motion": AlarmClass(name: "motion", label: "移动侦测"),
        "videosource/motionalarm": AlarmClass(name: "motion", label: "移动侦测"),
        "ruleengine/fielddetector/objectsinside": AlarmClass(name: "intrusion", label: "区域入侵"),
        "ruleengine/tamperdetector/tamper": AlarmClass(name: "tampered", role: .status, status: .tampered, label: "遮挡"),
        "monitoring/processorusage": AlarmClass(name: "usage", role: .heartbeat, label: "处理器占用"),
    ]

    /// With times short enough for tests.
    func camera(_ url: String, user: String = "admin", password: String = "secret") -> Feeds.ONVIFCamera {
        var address = DeviceAddress(url: url, user: user, password: { password })
        address.connectTimeout = .seconds(30)
        let profile = DeviceProfile.quick("cam-1", adapter: "onvif", classes: Self.classes)
        var camera = Feeds.ONVIFCamera(profile, at: address)
        camera.plan.poll = .seconds(2)
        camera.plan.pause = .milliseconds(20)
        camera.plan.minimumLifetime = .seconds(1)
        camera.plan.resubscribePause = .milliseconds(300)
        return camera
    }

    func feed(_ camera: Feeds.ONVIFCamera, clock: RealClock = RealClock()) -> DeviceFeed {
        ONVIFPullPoint.feed(camera, multi: multi, in: journal.surroundings(clock: clock))
    }

    /// Runs a test with one simulated camera and a feed that was started.
    func run(
        settings change: (inout ONVIFDeviceSettings) -> Void = { _ in }, faults: [ONVIFFault] = [],
        camera adjust: (inout Feeds.ONVIFCamera) -> Void = { _ in },
        _ body: (ONVIFDevice) async throws -> Void
    ) async throws {
        var settings = ONVIFDeviceSettings(name: "cam-1")
        change(&settings)
        let server = try await ONVIFCameraServer.start([settings])
        for fault in faults { server.cameras[0].inject(fault) }
        var camera = camera(server.url(0))
        adjust(&camera)
        let feed = feed(camera)
        feed.start()
        try await body(server.cameras[0])
        await Self.stop(feed)
        await server.stop()
    }

    static func stop(_ feed: DeviceFeed) async {
        await withCheckedContinuation { done in feed.stop { done.resume() } }
    }

    func isLive() async -> Bool { await eventually { journal.status?.state == .live } }

    /// Raises motion and waits until it has arrived as one more start, then ends it.
    func provesAlarm(_ device: ONVIFDevice, rule: String = "R") async -> Bool {
        let before = journal.starts.count
        let stops = journal.alarms.filter { $0.state == .stop }.count
        device.raise(.motion(true, rule: rule))
        device.raise(.motion(false, rule: rule))
        return await eventually {
            journal.starts.count == before + 1 && journal.alarms.filter { $0.state == .stop }.count == stops + 1
        }
    }
}

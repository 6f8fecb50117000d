import Feeds
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

/// A platform on a free port of this machine, with one device in its configuration and a journal.
final class GB28181Site: Sendable {
    static let platformCode = "15020300002000000001"
    static let deviceCode = "15020300001320000001"
    static let channelCode = "15020300001310000101"
    static let secret = "p:w 1"

    let journal: MemoryJournal
    let platform: GB28181Platform
    let feed: DeviceFeed
    let port: UInt16
    private let devices = Mutex<[PatrolSim.GB28181Device]>([])

    init(
        port: UInt16 = 0, journal: MemoryJournal = MemoryJournal(), silence: Span = .seconds(60),
        quiet: Span = .seconds(15), more: [GB28181Code] = [], connections: Int = 64,
        idle: Span = .minutes(10), secret: String? = GB28181Site.secret,
        subscription: Int = 3600,
        change: (inout DeviceProfile) -> Void = { _ in }
    ) throws {
        self.journal = journal
        var settings = GB28181Settings(code: try Self.code(Self.platformCode))
        settings.sip.host = "127.0.0.1"
        settings.sip.port = port
        settings.sip.t1 = .milliseconds(200)
        settings.sip.connections = connections
        settings.sip.idle = idle
        settings.quiet = quiet
        settings.subscription = subscription
        platform = GB28181Platform(settings, clock: RealClock())
        feed = try Self.feed(Self.deviceCode, "gb-1", platform, journal, silence, secret, change)
        self.port = try platform.open()
        feed.start()
    }

    static func code(_ text: String) throws -> GB28181Code {
        try #require(GB28181Code(text))
    }

    private static func feed(
        _ code: String, _ name: String, _ platform: GB28181Platform, _ journal: MemoryJournal, _ silence: Span,
        _ secret: String?, _ change: (inout DeviceProfile) -> Void
    ) throws -> DeviceFeed {
        var profile = DeviceProfile.quick(name, adapter: "gb28181", classes: gb28181TestClasses)
        change(&profile)
        var device = GB28181Device(try Self.code(code), profile: profile) { secret }
        device.profile.limits.silence = silence
        device.channels = [try Self.code(channelCode): 1]
        return platform.feed(of: device, in: journal.surroundings())
    }

    /// A further device of the configuration, with its feed started.
    func addDevice(_ code: String, name: String) throws -> DeviceFeed {
        let feed = try Self.feed(code, name, platform, journal, .seconds(60), Self.secret) { _ in }
        feed.start()
        return feed
    }

    /// A simulated device, not switched on yet.
    func device(
        _ code: String = deviceCode, faults: Set<GB28181Fault> = [],
        change: (inout GB28181DeviceSettings) -> Void = { _ in }
    ) -> PatrolSim.GB28181Device {
        var settings = GB28181DeviceSettings(
            code: code, secret: Self.secret, platformCode: Self.platformCode, platformPort: port)
        settings.t1 = .milliseconds(200)
        settings.keepalive = .milliseconds(200)
        change(&settings)
        let device = PatrolSim.GB28181Device(settings, faults: faults, seed: UInt64.random(in: 1...UInt64.max))
        devices.withLock { $0.append(device) }
        return device
    }

    /// A simulated device that is registered.
    func registered(
        _ code: String = deviceCode, faults: Set<GB28181Fault> = [],
        change: (inout GB28181DeviceSettings) -> Void = { _ in }
    ) async -> PatrolSim.GB28181Device {
        let device = device(code, faults: faults, change: change)
        device.start()
        #expect(await eventually { device.state.isRegistered })
        return device
    }

    func stop() async {
        for device in devices.withLock({ $0 }) { await device.stop() }
        await stopPlatform()
    }

    /// Stops our side; the devices go on.
    func stopPlatform() async {
        await withCheckedContinuation { done in feed.stop { done.resume() } }
        platform.close()
    }
}

let gb28181TestClasses: [String: AlarmClass] = [
    "5/6": AlarmClass(name: "intrusion", label: "入侵"),
    "2/1": AlarmClass(name: "video-loss", role: .status, status: .videoLoss, label: "视频丢失"),
]

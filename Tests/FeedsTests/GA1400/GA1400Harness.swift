import Feeds
import Model
import PatrolSim
import Synchronization
import TestKit

let viidServer = "31011500002000000001"
let viidDevice = "31011500001190000001"

let viidClasses: [String: AlarmClass] = [
    "motorvehicle": AlarmClass(name: "vehicle", label: "机动车"), "face": AlarmClass(name: "face", label: "人脸"),
    "scene": AlarmClass(name: "scene", label: "场景"),
]

/// A platform with one device, behind an HTTP edge on loopback.
final class GA1400Harness: Sendable {
    let platform: GA1400Platform
    let edge: VIIDEdge
    let device: GA1400Device

    init(
        _ journal: MemoryJournal, clock: any WallClock = RealClock(), password: String = "secret",
        silence: Span = .seconds(60), port: Int? = nil, change: (inout GA1400Settings) -> Void = { _ in },
        picture: (@Sendable ([UInt8]) -> String?)? = nil
    ) {
        var profile = DeviceProfile.quick("viid-1", adapter: "ga1400", classes: viidClasses)
        profile.limits.silence = silence
        let keeper = PictureKeeper()
        profile.storePicture = picture ?? { keeper.keep($0) }
        self.keeper = keeper
        var settings = GA1400Settings(
            serverID: viidServer, devices: [GA1400Registrant(profile, id: viidDevice) { "secret" }])
        change(&settings)
        let platform = GA1400Platform(settings, clock: clock) { _ in journal.surroundings(clock: clock) }
        self.platform = platform
        edge = VIIDEdge { await platform.receive($0) }
        var simulated = GA1400Device.Settings(id: viidDevice, password: password, port: edge.port)
        simulated.pause = .milliseconds(20)
        device = GA1400Device(simulated)
        for feed in platform.feeds { feed.start() }
    }

    private let keeper: PictureKeeper
    var stored: [[UInt8]] { keeper.pictures.withLock { $0 } }

    func stop() async {
        await device.stop()
        for feed in platform.feeds {
            await withCheckedContinuation { done in feed.stop { done.resume() } }
        }
        edge.stop()
    }

    /// Calls the platform directly.
    func call(_ method: String, _ path: String, _ json: JSON? = nil, query: String = "") async -> (Int, JSON?) {
        let request = PushRequest(
            method: method, path: path, query: query, headers: [("User-Identify", viidDevice)], body: json?.bytes ?? [])
        let answer = await platform.receive(request)
        return (answer.status, try? JSON(parsing: answer.body))
    }
}

final class PictureKeeper: Sendable {
    let pictures = Mutex<[[UInt8]]>([])

    func keep(_ bytes: [UInt8]) -> String? {
        pictures.withLock {
            $0.append(bytes)
            return "hash-\($0.count)"
        }
    }
}

/// An object with an id as the standard wants it.
func vehicle(_ number: Int, plate: String? = nil, pictures: [(type: String, bytes: [UInt8])] = []) -> SimVIIDObject {
    SimVIIDObject(
        "MotorVehicle", id: viidID(number), time: "20210601080000", deviceID: viidDevice, plate: plate, pictures: pictures)
}

/// 48 digits.
func viidID(_ number: Int) -> String {
    let digits = String(number)
    return viidDevice + "0220210601080000" + String(repeating: "0", count: 12 - digits.count) + digits
}

import Feeds
import Model
import Settings
import Synchronization

/// Cameras that we call, as their protocols' adapters want them described.
final class CalledCameras: Sendable {
    let multi = CurlMulti(label: "patrold.curl", maxHostConnections: 4096)
    let clock: any WallClock
    private let storePicture: (@Sendable ([UInt8]) -> String?)?
    /// One for each camera, so that stream, polls and orders together never lock us out.
    private let guards = Mutex<[String: AuthenticationGuard]>([:])

    init(clock: any WallClock, storePicture: (@Sendable ([UInt8]) -> String?)? = nil) {
        self.clock = clock
        self.storePicture = storePicture
    }

    /// What the feed of a camera needs whatever it speaks.
    func profile(of camera: Settings.Camera, _ site: Site) -> DeviceProfile {
        let list = Self.codeList(camera)
        var profile = DeviceProfile(
            name: camera.name, adapter: camera.adapter.rawValue, classes: site.catalog.alarmClasses[list] ?? [:])
        profile.channel = camera.channel
        profile.channelOffset = camera.channelOffset
        profile.limits.silence = camera.silence
        profile.quiet = camera.quiet
        profile.storePicture = storePicture
        return profile
    }

    /// The list of `codes.yaml` that knows an adapter's words.
    static func codeList(_ camera: Settings.Camera) -> String {
        switch camera.adapter {
        case .isapi, .isapiPush: "isapi"
        case .onvif, .onvifPush: "onvif"
        case .dahua, .gb28181, .ga1400: camera.adapter.rawValue
        case .mqtt: MQTTFormat(camera.mqtt).word
        }
    }

    static func address(of camera: Settings.Camera) -> DeviceAddress {
        // Read anew at each connection, so that a changed password needs no restart.
        var address = DeviceAddress(url: camera.url, user: camera.user) { try? camera.password?.read() }
        address.trust = camera.tls.insecure ? .insecure : camera.tls.ca.map { .authority(file: $0) } ?? .system
        return address
    }

    func isapi(_ camera: Settings.Camera, _ site: Site) -> ISAPICamera {
        var described = ISAPICamera(profile(of: camera, site), at: Self.address(of: camera))
        described.authentication = authentication(of: camera)
        return described
    }

    func isapiPush(_ camera: Settings.Camera, _ site: Site) -> ISAPIPushDevice {
        var described = ISAPIPushDevice(
            profile(of: camera, site), at: camera.url.isEmpty ? nil : Self.address(of: camera))
        described.user = camera.user
        described.password = { try? camera.password?.read() }
        described.allowedPeers = Set(camera.peers)
        described.authentication = authentication(of: camera)
        return described
    }

    func onvif(_ camera: Settings.Camera, _ site: Site) -> ONVIFCamera {
        var described = ONVIFCamera(profile(of: camera, site), at: Self.address(of: camera))
        described.stateFile = site.settings.dataFolder + "/onvif-\(camera.name).json"
        return described
    }

    func dahua(_ camera: Settings.Camera, _ site: Site) -> DahuaCamera {
        var described = DahuaCamera(profile(of: camera, site), at: Self.address(of: camera))
        described.authentication = authentication(of: camera)
        return described
    }

    /// What an operator may ask of a camera that has an address; nothing for one that has none.
    func control(of camera: Settings.Camera, _ site: Site) -> (any CameraControl)? {
        guard !camera.url.isEmpty else { return nil }
        let channel = camera.channel ?? 1
        switch camera.adapter {
        case .isapi, .isapiPush:
            return ISAPIControl(isapi(camera, site), channel: channel, multi: multi, clock: clock)
        case .onvif, .onvifPush:
            return ONVIFControl(Self.address(of: camera), channel: camera.channel, multi: multi, clock: clock)
        case .dahua: return DahuaControl(dahua(camera, site), channel: channel, multi: multi, clock: clock)
        case .gb28181, .ga1400, .mqtt: return nil
        }
    }

    private func authentication(of camera: Settings.Camera) -> AuthenticationGuard {
        guards.withLock { guards in
            if let known = guards[camera.name] { return known }
            let made = AuthenticationGuard()
            guards[camera.name] = made
            return made
        }
    }
}

import Model
import Platform

/// Makes the seven cameras one after the other.
struct SevenWaysBuilder {
    let folder: String
    let doors: SevenWays.Doors
    var cameras: [SimulatedCamera] = []
    var street: [any StreetCamera] = []
    var ends: [@Sendable () async -> Void] = []
    var brokerPort: Int?

    init(folder: String, doors: SevenWays.Doors) {
        self.folder = folder
        self.doors = doors
    }

    private static let clock: @Sendable () -> Timestamp = { Timestamp(microseconds: SystemClock.realtimeMicroseconds()) }

    private func next() -> SimulatedCamera {
        let number = cameras.count + 1
        return SimulatedCamera(
            name: "cam-\(number)", place: SimulatedCity.places[number - 1], user: "admin", password: "sim-cam-\(number)")
    }

    private mutating func add(_ camera: SimulatedCamera, _ adapter: String, _ device: any StreetCamera, keys: [[String]] = []) {
        var camera = camera
        camera.adapter = adapter
        camera.keys = keys
        cameras.append(camera)
        street.append(device)
    }

    /// Two of them: one whose stream is read, one that posts.
    mutating func addHikvision() async throws {
        let settings = (1...2).map { number in
            ISAPICameraSettings(
                name: "cam-\(number)", password: "sim-cam-\(number)", channelName: SimulatedCity.places[number - 1])
        }
        let server = try await ISAPICameraServer.start(settings)
        ends.append { await server.stop() }
        var read = next()
        read.url = server.url(0)
        read.port = server.ports[0]
        var stream = RTSPServerSettings()
        (stream.user, stream.password) = (read.user, read.password)
        let video = try await RTSPServer.start(stream)
        ends.append { await video.stop() }
        add(
            read, "isapi", StreetISAPI(camera: server.cameras[0]),
            keys: [["video", "{rtsp: \"\(video.url())\", snapshot: true}"]])
        var posting = next()
        posting.url = server.url(1)
        posting.port = server.ports[1]
        let pusher = ISAPIPusher(
            settings[1], to: "127.0.0.1", port: doors.http, path: "/push/isapi/" + posting.name, retryEvery: .seconds(1))
        add(posting, "isapi-push", StreetISAPIPush(pusher: pusher))
    }

    mutating func addONVIF() async throws {
        var camera = next()
        var settings = ONVIFDeviceSettings(name: camera.name)
        settings.password = camera.password
        settings.clockOffset = .milliseconds(-1800)
        settings.snapshot = SimPicture.jpeg(comment: camera.name, size: 2048)
        let server = try await ONVIFCameraServer.start([settings])
        ends.append { await server.stop() }
        camera.url = server.url(0)
        add(camera, "onvif", StreetONVIF(device: server.cameras[0]))
    }

    mutating func addDahua() async throws {
        var camera = next()
        let server = try await DahuaCameraServer.start([DahuaDeviceSettings(name: camera.name, password: camera.password)])
        ends.append { await server.stop() }
        camera.url = server.url(0)
        add(camera, "dahua", StreetDahua(device: server.devices[0]))
    }

    mutating func addGB28181() {
        let camera = next()
        let code = "15020300001320000005"
        let settings = GB28181DeviceSettings(
            code: code, secret: camera.password, platformCode: SevenWays.sipCode, platformPort: UInt16(doors.sip))
        let device = GB28181Device(settings)
        device.start()
        add(camera, "gb28181", StreetGB28181(device: device), keys: [["id", "\"\(code)\""]])
    }

    mutating func addGA1400() {
        let camera = next()
        let id = "15020300001190000006"
        var settings = GA1400Device.Settings(id: id, user: camera.user, password: camera.password, port: doors.http)
        settings.pause = .seconds(1)
        settings.keepalive = .seconds(60)
        let device = GA1400Device(settings)
        device.start()
        add(camera, "ga1400", StreetGA1400(device: device, clock: Self.clock), keys: [["id", "\"\(id)\""]])
    }

    /// Left out where no mosquitto is installed.
    mutating func addFrigate() async throws {
        guard MosquittoBroker.isInstalled else { return }
        var camera = next()
        camera.password = ""
        let place = folder + "/broker"
        try Files.makeFolder(place)
        let broker = try await MosquittoBroker.start(MosquittoBroker.Settings(folder: place))
        ends.append { broker.kill() }
        brokerPort = broker.port
        var settings = MQTTPublisher.Settings(clientID: "frigate", port: broker.port)
        settings.availability = "frigate/available"
        let publisher = MQTTPublisher(settings)
        publisher.start()
        add(
            camera, "mqtt", StreetFrigate(publisher, name: camera.name, clock: Self.clock),
            keys: [["broker", "broker-1"], ["format", "frigate"], ["camera", camera.name]])
    }
}

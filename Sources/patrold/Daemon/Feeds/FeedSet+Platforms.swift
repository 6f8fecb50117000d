import Feeds
import Model
import Settings

// Devices that register with us, or publish to a broker: many feeds behind one door.
extension FeedSet {
    func startGB28181(_ platform: Settings.GB28181, _ devices: [Settings.Camera], _ site: Site) -> RunningFeed? {
        guard let code = GB28181Code(platform.id) else { return nil }
        var settings = GB28181Settings(code: code)
        settings.realm = platform.realm
        settings.sip.host = platform.listen.host
        settings.sip.port = UInt16(platform.listen.port)
        let server = GB28181Platform(settings, clock: clock)
        let feeds = devices.compactMap { camera -> DeviceFeed? in
            guard let code = GB28181Code(camera.id) else { return nil }
            var device = GB28181Device(code, profile: cameras.profile(of: camera, site)) { try? camera.password?.read() }
            device.profile.limits.silence = camera.silence
            return server.feed(of: device, in: surroundings)
        }
        do {
            _ = try server.open()
        } catch {
            let sentence = "no SIP device can register: \(error); is another program using \(platform.listen)?"
            for camera in devices { refuse(camera.name, adapter: camera.adapter.rawValue, sentence) }
            return nil
        }
        for feed in feeds { feed.start() }
        var running = RunningFeed(feeds) { server.close() }
        running.strangers = {
            await server.unknownDevices().map { stranger in
                [
                    "id": .string(stranger.code), "address": .string(stranger.address), "calls": .int(stranger.calls),
                    "last": .string(stranger.last.text()),
                ]
            }
        }
        for camera in devices {
            running.controls[camera.name] = GB28181Code(camera.id).map { GB28181Control(server, device: $0) }
        }
        return running
    }

    func startGA1400(_ platform: Settings.GA1400, _ devices: [Settings.Camera], _ site: Site) -> RunningFeed? {
        let registrants = devices.map { camera in
            GA1400Registrant(cameras.profile(of: camera, site), id: camera.id, user: camera.user) {
                try? camera.password?.read()
            }
        }
        var settings = GA1400Settings(serverID: platform.id, devices: registrants)
        settings.personalData = platform.personalData == .store ? .store : .drop
        settings.keepsPlates = platform.personalData == .store
        settings.bodyLimit = site.settings.intake.limit
        let surroundings = surroundings
        let server = GA1400Platform(settings, clock: clock) { _ in surroundings }
        for feed in server.feeds { feed.start() }
        var running = RunningFeed(server.feeds)
        running.receive = { await server.receive($0) }
        for camera in devices { running.controls[camera.name] = GA1400Control(server, name: camera.name) }
        return running
    }

    func startBroker(_ broker: Settings.Broker, _ devices: [Settings.Camera], _ site: Site) -> RunningFeed? {
        let described = devices.map { camera in
            var profile = cameras.profile(of: camera, site)
            profile.adapter = "mqtt"
            return MQTTDevice(
                profile, topics: Self.topics(of: camera.mqtt), format: MQTTFormat(camera.mqtt),
                availability: camera.mqtt.availability.map { MQTTAvailability(topic: $0) })
        }
        let settings = MQTTBrokerSettings(
            name: broker.name, host: broker.address.host, port: broker.address.port, user: broker.user,
            clientID: broker.client, devices: described
        ) { try? broker.password?.read() }
        let surroundings = surroundings
        let client = MQTTBroker(settings, clock: clock) { _ in surroundings }
        for feed in client.feeds { feed.start() }
        var running = RunningFeed(client.feeds)
        for camera in devices { running.controls[camera.name] = MQTTControl(client, name: camera.name) }
        return running
    }

    private static func topics(of mqtt: Settings.MQTT) -> [String] {
        if !mqtt.topics.isEmpty { return mqtt.topics }
        switch mqtt.format {
        case .frigate: return ["frigate/events", "frigate/reviews"]
        case .axis: return ["axis/\(mqtt.camera ?? "+")/event/#"]
        case .generic: return []
        }
    }
}

extension MQTTFormat {
    /// As the configuration has it.
    init(_ mqtt: Settings.MQTT) {
        switch mqtt.format {
        case .frigate: self = .frigate(cameras: mqtt.camera.map { [$0] })
        case .axis: self = .axis
        case .generic:
            var mapping = MQTTMapping(word: mqtt.word)
            mapping.valuePath = mqtt.value.isEmpty ? nil : mqtt.value
            mapping.active = Set(mqtt.on.map { $0.lowercased() })
            mapping.inactive = Set(mqtt.off.map { $0.lowercased() })
            mapping.isMomentary = mqtt.on.isEmpty
            mapping.timePath = mqtt.time
            mapping.identityPath = mqtt.identity
            self = .generic(mapping)
        }
    }
}

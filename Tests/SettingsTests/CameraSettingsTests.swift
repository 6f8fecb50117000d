import Model
import TestKit
import Testing

@testable import Settings

@Suite struct CameraSettingsTests {
    private static let platforms = """
        gb28181: {id: "15020300002000000001", listen: "127.0.0.1:0"}
        ga1400: {id: "15020300005030000001"}
        brokers:
          - {name: broker-1, address: "127.0.0.1:1883", user: patrold, password: {file: /etc/patrold/broker}}

        """

    private func parse(_ cameras: String, platforms: String = platforms) throws -> Settings {
        try Settings.parse(text: smallFile + platforms + "cameras:\n" + cameras, file: "/etc/p.yaml")
    }

    private func complaints(_ cameras: String, platforms: String = platforms) -> [String] {
        do {
            _ = try parse(cameras, platforms: platforms)
            return []
        } catch let error as SettingsError {
            return error.problems.map { "\($0.key): \($0.message)" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test("each adapter reads what its devices need")
    func adapters() throws {
        let cameras = try parse(
            """
              - {name: a, adapter: onvif, url: "http://192.0.2.1", user: u, password: {file: /p}, place: x}
              - {name: b, adapter: isapi-push, user: u, password: {file: /p}, place: x, peers: [192.0.2.9]}
              - {name: c, adapter: gb28181, id: "15020300001310000001", password: {file: /p}, place: x}
              - {name: d, adapter: ga1400, id: "15020300001190000001", user: u, password: {file: /p}, place: x}
              - {name: e, adapter: mqtt, broker: broker-1, format: frigate, camera: gate, place: x}
              - {name: f, adapter: mqtt, broker: broker-1, format: generic, topics: [a/b], word: smoke, value: s.m, place: x}

            """
        ).cameras
        #expect(cameras.map(\.adapter) == [.onvif, .isapiPush, .gb28181, .ga1400, .mqtt, .mqtt])
        #expect(cameras[1].peers == ["192.0.2.9"] && cameras[1].url.isEmpty)
        #expect(cameras[2].id == "15020300001310000001" && cameras[2].silence == .seconds(190))
        #expect(cameras[4].mqtt.camera == "gate" && cameras[4].password == nil)
        #expect(cameras[5].mqtt.word == "smoke" && cameras[5].mqtt.value == "s.m" && cameras[5].mqtt.topics == ["a/b"])
    }

    @Test("the platforms are read, with their defaults")
    func platforms() throws {
        let settings = try parse("")
        #expect(settings.gb28181?.realm == "1502030000" && settings.gb28181?.listen.port == 0)
        #expect(settings.ga1400?.personalData == .drop)
        #expect(settings.brokers.first?.client == "patrold-broker-1")
        #expect(settings.secrets.map(\.key) == ["brokers[0].password"])
    }

    @Test("a camera without its platform, a wrong id and an id taken twice have their sentences")
    func wrong() {
        let sip = "  - {name: a, adapter: gb28181, id: \"15020300001310000001\", password: {file: /p}, place: x}\n"
        #expect(complaints(sip, platforms: "").first?.hasPrefix("gb28181: missing, yet the camera \"a\" needs it") == true)
        let short = sip.replacing("15020300001310000001", with: "1502")
        #expect(complaints(short).first?.contains("cameras[0].id: expected 20 digits") == true)
        let twice = complaints(sip + sip.replacing("name: a", with: "name: b"))
        #expect(twice == ["cameras[1].id: the id 15020300001310000001 is taken already; each device has its own"])
        let broker = complaints("  - {name: e, adapter: mqtt, broker: broker-2, format: axis, place: x}\n")
        #expect(broker == ["cameras[0].broker: no broker is named \"broker-2\"; did you mean \"broker-1\"?"])
        let sensor = complaints("  - {name: e, adapter: mqtt, broker: broker-1, format: generic, place: x}\n")
        #expect(sensor.map { $0.prefix { $0 != ":" } } == ["cameras[0].topics", "cameras[0].word"])
    }
}

import Model
import PatrolSim
import TestKit
import Testing

@testable import Feeds

@Suite(.serialized) struct ONVIFDiscoveryTests {
    private func discovery(_ port: UInt16, for duration: Span = .milliseconds(800)) -> ONVIFDiscovery {
        var discovery = ONVIFDiscovery()
        discovery.target = "127.0.0.1"
        discovery.interface = "127.0.0.1"
        discovery.port = port
        discovery.duration = duration
        return discovery
    }

    @Test("cameras answer a probe once each, with addresses, name and model")
    func found() async throws {
        let scopes = ["onvif://www.onvif.org/name/%E8%B7%AF%E5%8F%A3", "onvif://www.onvif.org/hardware/SIM-360"]
        let responder = try DiscoveryResponder([
            .init(endpoint: "urn:uuid:1", addresses: ["http://192.0.2.7/onvif/device_service"], scopes: scopes),
            .init(endpoint: "urn:uuid:1", addresses: ["http://192.0.2.8/onvif/device_service"], scopes: scopes),
            .init(endpoint: "urn:uuid:2", addresses: [], scopes: []),
        ])
        var found: [FoundCamera] = []
        // A busy machine may answer later; what counts is what is found in the end.
        for duration in [Span.milliseconds(800), .seconds(5), .seconds(30)]
        where found.flatMap(\.addresses).count < 2 || found.count < 2 {
            found = try await discovery(responder.port, for: duration).run().sorted { $0.endpoint < $1.endpoint }
        }
        #expect(found.map(\.endpoint) == ["urn:uuid:1", "urn:uuid:2"])
        #expect(found.first?.addresses.count == 2 && found.first?.name == "路口" && found.first?.hardware == "SIM-360")
        #expect(found.first?.peer == "127.0.0.1" && found.last?.name == nil)
        responder.stop()
    }

    @Test("where nobody answers nobody is found, in bounded time")
    func nobody() async throws {
        let responder = try DiscoveryResponder([])
        #expect(try await discovery(responder.port).run().isEmpty)
        responder.stop()
    }

    @Test("an interface that this machine does not have is an error")
    func noInterface() async {
        var discovery = discovery(9)
        discovery.interface = "192.0.2.250"
        await #expect(throws: (any Error).self) { try await discovery.run() }
    }

    @Test("answers are read from their bytes, and nonsense is none")
    func reading() throws {
        let found = FoundCamera.read(try Fixtures.bytes("onvif/probe-matches.xml"), from: "192.0.2.7")
        #expect(found.count == 1 && found.first?.addresses.count == 2 && found.first?.name == "路口")
        #expect(FoundCamera.read(Array("x".utf8), from: "").isEmpty)
        #expect(FoundCamera.read(try Fixtures.bytes("onvif/motion.xml"), from: "").isEmpty)
    }
}

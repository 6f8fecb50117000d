import Console
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Model
import Synchronization
import Testing

@Suite("Devices")
struct DeviceRoutesTests {
    private let seen = Calls()

    /// What came through the routes.
    private final class Calls: Sendable {
        let pushes = Mutex<[PushRequest]>([])
        let orders = Mutex<[String]>([])
    }

    private func bench() throws -> ConsoleBench {
        let seen = seen
        return try ConsoleBench(
            devices: DeviceServices(
                list: { [["name": "cam-1"]] },
                carryOut: { device, order in
                    seen.orders.withLock { $0.append("\(device) \(order)") }
                    return ["ok": true]
                },
                receive: { request in
                    seen.pushes.withLock { $0.append(request) }
                    return PushAnswer(207, headers: [("WWW-Authenticate", "Digest realm=\"x\"")], body: Array("done".utf8))
                }))
    }

    @Test("a device's call reaches its feed as it is, without our credentials, and gets the feed's answer")
    func push() async throws {
        let bench = try bench()
        try await bench.serve { client async throws in
            let answer = try await client.execute(
                uri: "/VIID/System/Register?a=%20b", method: .post, headers: [.contentType: "application/VIID+JSON"],
                body: ByteBuffer(string: "{}"))
            #expect(answer.status.code == 207 && String(buffer: answer.body) == "done")
            #expect(answer.headers[.wwwAuthenticate] == "Digest realm=\"x\"")
            _ = try await client.execute(uri: "/push/isapi/cam-1", method: .put, body: ByteBuffer(string: "x"))
        }
        let pushes = seen.pushes.withLock { $0 }
        #expect(pushes.map(\.method) == ["POST", "PUT"])
        #expect(pushes.map(\.path) == ["/VIID/System/Register", "/push/isapi/cam-1"])
        #expect(pushes.first?.query == "a=%20b" && pushes.first?.body == Array("{}".utf8))
        #expect(pushes.first?["content-type"] == "application/VIID+JSON")
        #expect(pushes.allSatisfy { $0.peer == "127.0.0.1" || $0.peer == "::1" })
    }

    @Test("a body over the limit is refused before it reaches the feed")
    func tooLarge() async throws {
        let bench = try bench()
        try await bench.serve(limit: 1024) { client async throws in
            let answer = try await client.execute(
                uri: "/push/isapi/cam-1", method: .post, body: ByteBuffer(repeating: 65, count: 4096))
            #expect(answer.isProblem(.contentTooLarge, "too-large"))
        }
        #expect(seen.pushes.withLock { $0 }.isEmpty)
    }

    @Test("orders go to the device, and only with the right to operate")
    func orders() async throws {
        let bench = try bench()
        try await bench.serve(.local) { client async throws in
            #expect(try await client.execute(uri: "/v1/devices/cam-1/probe", method: .post).status == .ok)
            #expect(try await client.execute(uri: "/v1/devices/cam-1/goto?preset=3", method: .post).status == .ok)
            #expect(try await client.execute(uri: "/v1/devices/cam-1/goto", method: .post).status == .badRequest)
            #expect(try await client.execute(uri: "/v1/devices/cam-1/dance", method: .post).status == .notFound)
            #expect(try await client.execute(uri: "/v1/devices/cam-1", method: .get).status == .ok)
            #expect(try await client.execute(uri: "/v1/devices/cam-9", method: .get).status == .notFound)
        }
        #expect(seen.orders.withLock { $0 } == ["cam-1 probe", "cam-1 go(preset: \"3\")"])
    }

    @Test("a token that may only read gives no orders")
    func reading() async throws {
        let bench = try bench()
        try await bench.serve { client async throws in
            let answer = try await client.execute(
                uri: "/v1/devices/cam-1/probe", method: .post, headers: [.authorization: "Bearer \(ConsoleBench.reader)"])
            #expect(answer.isProblem(.forbidden, "forbidden"))
        }
        #expect(seen.orders.withLock { $0 }.isEmpty)
    }
}

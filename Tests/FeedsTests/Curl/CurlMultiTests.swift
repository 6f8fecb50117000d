import Feeds
import Foundation
import PatrolSim
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct CurlMultiTests {
    private let multi = CurlMulti(label: "test.curl")

    private func failure(_ request: CurlRequest) async -> CurlError.Code? {
        do {
            _ = try await multi.send(request)
            return nil
        } catch {
            return (error as? CurlError)?.code
        }
    }

    @Test("a request brings status, headers and body, and a POST sends its body")
    func requests() async throws {
        let server = LoopbackServer { connection in
            while let head = connection.readHead() {
                let length = head.firstMatch(of: /Content-Length: (\d+)/).flatMap { Int($0.1) } ?? 0
                let body = connection.read(length)
                let answer = head.prefix { !$0.isNewline } + "|" + String(decoding: body, as: UTF8.self)
                connection.write("HTTP/1.1 201 Made\r\nX-Kind:  test \r\nContent-Length: \(answer.utf8.count)\r\n\r\n\(answer)")
            }
        }
        defer { server.stop() }
        let got = try await multi.send(CurlRequest(url: server.url + "/a"))
        #expect(got.status == 201 && got.head["x-kind"] == "test")
        #expect(String(decoding: got.body, as: UTF8.self) == "GET /a HTTP/1.1|")
        for method in ["POST", "PUT", "DELETE"] {
            let request = CurlRequest(url: server.url + "/b", method: method, body: Array("hello".utf8))
            #expect(String(decoding: try await multi.send(request).body, as: UTF8.self) == "\(method) /b HTTP/1.1|hello")
        }
        #expect(
            String(decoding: try await multi.send(CurlRequest(url: server.url, method: "POST")).body, as: UTF8.self)
                == "POST / HTTP/1.1|")
    }

    @Test("digest authentication works, and a wrong password is tried once only")
    func digest() async throws {
        let server = try await ISAPICameraServer.start([ISAPICameraSettings(name: "cam", password: "right")])
        var request = CurlRequest(url: server.url(0) + "/ISAPI/System/deviceInfo")
        request.credentials = CurlCredentials(user: "admin", password: "right")
        let answer = try await multi.send(request)
        #expect(answer.status == 200)
        let before = server.cameras[0].tally.refused
        request.credentials = CurlCredentials(user: "admin", password: "wrong")
        #expect(try await multi.send(request).status == 401)
        #expect(server.cameras[0].tally.refused - before == 2)
        await server.stop()
    }

    @Test("basic authentication is used where the server knows nothing else, unless it is not permitted")
    func basic() async throws {
        let server = LoopbackServer { connection in
            while let head = connection.readHead() {
                let isKnown = head.contains("Authorization: Basic YTpi\r\n")
                let status = isKnown ? "200 OK" : "401 No\r\nWWW-Authenticate: Basic realm=\"x\""
                connection.write("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
            }
        }
        defer { server.stop() }
        var request = CurlRequest(url: server.url, credentials: CurlCredentials(user: "a", password: "b"))
        #expect(try await multi.send(request).status == 200)
        request.credentials?.permitsBasic = false
        #expect(try await multi.send(request).status == 401)
    }

    @Test("nobody listening, an unknown scheme and a long silence have codes of their own")
    func failures() async {
        let server = LoopbackServer { connection in
            _ = connection.readHead()
            connection.waitForEnd()
        }
        #expect(await failure(CurlRequest(url: server.url, totalTimeout: .milliseconds(200))) == .timedOut)
        server.stop()
        #expect(await failure(CurlRequest(url: server.url)) == .unreachable)
        #expect(await failure(CurlRequest(url: "file:///etc/passwd")) == .badRequest)
        #expect(await failure(CurlRequest(url: "ftp://127.0.0.1/")) == .badRequest)
    }

    @Test("a response over its limit, and headers without end, are given up")
    func caps() async {
        let server = LoopbackServer { connection in
            let head = connection.readHead() ?? ""
            if head.contains("/headers") {
                connection.write("HTTP/1.1 200 OK\r\n")
                while connection.write("X-Long: \(String(repeating: "x", count: 1000))\r\n") {}
            } else {
                connection.write("HTTP/1.1 200 OK\r\n\r\n")
                while connection.write([UInt8](repeating: 120, count: 4096)) {}
            }
        }
        defer { server.stop() }
        #expect(await failure(CurlRequest(url: server.url, responseLimit: 100_000)) == .tooLarge)
        #expect(await failure(CurlRequest(url: server.url + "/headers")) == .tooLarge)
    }

    @Test("a paused stream holds the sender back, loses nothing, and goes on")
    func backPressure() async {
        let sent = Mutex(0)
        let server = LoopbackServer { connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\n\r\n")
            var next: UInt8 = 0
            for _ in 0..<4000 {
                let piece = (0..<4096).map { _ -> UInt8 in
                    next = next &+ 1
                    return next
                }
                guard connection.write(piece) else { return }
                sent.withLock { $0 += piece.count }
            }
        }
        defer { server.stop() }
        let received = Mutex((count: 0, last: UInt8(0), inOrder: true))
        let ended = Mutex(false)
        let stream = multi.stream(
            CurlRequest(url: server.url), onHead: { _ in },
            onBytes: { bytes in
                received.withLock { state in
                    for byte in bytes {
                        state.inOrder = state.inOrder && byte == state.last &+ 1
                        state.last = byte
                    }
                    state.count += bytes.count
                }
            }, onEnd: { _ in ended.withLock { $0 = true } })
        stream.pause()
        var last = -1
        // The sender is stuck when nothing more leaves it between two looks.
        _ = await eventually(every: 0.3) {
            defer { last = sent.withLock { $0 } }
            return last > 0 && last == sent.withLock { $0 }
        }
        #expect(sent.withLock { $0 } < 4000 * 4096)
        #expect(received.withLock { $0.count } <= 64 << 10)
        stream.resume()
        #expect(await eventually { ended.withLock { $0 } })
        #expect(received.withLock { $0.count } == 4000 * 4096 && received.withLock { $0.inOrder })
    }

    @Test("a given-up transfer ends once, as cancelled")
    func cancels() async {
        let server = LoopbackServer { connection in
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\n\r\n")
            connection.waitForEnd()
        }
        defer { server.stop() }
        let ends = Mutex<[CurlError.Code]>([])
        let heads = Mutex(0)
        let stream = multi.stream(
            CurlRequest(url: server.url), onHead: { _ in heads.withLock { $0 += 1 } }, onBytes: { _ in },
            onEnd: { result in if case .failure(let error) = result { ends.withLock { $0.append(error.code) } } })
        // The head of a stream is told although no byte of the body came.
        #expect(await eventually { heads.withLock { $0 } == 1 })
        stream.cancel()
        stream.cancel()
        #expect(await eventually { ends.withLock { $0 } == [.cancelled] })
    }

    @Test("many short connections leave no descriptor behind")
    func descriptors() async throws {
        let server = LoopbackServer { connection in
            _ = connection.readHead()
            connection.write("HTTP/1.0 200 OK\r\n\r\nx")
        }
        defer { server.stop() }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<600 {
                group.addTask { [multi] in try await multi.send(CurlRequest(url: server.url)).status }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(await eventually { multi.descriptorCount() == 0 })
        #expect(server.accepted.withLock { $0 } == 600)
    }

    @Test("the name of a host is resolved without blocking, and the resolver's descriptors come back")
    func resolver() async {
        for _ in 0..<5 {
            #expect(await failure(CurlRequest(url: "http://no-such-host.invalid/")) == .unresolved)
        }
        #expect(await eventually { multi.descriptorCount() == 0 })
    }

    @Test("a socket of the file system serves instead of a host")
    func unixSocket() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("s")
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        listen(listener, 4)
        Thread.detachNewThread {
            let descriptor = accept(listener, nil, nil)
            let connection = Connection(descriptor: descriptor)
            _ = connection.readHead()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            connection.waitForEnd()
            close(descriptor)
        }
        let answer = try await multi.send(CurlRequest(url: "http://patrold/status", unixSocket: path))
        #expect(answer.body == Array("ok".utf8))
        close(listener)
    }

    @Test("a client that goes away ends its transfers")
    func closing() async {
        let server = LoopbackServer { connection in
            _ = connection.readHead()
            connection.waitForEnd()
        }
        defer { server.stop() }
        let ends = Mutex(0)
        var own: CurlMulti? = CurlMulti(label: "test.curl.short")
        own?.send(CurlRequest(url: server.url)) { _ in ends.withLock { $0 += 1 } }
        #expect(await eventually { server.accepted.withLock { $0 } == 1 })
        own = nil
        #expect(await eventually { ends.withLock { $0 } == 1 })
    }
}

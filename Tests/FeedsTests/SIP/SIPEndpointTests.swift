import Dispatch
import Feeds
import Glibc
import Model
import Synchronization
import TestKit
import Testing

/// The sockets: limits, keep-alives, sending again.
@Suite struct SIPEndpointTests {
    private final class Site: Sendable {
        let endpoint: SIPEndpoint
        let port: UInt16
        let requests = Mutex<[String]>([])
        let unreadable = Mutex(0)

        init(change: (inout SIPEndpoint.Settings) -> Void = { _ in }, answers: Bool = true) throws {
            var settings = SIPEndpoint.Settings()
            settings.host = "127.0.0.1"
            settings.port = 0
            settings.t1 = .milliseconds(30)
            change(&settings)
            let made = Mutex<Site?>(nil)
            endpoint = SIPEndpoint(
                settings, queue: DispatchQueue(label: "test.sip"), clock: RealClock(),
                handlers: .init(
                    request: { incoming in
                        guard let site = made.withLock({ $0 }) else { return }
                        site.requests.withLock { $0.append(incoming.message.callID ?? "") }
                        if answers { site.endpoint.answer(incoming, 200) }
                    }, unreadable: { _, _, _ in made.withLock { $0 }?.unreadable.withLock { $0 += 1 } }))
            port = try endpoint.open()
            made.withLock { $0 = self }
        }
    }

    private func request(_ callID: String) -> [UInt8] {
        Array(
            ("OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK\(callID)\r\nFrom: <sip:d@x>;tag=1\r\n"
                + "To: <sip:p@x>\r\nCall-ID: \(callID)\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n").utf8)
    }

    @Test("a keep-alive over TCP is answered with CRLF, a request with its answer")
    func keepAlive() async throws {
        let site = try Site()
        let socket = try SIPTestSocket(site.port, .tcp)
        socket.send(Array("\r\n\r\n".utf8))
        #expect(await eventually { socket.read() == "\r\n" })
        socket.send(request("one"))
        #expect(await eventually { socket.read().contains("SIP/2.0 200 OK") })
        site.endpoint.close()
    }

    @Test("connections beyond the limit are closed at once, and idle ones after their time")
    func limits() async throws {
        let site = try Site {
            $0.connections = 2
            $0.idle = .seconds(6)
        }
        let first = try SIPTestSocket(site.port, .tcp)
        let second = try SIPTestSocket(site.port, .tcp)
        first.send(request("a"))
        second.send(request("b"))
        #expect(await eventually { first.read().contains("200 OK") && second.read().contains("200 OK") })
        let third = try SIPTestSocket(site.port, .tcp)
        #expect(await eventually { third.isClosed })
        #expect(await eventually { first.isClosed && second.isClosed })
        let fourth = try SIPTestSocket(site.port, .tcp)
        fourth.send(request("d"))
        #expect(await eventually { fourth.read().contains("200 OK") })
        site.endpoint.close()
    }

    @Test("a connection that is paused is not read, and goes on where it was")
    func paused() async throws {
        let site = try Site()
        let socket = try SIPTestSocket(site.port, .tcp)
        socket.send(request("before"))
        #expect(await eventually { socket.read().contains("200 OK") })
        site.endpoint.queue.sync { site.endpoint.pause(connection: 1) }
        for number in 1...50 { socket.send(request("held-\(number)")) }
        let other = try SIPTestSocket(site.port, .tcp)
        other.send(request("other"))
        #expect(await eventually { other.read().contains("200 OK") })
        #expect(site.requests.withLock { $0 } == ["before", "other"])
        site.endpoint.queue.sync { site.endpoint.resume(connection: 1) }
        #expect(await eventually { site.requests.withLock { $0.count } == 52 })
        site.endpoint.queue.sync { site.endpoint.pause(connection: 1) }
        site.endpoint.close()
        #expect(await eventually { socket.isClosed })
    }

    @Test("a repeat is answered with the same bytes and handled once; one that is not answered yet is not answered twice")
    func repeats() async throws {
        let site = try Site()
        let socket = try SIPTestSocket(site.port, .udp)
        for _ in 1...5 { socket.send(request("same")) }
        #expect(
            await eventually {
                _ = socket.read(); return socket.datagrams.count == 5
            })
        #expect(Set(socket.datagrams).count == 1)
        #expect(site.requests.withLock { $0 } == ["same"])
        site.endpoint.close()
    }

    @Test("our own request is sent again until it is answered, and ends when nobody answers")
    func own() async throws {
        let site = try Site()
        let socket = try SIPTestSocket(site.port, .udp)
        let outcome = Mutex<SIPOutcome?>(nil)
        let message = SIPMessage(
            .request(method: "MESSAGE", uri: "sip:d"),
            headers: [
                SIPHeader("From", "<sip:p@x>;tag=1"), SIPHeader("To", "<sip:d@x>"), SIPHeader("Call-ID", "own"),
                SIPHeader("CSeq", "1 MESSAGE"),
            ])
        let peer = SIPPeer(.udp, host: "127.0.0.1", port: socket.port)
        site.endpoint.queue.async { site.endpoint.request(message, to: peer) { answer in outcome.withLock { $0 = answer } } }
        #expect(
            await eventually {
                _ = socket.read(); return socket.datagrams.count > 3
            })
        #expect(Set(socket.datagrams).count == 1)
        #expect(await eventually { outcome.withLock { $0 } == .timeout })
        site.endpoint.close()
    }

    @Test("a request without the headers that every request has is answered 400 where it names its way")
    func missing() async throws {
        let site = try Site()
        let socket = try SIPTestSocket(site.port, .udp)
        socket.send(Array("MESSAGE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\n\r\n".utf8))
        #expect(await eventually { socket.read().contains("SIP/2.0 400") })
        socket.send(Array("MESSAGE sip:a SIP/2.0\r\n\r\n".utf8))
        #expect(await eventually { site.unreadable.withLock { $0 } == 2 })
        #expect(site.requests.withLock { $0 }.isEmpty)
        site.endpoint.close()
    }
}

/// A plain socket to a port of this machine, read without waiting.
final class SIPTestSocket {
    enum Kind { case udp, tcp }
    private let descriptor: Int32
    private(set) var datagrams: [String] = []
    private(set) var isEnded = false

    init(_ port: UInt16, _ kind: Kind) throws {
        let type = kind == .tcp ? SOCK_STREAM : SOCK_DGRAM
        descriptor = socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    var port: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    func send(_ bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// Everything that came so far.
    func read() -> String {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 { isEnded = true }
            guard count > 0 else { break }
            datagrams.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
        return datagrams.joined()
    }

    var isClosed: Bool {
        _ = read()
        return isEnded || Glibc.send(descriptor, [UInt8](), 0, Int32(MSG_NOSIGNAL)) < 0
    }

    deinit { close(descriptor) }
}

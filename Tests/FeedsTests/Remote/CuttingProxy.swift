import Dispatch
import Glibc
import Synchronization

/// Passes connections on to a port of 127.0.0.1 and cuts each one after so many bytes towards the client.
final class CuttingProxy: Sendable {
    private let server: LoopbackServer

    init(to port: Int, after limit: Int) {
        server = LoopbackServer { client in
            let upstream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(upstream) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let isUp = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(upstream, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isUp else { return }
            let there = Connection(descriptor: upstream)
            let done = DispatchGroup()
            DispatchQueue(label: "test.proxy").async(group: done) {
                Self.pump(client, there, limit: .max)
                shutdown(upstream, Int32(SHUT_RDWR))
            }
            Self.pump(there, client, limit: limit)
            shutdown(upstream, Int32(SHUT_RDWR))
            shutdown(client.descriptor, Int32(SHUT_RDWR))
            done.wait()
        }
    }

    var port: Int { server.port }
    var connections: Int { server.accepted.withLock { $0 } }
    func stop() { server.stop() }

    private static func pump(_ from: Connection, _ to: Connection, limit: Int) {
        var left = limit
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while left > 0 {
            let count = recv(from.descriptor, &buffer, buffer.count, 0)
            guard count > 0, to.write(Array(buffer.prefix(min(count, left)))) else { return }
            left -= count
        }
    }
}

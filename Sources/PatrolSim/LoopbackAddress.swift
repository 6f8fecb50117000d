import Glibc
import Platform

/// 127.0.0.1 as the system wants it.
package enum LoopbackAddress {
    static func of(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    /// A connected descriptor, or a negative number.
    static func connect(port: Int) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return -1 }
        var address = of(port: port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }

    /// A TCP port that nobody listens on at the moment, below those that Linux gives to connections (ip(7)), so that it is
    /// still free when its listener comes, and when that comes again.
    package static func freePort() throws(SystemError) -> Int {
        for _ in 0..<200 {
            if let port = try? bound(to: Int.random(in: 20_000..<32_000)) { return port }
        }
        return try bound(to: 0)
    }

    /// The port that was bound for a moment; 0 takes any.
    private static func bound(to port: Int) throws(SystemError) -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = of(port: port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard result == 0 else { throw SystemError("bind", "127.0.0.1") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

import Dispatch
import Glibc
import PatrolSim
import Synchronization
import Testing

/// A router that sends what several devices say from one port, and finds back who an answer is for.
final class OnePortRelay: Sendable {
    private struct State {
        /// The device's code → where it is.
        var devices: [String: sockaddr_in] = [:]
        var isClosed = false
    }

    let port: UInt16
    private let inside: Int32
    private let outside: Int32
    private let state = Mutex(State())

    init(to platform: UInt16) throws {
        inside = try Self.bound()
        outside = try Self.bound()
        port = Self.port(of: inside)
        let target = Self.address(platform)
        let inner = inside
        let outer = outside
        Thread.run { [self] in
            forward(from: inner) { code, sender in
                state.withLock { $0.devices[code.from] = sender }
                return (outer, target)
            }
        }
        Thread.run { [self] in
            forward(from: outer) { code, _ in
                let device = state.withLock { state in state.devices[code.isAnswer ? code.from : code.to] }
                return device.map { (inner, $0) }
            }
        }
    }

    private enum Thread {
        static func run(_ body: @escaping @Sendable () -> Void) {
            DispatchQueue(label: "test.relay").async(execute: body)
        }
    }

    private struct Names {
        var from: String
        var to: String
        var isAnswer: Bool
    }

    private func forward(from socket: Int32, _ route: (Names, sockaddr_in) -> (Int32, sockaddr_in)?) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while !state.withLock({ $0.isClosed }) {
            var sender = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &sender) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(socket, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count > 0, let message = SimSIP(Array(buffer[..<count])) else { continue }
            let names = Names(
                from: code(message["from"]), to: code(message["to"]), isAnswer: message.status != nil)
            guard let way = route(names, sender) else { continue }
            var target = way.1
            let bytes = Array(buffer[..<count])
            _ = withUnsafePointer(to: &target) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(way.0, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        Glibc.close(socket)
    }

    private func code(_ header: String?) -> String {
        String((header ?? "").split(separator: "sip:").last?.prefix(20) ?? "")
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        return address
    }

    /// Wakes up now and then to see whether it is over.
    private static func bound() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = address(0)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        var wait = timeval(tv_sec: 0, tv_usec: 100_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    func close() { state.withLock { $0.isClosed = true } }
}

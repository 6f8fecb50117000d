import Dispatch
import Glibc
import Platform

/// A UDP socket for one question; used on its queue only, hence `@unchecked Sendable`.
final class DiscoverySocket: @unchecked Sendable {
    let queue = DispatchQueue(label: "patrold.onvif.discovery")
    private let descriptor: Int32
    private var source: (any DispatchSourceRead)?
    private var isOver = false

    /// - Parameter interface: IPv4 address to ask from.
    init(interface: String?) throws(SystemError) {
        let kind = SocketKind.datagrams.type | SocketKind.closesOnExec | SocketKind.neverBlocks
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { throw SystemError("socket", "UDP") }
        do throws(SystemError) {
            try Self.prepare(descriptor, interface ?? "0.0.0.0")
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    private static func prepare(_ descriptor: Int32, _ interface: String) throws(SystemError) {
        guard var address = address(interface, 0) else { throw SystemError("inet_pton", interface, number: EINVAL) }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard isBound == 0 else { throw SystemError("bind", interface) }
        var sender = address.sin_addr
        // IPPROTO_IP is 0, IP_MULTICAST_IF 32, IP_MULTICAST_TTL 33; the question stays in the segment.
        setsockopt(descriptor, 0, 32, &sender, socklen_t(MemoryLayout<in_addr>.size))
        var hops: UInt8 = 1
        setsockopt(descriptor, 0, 33, &hops, 1)
    }

    /// Hands each datagram over with the address it came from.
    func begin(_ take: @escaping @Sendable ([UInt8], String) -> Void) throws(SystemError) {
        let reader = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        let descriptor = descriptor
        reader.setEventHandler { @Sendable in Self.receive(descriptor, take) }
        reader.setCancelHandler { @Sendable in close(descriptor) }
        source = reader
        reader.activate()
    }

    func send(_ bytes: [UInt8], to ip: String, _ port: UInt16) throws(SystemError) {
        guard !isOver else { return }
        guard var address = Self.address(ip, port) else { throw SystemError("inet_pton", ip, number: EINVAL) }
        let count = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard count == bytes.count else { throw SystemError("sendto", "\(ip):\(port)") }
    }

    func end() {
        guard !isOver else { return }
        isOver = true
        if let source { source.cancel() } else { close(descriptor) }
        source = nil
    }

    private static func receive(_ descriptor: Int32, _ take: ([UInt8], String) -> Void) {
        var bytes = [UInt8](repeating: 0, count: 65536)
        while true {
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &bytes, bytes.count, 0, $0, &length)
                }
            }
            guard count > 0 else { return }
            take(Array(bytes.prefix(count)), text(peer.sin_addr))
        }
    }

    private static func text(_ address: in_addr) -> String {
        let number = UInt32(bigEndian: address.s_addr)
        return [24, 16, 8, 0].map { String(number >> UInt32($0) & 0xFF) }.joined(separator: ".")
    }

    private static func address(_ ip: String, _ port: UInt16) -> sockaddr_in? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return inet_pton(AF_INET, ip, &address.sin_addr) == 1 ? address : nil
    }
}

import Glibc
import Platform

/// Sockets and addresses for SIP: numeric addresses only, nothing is looked up.
enum SIPSocket {
    enum Kind { case datagrams, listener }

    /// A socket bound to a numeric address; close it when done.
    ///
    /// - Throws: `SystemError` when the address is not ours, the port is taken or needs a right that we lack.
    static func bound(_ kind: Kind, host: String, port: UInt16) throws(SystemError) -> Int32 {
        let place = "\(host):\(port)"
        guard var address = Address(host: host, port: port) else {
            throw SystemError("read the listen address", place, number: EINVAL)
        }
        let type = kind == .datagrams ? SocketKind.datagrams.type : SocketKind.stream.type
        let descriptor = socket(
            address.family, type | SocketKind.neverBlocks | SocketKind.closesOnExec, 0)
        guard descriptor >= 0 else { throw SystemError("make a socket for", place) }
        var yes: Int32 = 1
        if kind == .listener { setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) }
        if kind == .datagrams {
            // Many devices call at once after an outage.
            var room: Int32 = 4 << 20
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
        }
        let bindResult = address.withPointer { bind(descriptor, $0, $1) }
        guard bindResult == 0, kind == .datagrams || listen(descriptor, 256) == 0 else {
            let error = SystemError("listen for SIP on", place)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// The port that a socket is bound to.
    static func port(of descriptor: Int32) -> UInt16 {
        var address = Address()
        _ = address.withMutablePointer { getsockname(descriptor, $0, $1) }
        return address.place?.port ?? 0
    }

    /// Our numeric address as a peer sees it, without sending anything.
    static func localHost(towards peer: SIPPeer) -> String? {
        guard var target = Address(host: peer.host, port: peer.port) else { return nil }
        let descriptor = socket(target.family, SocketKind.datagrams.type | SocketKind.closesOnExec, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard target.withPointer({ connect(descriptor, $0, $1) }) == 0 else { return nil }
        var address = Address()
        _ = address.withMutablePointer { getsockname(descriptor, $0, $1) }
        return address.place?.host
    }

    /// A socket address of either family.
    struct Address {
        private var storage = sockaddr_storage()
        private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

        init() {}

        init?(host: String, port: UInt16) {
            var four = in_addr()
            var six = in6_addr()
            if inet_pton(AF_INET, host, &four) == 1 {
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = port.bigEndian
                address.sin_addr = four
                withUnsafeBytes(of: address) { source in
                    withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: source) }
                }
                length = socklen_t(MemoryLayout<sockaddr_in>.size)
            } else if inet_pton(AF_INET6, host, &six) == 1 {
                var address = sockaddr_in6()
                address.sin6_family = sa_family_t(AF_INET6)
                address.sin6_port = port.bigEndian
                address.sin6_addr = six
                withUnsafeBytes(of: address) { source in
                    withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: source) }
                }
                length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            } else {
                return nil
            }
        }

        var family: Int32 { Int32(storage.ss_family) }

        mutating func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
            let length = length
            return withUnsafePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
            }
        }

        mutating func withMutablePointer<Result>(
            _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
        ) -> Result {
            withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
            }
        }

        /// Numeric host and port; an IPv4 address in IPv6 dress is written as what it is.
        var place: (host: String, port: UInt16)? {
            var copy = storage
            return withUnsafeMutablePointer(to: &copy) { pointer in
                switch Int32(pointer.pointee.ss_family) {
                case AF_INET:
                    pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                        Self.text(AF_INET, &address.pointee.sin_addr).map { ($0, UInt16(bigEndian: address.pointee.sin_port)) }
                    }
                case AF_INET6:
                    pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                        Self.text(AF_INET6, &address.pointee.sin6_addr).map { text in
                            let host = text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
                            return (host, UInt16(bigEndian: address.pointee.sin6_port))
                        }
                    }
                default: nil
                }
            }
        }

        private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String? {
            var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            guard inet_ntop(family, address, &buffer, socklen_t(buffer.count)) != nil else { return nil }
            return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}

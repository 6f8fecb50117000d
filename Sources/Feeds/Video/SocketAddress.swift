import Glibc
import Platform

/// Where a connection goes: the system's own form of an address and a port.
struct SocketAddress: Sendable {
    let family: Int32
    private let bytes: [UInt8]

    /// The first address of a host; asking for a name blocks until the name service answers.
    ///
    /// - Parameter numericOnly: takes no names, and never blocks.
    static func find(_ host: String, _ port: Int, numericOnly: Bool) -> SocketAddress? {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = SocketKind.stream.type
        hints.ai_flags = AI_NUMERICSERV | (numericOnly ? AI_NUMERICHOST : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0, let first = list else { return nil }
        defer { freeaddrinfo(first) }
        guard let address = first.pointee.ai_addr else { return nil }
        let bytes = UnsafeRawBufferPointer(start: address, count: Int(first.pointee.ai_addrlen))
        return SocketAddress(family: first.pointee.ai_family, bytes: Array(bytes))
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        return withUnsafeMutableBytes(of: &storage) { buffer in
            buffer.copyBytes(from: bytes.prefix(buffer.count))
            return buffer.withMemoryRebound(to: sockaddr.self) { typed in
                guard let address = typed.baseAddress else { preconditionFailure("a stored value has an address") }
                return body(address, socklen_t(bytes.count))
            }
        }
    }
}

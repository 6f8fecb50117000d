/// Who is at the other end: the address that a message came from, which is where answers and requests go.
package struct SIPPeer: Hashable, Sendable, CustomStringConvertible {
    package enum Transport: String, Hashable, Sendable {
        case udp = "UDP"
        case tcp = "TCP"
    }

    package var transport: Transport
    /// A numeric address.
    package var host: String
    package var port: UInt16
    /// Which connection, over TCP.
    package var connection: Int?

    package init(_ transport: Transport, host: String, port: UInt16, connection: Int? = nil) {
        self.transport = transport
        self.host = host
        self.port = port
        self.connection = connection
    }

    package var description: String {
        let place = host.contains(":") ? "[\(host)]" : host
        return "\(place):\(port) over \(transport.rawValue)"
    }
}

import Dispatch
import Glibc
import Model
import Platform

/// Answers WS-Discovery probes for simulated cameras on a UDP port of loopback.
package final class DiscoveryResponder: Sendable {
    /// What one camera answers.
    package struct Answer: Sendable {
        package var endpoint: String
        package var addresses: [String]
        package var scopes: [String]

        package init(endpoint: String, addresses: [String], scopes: [String]) {
            self.endpoint = endpoint
            self.addresses = addresses
            self.scopes = scopes
        }
    }

    package let port: UInt16
    private let source: DispatchSource

    /// Binds and answers each probe with every answer.
    ///
    /// - Throws: `SystemError` where there is no port.
    package init(_ answers: [Answer], ip: String = "127.0.0.1") throws(SystemError) {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0, var address = Self.address(ip, 0) else { throw SystemError("socket", ip) }
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                var size = length
                return bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &size) == 0
            }
        }
        guard isBound else {
            let error = SystemError("bind", ip)
            close(descriptor)
            throw error
        }
        port = UInt16(bigEndian: address.sin_port)
        let reader = DispatchSource.makeReadSource(
            fileDescriptor: descriptor, queue: DispatchQueue(label: "patrolsim.onvif.discovery"))
        reader.setEventHandler { @Sendable in Self.answerAll(descriptor, answers) }
        reader.setCancelHandler { @Sendable in close(descriptor) }
        // On Linux the factory always makes a `DispatchSource`.
        guard let source = reader as? DispatchSource else { preconditionFailure("a read source is a DispatchSource") }
        self.source = source
        source.resume()
    }

    /// Answers nobody any more.
    package func stop() { source.cancel() }

    deinit { source.cancel() }

    static func address(_ ip: String, _ port: UInt16) -> sockaddr_in? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return inet_pton(AF_INET, ip, &address.sin_addr) == 1 ? address : nil
    }

    private static func answerAll(_ descriptor: Int32, _ answers: [Answer]) {
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
            let probe = SOAPText(Array(bytes.prefix(count)))
            guard probe.operation == "Probe", let id = probe.first("MessageID") else { continue }
            for answer in answers { send(matches(answer, relatesTo: id), descriptor, peer) }
        }
    }

    private static func send(_ bytes: [UInt8], _ descriptor: Int32, _ peer: sockaddr_in) {
        var peer = peer
        _ = withUnsafePointer(to: &peer) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func matches(_ answer: Answer, relatesTo id: String) -> [UInt8] {
        let text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
            + "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
            + "xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\">"
            + "<s:Header><a:MessageID>urn:uuid:00000000-0000-4000-8000-000000000001</a:MessageID>"
            + "<a:RelatesTo>\(id.markup)</a:RelatesTo>"
            + "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action></s:Header><s:Body><d:ProbeMatches>"
            + "<d:ProbeMatch><a:EndpointReference><a:Address>\(answer.endpoint.markup)</a:Address></a:EndpointReference>"
            + "<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>\(answer.scopes.joined(separator: " ").markup)</d:Scopes>"
            + "<d:XAddrs>\(answer.addresses.joined(separator: " ").markup)</d:XAddrs>"
            + "<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
        return Array(text.utf8)
    }
}

import Dispatch
import FoundationEssentials
import Glibc
import Model
import Platform

/// Finds ONVIF cameras in a network segment: one WS-Discovery question, and what is answered within a bounded time.
package struct ONVIFDiscovery: Sendable {
    /// Where the question goes; a unicast address asks one host.
    package var target: String = "239.255.255.250"
    package var port: UInt16 = 3702
    /// Address of the network interface that asks; nothing for the system's choice.
    package var interface: String?
    /// How long answers are waited for; devices spread theirs over half a second.
    package var duration = Span.seconds(3)
    /// How often the question is sent, because datagrams get lost.
    package var repeats = 3

    private static let answerLimit = 4096

    package init() {}

    /// Asks and gathers.
    ///
    /// - Throws: `SystemError` where the interface has no such address or nothing can be sent.
    package func run() async throws -> [FoundCamera] {
        let socket = try DiscoverySocket(interface: interface)
        let gathering = DiscoveryGathering(limit: Self.answerLimit)
        return try await withCheckedThrowingContinuation { continuation in
            socket.queue.async {
                do {
                    try socket.begin { gathering.take($0, from: $1) }
                    try ask(socket)
                    socket.queue.asyncAfter(deadline: .now() + .microseconds(Int(duration.microseconds))) {
                        socket.end()
                        continuation.resume(returning: gathering.found)
                    }
                } catch {
                    socket.end()
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    private func ask(_ socket: DiscoverySocket) throws {
        let probe = Self.probe(id: UUID().uuidString.lowercased())
        try socket.send(probe, to: target, port)
        for number in 1..<max(1, min(repeats, 5)) {
            // Sent later without complaint: one question went out.
            socket.queue.asyncAfter(deadline: .now() + .milliseconds(number * 150)) {
                try? socket.send(probe, to: target, port)
            }
        }
    }

    /// WS-Discovery of April 2005, as ONVIF Core §7 wants it.
    static func probe(id: String) -> [UInt8] {
        let text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
            + "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
            + "xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><s:Header>"
            + "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action><a:MessageID>urn:uuid:\(id)</a:MessageID>"
            + "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body><d:Probe>"
            + "<d:Types xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\">dn:NetworkVideoTransmitter</d:Types>"
            + "</d:Probe></s:Body></s:Envelope>"
        return Array(text.utf8)
    }
}

/// A camera that answered a discovery probe.
package struct FoundCamera: Hashable, Sendable {
    /// Its own lasting identity, mostly `urn:uuid:…`; its first address where it names none.
    package var endpoint: String
    /// Addresses of its device service, as it believes.
    package var addresses: [String]
    package var scopes: [String]
    /// The address that the answer came from.
    package var peer: String

    /// Reads a ProbeMatches message.
    ///
    /// - Returns: its matches; none where it is another message.
    package static func read(_ bytes: [UInt8], from peer: String) -> [FoundCamera] {
        guard let answer = try? SOAPAnswer(bytes), answer.body.name == "ProbeMatches" else { return [] }
        return answer.body.children.filter { $0.name == "ProbeMatch" }.prefix(64).compactMap { match in
            let addresses = words(match["XAddrs"])
            let endpoint = match["EndpointReference"]?["Address"]?.text ?? ""
            guard let identity = endpoint.isEmpty ? addresses.first : endpoint else { return nil }
            return FoundCamera(endpoint: identity, addresses: addresses, scopes: words(match["Scopes"]), peer: peer)
        }
    }

    /// The name that its scopes tell, as people gave it.
    package var name: String? { scope("name") }

    /// The model that its scopes tell.
    package var hardware: String? { scope("hardware") }

    private func scope(_ kind: String) -> String? {
        let prefix = "onvif://www.onvif.org/\(kind)/"
        let found = scopes.first { $0.lowercased().hasPrefix(prefix) }
        return found.map { Self.percentDecoded($0.dropFirst(prefix.count)) }
    }

    private static func words(_ element: XMLElement?) -> [String] {
        (element?.text ?? "").split(whereSeparator: \.isWhitespace).prefix(64).map { String($0.prefix(512)) }
    }

    private static func percentDecoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The answers so far, one a camera; used on the socket's queue only, hence `@unchecked Sendable`.
private final class DiscoveryGathering: @unchecked Sendable {
    private(set) var found: [FoundCamera] = []
    private var known: [String: Int] = [:]
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    func take(_ bytes: [UInt8], from peer: String) {
        for camera in FoundCamera.read(bytes, from: peer) {
            if let index = known[camera.endpoint] {
                found[index].addresses += camera.addresses.filter { !found[index].addresses.contains($0) }
                found[index].scopes += camera.scopes.filter { !found[index].scopes.contains($0) }
            } else if found.count < limit {
                known[camera.endpoint] = found.count
                found.append(camera)
            }
        }
    }
}

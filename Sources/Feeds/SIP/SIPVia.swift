/// The topmost `Via`: which way a request came, and what an answer must carry back.
package struct SIPVia: Hashable, Sendable {
    /// `UDP` or `TCP`, in upper case.
    package var transport: String
    package var host: String
    package var port: UInt16?
    package var parameters: SIPParameters

    package var branch: String? { parameters["branch"] }

    package init?(_ text: String) {
        let first = text.prefix { $0 != "," }
        let pieces = first.split(separator: ";", omittingEmptySubsequences: false)
        guard let way = pieces.first else { return nil }
        let parts = way.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].trimmedBlanks.uppercased() == "SIP" else { return nil }
        let last = parts[2].trimmedBlanks
        let name = last.prefix { $0 != " " && $0 != "\t" }
        guard let place = SIPHostPort(last.dropFirst(name.count).trimmedBlanks) else { return nil }
        transport = name.uppercased()
        host = place.host
        port = place.port
        parameters = sipParameters(pieces.dropFirst())
    }

    /// The header's value with the address that the request came from (RFC 3261 §18.2.1, RFC 3581 §4).
    static func answered(_ value: [UInt8], from peer: SIPPeer) -> [UInt8] {
        let end = value.firstIndex(of: UInt8(ascii: ",")) ?? value.endIndex
        var pieces = value[..<end].split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { Array($0) }
        var asked = false
        for index in pieces.indices.dropFirst() {
            let text = String(decoding: pieces[index], as: UTF8.self).trimmedBlanks.lowercased()
            guard text == "rport" || text.hasPrefix("rport=") else { continue }
            pieces[index] = Array("rport=\(peer.port)".utf8)
            asked = true
        }
        let sentBy = SIPVia(String(decoding: value, as: UTF8.self))?.host
        if asked || sentBy != peer.host {
            pieces.removeAll { String(decoding: $0, as: UTF8.self).trimmedBlanks.lowercased().hasPrefix("received=") }
            pieces.append(Array("received=\(peer.host)".utf8))
        }
        return Array(pieces.joined(separator: [UInt8(ascii: ";")])) + value[end...]
    }
}

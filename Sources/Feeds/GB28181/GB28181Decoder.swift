import Model

/// Reads bytes of GB/T 28181 again that were quarantined.
package enum GB28181Decoder {
    /// The arrivals in a document or in a whole SIP message around one.
    ///
    /// An alarm gets the id that its device's report gives it; what states no fact gives nothing.
    package static func replay(
        _ bytes: [UInt8], contentType: String, source: String, device: String, classes: [String: AlarmClass],
        received: Timestamp
    ) -> [Arrival] {
        let events = AlarmEvents(source: source, device: device, adapter: "gb28181", classes: classes)
        let reason: String
        do throws(MANSCDPError) {
            let isSIP = contentType.lowercased().hasPrefix("message/sip")
            let message = try MANSCDPMessage(isSIP ? body(of: bytes) : bytes)
            guard message.kind == .notify, message.isCommand("Alarm") else { return [] }
            let sighting = GB28181Alarm(message).sighting(
                channels: [:], device: nil, zone: .shanghai, events: events, callID: nil, received: received)
            return events.unfolded([sighting])
        } catch {
            reason = error.sentence
        }
        return [events.unreadable(bytes, contentType, reason, received: received)]
    }

    private static func body(of bytes: [UInt8]) throws(MANSCDPError) -> [UInt8] {
        do throws(SIPError) {
            return try SIPParser.datagram(bytes).body
        } catch {
            throw MANSCDPError(code: .xml, sentence: error.description)
        }
    }
}

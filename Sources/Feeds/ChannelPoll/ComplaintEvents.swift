import Crypto
import Model

/// What only a channel that is asked again and again has to say: that a complaint has changed.
package enum ComplaintEvents {
    /// The channel says something else than before; what is told twice is the same event.
    ///
    /// - Parameter updated: when the channel changed it, nothing where it does not say.
    package static func updated(_ complaint: Complaint, updated: Timestamp?, at received: Timestamp) -> Event {
        Event(
            source: Complaint.source(channel: complaint.channel), id: complaint.number + "/updated/" + digest(complaint),
            type: EventType.complaintUpdated, subject: complaint.name.description, time: (updated ?? received).text(),
            received: received, data: complaint.json.bytes)
    }

    /// 16 hexadecimal digits of everything that a complaint says.
    package static func digest(_ complaint: Complaint) -> String { digest(complaint.json.bytes) }

    static func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.utf8.count == 1 ? "0" + text : text
        }.joined()
    }
}

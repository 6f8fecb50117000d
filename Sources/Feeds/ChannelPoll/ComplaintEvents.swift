import Crypto
import Model

/// A complaint and its closing as events, with the same ids whichever way they came.
///
/// The source is `patrold:/channels/<key>`; the ids are the number, `<number>/closed` and `<number>/updated/<digest>`, so
/// that what comes by file, by poll and by hand counts once.
package enum ComplaintEvents {
    package static func received(_ complaint: Complaint, at received: Timestamp) -> Event {
        event(
            complaint.channel, complaint.number, id: complaint.number, EventType.complaintReceived, complaint.accepted,
            complaint.json, received)
    }

    /// The channel says something else than before; what is told twice is the same event.
    ///
    /// - Parameter updated: when the channel changed it, nothing where it does not say.
    package static func updated(_ complaint: Complaint, updated: Timestamp?, at received: Timestamp) -> Event {
        event(
            complaint.channel, complaint.number, id: complaint.number + "/updated/" + digest(complaint),
            EventType.complaintUpdated, updated ?? received, complaint.json, received)
    }

    package static func closed(_ closing: ComplaintClosing, at received: Timestamp) -> Event {
        event(
            closing.channel, closing.number, id: closing.number + "/closed", EventType.complaintClosed, closing.closed,
            closing.json, received)
    }

    /// 16 hexadecimal digits of everything that a complaint says.
    package static func digest(_ complaint: Complaint) -> String { digest(complaint.json.bytes) }

    static func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.utf8.count == 1 ? "0" + text : text
        }.joined()
    }

    private static func event(
        _ channel: String, _ number: String, id: String, _ type: String, _ time: Timestamp, _ data: JSON, _ received: Timestamp
    ) -> Event {
        Event(
            source: "patrold:/channels/" + channel, id: id, type: type, subject: channel + "/" + number, time: time.text(),
            received: received, data: data.bytes)
    }
}

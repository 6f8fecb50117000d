import NIOCore
import SampleEvent

/// A request whose bytes are ready but for the events' ids.
struct RequestTemplate {
    let batch: Int
    private var bytes: [UInt8]
    /// Where each event's id stands.
    private let slots: [Int]
    private var nextID: UInt64

    /// - Parameter batch: 1 for a structured event, more for lines of NDJSON.
    init(path: String, token: String, source: String, batch: Int, firstID: UInt64) {
        let event = SampleEvent(source: source)
        let line = event.bytes + [0x0A]
        let body = batch == 1 ? event.bytes : Array(repeating: line, count: batch).flatMap { $0 }
        let type = batch == 1 ? "application/cloudevents+json" : "application/x-ndjson"
        let head = [
            "POST \(path) HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer \(token)", "Content-Type: \(type)",
            "Content-Length: \(body.count)", "", "",
        ].joined(separator: "\r\n")
        self.batch = batch
        bytes = Array(head.utf8) + body
        slots = (0..<batch).map { head.utf8.count + $0 * line.count + event.idOffset }
        nextID = firstID
    }

    /// The next request, with ids that no request before it had.
    mutating func next() -> ByteBuffer {
        for slot in slots {
            SampleEvent.write(id: nextID, to: &bytes, at: slot)
            nextID += 1
        }
        return ByteBuffer(bytes: bytes)
    }
}

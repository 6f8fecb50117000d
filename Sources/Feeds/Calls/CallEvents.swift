import Crypto
import Model

/// The events and unreadable pieces of one recorder's records of calls.
package struct CallEvents: Sendable {
    package let device: String
    package let spellings: CallSpellings

    package init(device: String, spellings: CallSpellings = .standard) {
        self.device = device
        self.spellings = spellings
    }

    /// `patrold:/feeds/NAME`.
    var source: String { "patrold:/feeds/" + device }

    /// Reads what was posted, or what stood in a file of its own.
    package func arrivals(_ body: [UInt8], contentType: String, received: Timestamp) -> [Arrival] {
        CallReader(spellings: spellings).read(body).map { reading, bytes in
            do throws(CallReadingError) {
                return .event(event(try maker.call(try reading.get()), received: received))
            } catch {
                return unreadable(bytes, bytes == body ? contentType : "application/json", error.reason, received: received)
            }
        }
    }

    var maker: CallMaker { CallMaker(device: device, spellings: spellings) }

    /// The event of a call: the same for the same content, another for other content of the same call.
    package func event(_ call: RecordingCall, received: Timestamp) -> Event {
        let data = call.json.bytes
        return Event(
            source: source, id: "call/" + call.callID + "/" + Self.digest(data), type: EventType.recordingCall,
            subject: call.device + "/" + call.callID, time: call.start, received: received, data: data)
    }

    func unreadable(
        _ bytes: [UInt8], _ contentType: String, _ reason: String, adapter: String = "calls", received: Timestamp
    ) -> Arrival {
        .unreadable(
            Unreadable(
                source: source, adapter: adapter, reason: reason, contentType: contentType, bytes: bytes, received: received))
    }

    /// The first 16 hexadecimal digits of SHA-256.
    static func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension CallEvents {
    /// Reads bytes of adapter `calls` again that were quarantined.
    package static func replay(
        _ bytes: [UInt8], contentType: String, device: String, spellings: CallSpellings = .standard, received: Timestamp
    ) -> [Arrival] {
        let events = CallEvents(device: device, spellings: spellings)
        if let sidecar = SIPRECMetadata.call(bytes, device: device, fileName: nil) {
            return [.event(events.event(sidecar, received: received))]
        }
        return events.arrivals(bytes, contentType: contentType, received: received)
    }
}

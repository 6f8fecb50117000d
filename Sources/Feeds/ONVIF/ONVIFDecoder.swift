import Model

/// Reads SOAP messages with notifications again that were quarantined.
package enum ONVIFDecoder {
    static let contentType = "application/soap+xml"

    /// The alarms in a PullMessagesResponse or Notify, with the ids that the stream gives them; nothing is folded.
    package static func replay(
        _ bytes: [UInt8], contentType: String, source: String, device: String, classes: [String: AlarmClass],
        received: Timestamp
    ) -> [Arrival] {
        let events = AlarmEvents(source: source, device: device, adapter: "onvif", classes: classes)
        func unreadable(_ reason: String) -> [Arrival] { [events.unreadable(bytes, contentType, reason, received: received)] }
        do throws(SOAPError) {
            let answer = try SOAPAnswer(bytes)
            guard ["PullMessagesResponse", "Notify"].contains(answer.body.name) else {
                return unreadable("the message is '\(answer.body.name.prefix(40))', which holds no notifications")
            }
            let found = ONVIFNotifications(in: answer.body)
            var states = ONVIFStates()
            let sightings = found.messages.flatMap { states.sightings(in: $0, events, received: received) }
            return events.unfolded(sightings) + (found.nameless > 0 ? unreadable(found.namelessSentence) : [])
        } catch {
            switch error {
            case .fault(let fault): return unreadable("the message is a fault: \(fault.text)")
            case .unreadable(let reason): return unreadable(reason)
            }
        }
    }
}

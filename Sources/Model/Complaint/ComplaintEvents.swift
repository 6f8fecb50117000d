extension Complaint {
    /// Where a channel's facts come from, whoever carries them: feeds, files and clerks all say the same fact.
    package static func source(channel key: String) -> String { "patrold:/channels/" + key }

    /// The channel's fact that it took this complaint; said again it is the same event.
    package func event(received: Timestamp) -> Event {
        Event(
            source: Self.source(channel: channel), id: number, type: EventType.complaintReceived,
            subject: name.description, time: accepted.text(), received: received, data: json.bytes)
    }
}

extension ComplaintClosing {
    /// The channel's fact that this complaint is done; said again, by the channel or by us, it is the same event.
    package func event(received: Timestamp) -> Event {
        Event(
            source: Complaint.source(channel: channel), id: number + "/closed", type: EventType.complaintClosed,
            subject: name.description, time: closed.text(), received: received, data: json.bytes)
    }
}

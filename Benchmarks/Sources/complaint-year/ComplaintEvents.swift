import Incidents
import Model

/// The events of numbered complaints, spread over the year and over the channels.
struct ComplaintEvents: Sendable {
    let count: Int
    let received: Timestamp

    private static let source = "bench:/complaints"
    private static let channels = ["city-digital", "smart-kundulun", "huanghe-cloud", "civil-baotou", "petition", "media"]
    private static let yearStart = Timestamp("2021-01-01T00:00:00+08:00") ?? Timestamp(seconds: 0)
    private static let closing = Timestamp("2021-12-31T10:00:00+08:00") ?? Timestamp(seconds: 0)

    func received(_ number: Int) -> Event {
        let complaint = complaint(number)
        return event("received", EventType.complaintReceived, complaint.number, complaint.json)
    }

    func closed(_ number: Int) -> Event {
        let complaint = complaint(number)
        let closing = ComplaintClosing(
            channel: complaint.channel, number: complaint.number, closed: Self.closing, outcome: "已劝离")
        return event("closed", EventType.complaintClosed, complaint.number, closing.json)
    }

    /// The decision that opens an incident for a complaint.
    func opened(_ number: Int, _ incident: String, cause: Position) -> Event {
        let complaint = complaint(number)
        var decision = IncidentEvent(incident: incident, action: .opened, by: "rule:correlation", cause: cause, rules: "1")
        decision.opening = IncidentEvent.Opening(
            at: complaint.accepted, origin: "complaint", channel: complaint.channel, reference: complaint.number,
            category: complaint.category, place: complaint.place, state: .reported,
            key: "complaint/\(complaint.channel)/\(complaint.number)")
        return Decision.event(decision, received: received)
    }

    /// The decision that closes it because its channel did.
    func close(_ incident: String, cause: Position) -> Event {
        let decision = IncidentEvent(
            incident: incident, action: .close, by: "rule:closed-by-channel", cause: cause, rules: "1", reason: "已劝离",
            forced: true)
        return Decision.event(decision, received: received)
    }

    private func complaint(_ number: Int) -> Complaint {
        // All of them before the day on which they are closed.
        let accepted = Self.yearStart + .seconds(Int64(number) * 364 * 86400 / Int64(count))
        var complaint = Complaint(
            channel: Self.channels[number % Self.channels.count], number: "BX-2021-" + padded(number, 8), accepted: accepted,
            text: "路口东侧人行道上有流动摊贩占道经营，影响通行，请派人处理。")
        complaint.place = "钢铁大街与白云路口"
        complaint.category = "0501"
        return complaint
    }

    private func event(_ kind: String, _ type: String, _ number: String, _ data: JSON) -> Event {
        Event(
            source: Self.source, id: kind + "/" + number, type: type, subject: number, received: received, data: data.bytes)
    }
}

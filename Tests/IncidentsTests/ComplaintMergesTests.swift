import Model
import Testing

@testable import Incidents

@Suite("Merging complaints")
struct ComplaintMergesTests {
    private let known: [ComplaintName: ComplaintMerges.Standing] = [
        name("a"): .init(), name("b"): .init(mergedInto: name("a")), name("c"): .init(mergedInto: name("b")), name("d"): .init(),
    ]

    private static func name(_ number: String) -> ComplaintName { ComplaintName(channel: "x", number: number) }

    private func refusal(_ complaint: String, into: String) -> String? {
        ComplaintMerges.refusal(
            of: ComplaintMerging(complaint: Self.name(complaint), into: Self.name(into), by: "li"), { known[$0] })
    }

    @Test("what stands alone may join another, also one that is merged itself, and take its own along")
    func legal() {
        #expect(refusal("d", into: "a") == nil)
        #expect(refusal("d", into: "c") == nil)
        #expect(refusal("a", into: "d") == nil)
    }

    @Test("itself, a second time, round in a ring, and what nobody sent are refused with a sentence")
    func illegal() {
        #expect(refusal("d", into: "d") == "complaint x/d cannot be merged into itself")
        #expect(refusal("b", into: "d") == "complaint x/b is merged into x/a already; separate it first")
        #expect(refusal("a", into: "b") == "complaint x/b is merged into x/a already; separate it first")
        #expect(refusal("a", into: "c") == "complaint x/c belongs to x/a by way of x/b; separate that first")
        #expect(refusal("z", into: "a") == "there is no complaint 'x/z'; 'patrold complaint list' shows them")
        #expect(refusal("a", into: "z") == "there is no complaint 'x/z'; 'patrold complaint list' shows them")
    }

    @Test("only a merging that stands can be taken back")
    func separating() {
        func refusal(_ number: String) -> String? {
            ComplaintMerges.refusal(of: ComplaintSeparating(complaint: Self.name(number), by: "li"), { known[$0] })
        }
        #expect(refusal("c") == nil)
        #expect(refusal("a") == "complaint x/a is not merged into another")
        #expect(refusal("z")?.hasPrefix("there is no complaint") == true)
    }
}

@Suite("Closing back to the channel")
struct ClosingBackTests {
    private static let at = Timestamp(seconds: 1_622_505_600)

    private static func closed(_ incident: String = "2021-1", at position: Position = 9) -> StoredEvent {
        let move = IncidentEvent(incident: incident, action: .close, by: "li", reason: "已清理")
        let event = Event(
            source: "patrold:/operators/li", id: "1", type: EventType.incident("close"), received: at, data: move.json.bytes)
        return StoredEvent(position: position, event: event, leaf: [])
    }

    private static func due(_ channel: String, _ number: String) -> ClosingBack.Due {
        ClosingBack.Due(name: ComplaintName(channel: channel, number: number), closed: at, outcome: "已清理")
    }

    @Test("each complaint is closed as its channel would say it, and a channel that takes replies is told")
    func closes() {
        let back = ClosingBack(replying: ["smart"])
        let events = back.on(Self.closed()) { cause, _ in
            #expect(cause == .incident("2021-1"))
            return [Self.due("smart", "2/3"), Self.due("media", "1")]
        }
        #expect(events.map(\.id) == ["1/closed", "2/3/closed", "closed-9-smart/2/3/channel:smart/queued"])
        #expect(events.map(\.source) == ["patrold:/channels/media", "patrold:/channels/smart", "patrold:/outbox"])
        #expect(events.map(\.subject) == ["media/1", "smart/2/3", "smart/2/3"])
        let message = events[2].payload.flatMap(OutboxMessage.init)
        #expect(message?.message == "closed-9-smart/2/3")
        #expect(message?.recipient == "channel:smart")
        #expect(message.flatMap { ComplaintClosing($0.json) }?.outcome == "已清理")
        #expect(events[1].payload.flatMap(ComplaintClosing.init)?.closed == Self.at)
    }

    @Test("deciding again gives the same events")
    func twice() {
        let back = ClosingBack(replying: ["smart"])
        let decide = { back.on(Self.closed()) { _, _ in [Self.due("smart", "1")] } }
        #expect(decide() == decide())
    }

    @Test("other events ask for nothing, and a merging asks for its complaint")
    func causes() {
        let note = IncidentEvent(incident: "2021-1", action: .note, by: "li")
        let other = Event(source: "s", id: "1", type: EventType.incident("note"), received: Self.at, data: note.json.bytes)
        #expect(ClosingBack.cause(other) == nil)
        let (one, into) = (ComplaintName(channel: "a", number: "1"), ComplaintName(channel: "b", number: "2"))
        let merging = ComplaintMerging(complaint: one, into: into, by: "li").event(received: Self.at)
        #expect(ClosingBack.cause(merging) == .merged(one))
        #expect(merging.subject == "a/1")
        #expect(merging.source == "patrold:/operators/li")
    }
}

import Incidents
import Model
import Testing

@Suite("Opening an incident from a patrol's visit") struct VisitIncidentTests {
    private func stored(_ state: PatrolVisit.State = .done, clock: String? = "2021-06-01T23:59:00+08:00") -> StoredEvent {
        let visit = PatrolVisit(
            plan: "p", round: "2021-06-01T23:30:00+08:00", spot: "东口", section: "钢铁大街", camera: "cam-1", preset: "7",
            state: state, reason: state == .done ? nil : "the camera is busy", snapshot: "ab")
        return StoredEvent(position: 42, event: Facts.event(EventType.patrolVisit, 0, visit.json, clock), leaf: [])
    }

    @Test("the incident names the visit, the camera, the road section and who opened it, and may be filed at once")
    func opening() throws {
        let decision = try VisitIncident.opening(
            stored(), by: "wang", alarmClass: "roadside-stall", category: "0501", reason: "占道经营")
        #expect(decision.incident == "2021-42" && decision.action == .opened && decision.by == "wang")
        #expect(decision.cause == 42 && decision.rules == nil && decision.reason == "占道经营")
        let opening = try #require(decision.opening)
        #expect(opening.origin == "patrol" && opening.reference == "cam-1" && opening.place == "钢铁大街")
        #expect(opening.state == .collected && opening.key == "visit/42")
        #expect(opening.alarmClass == "roadside-stall" && opening.category == "0501")
        #expect(opening.at == Timestamp("2021-06-01T23:59:00+08:00"))
    }

    @Test("opening it twice is the same fact, and no rule's")
    func sameFact() throws {
        let decision = try VisitIncident.opening(stored(), by: "wang")
        let one = VisitIncident.event(decision, received: MemoryDesk.start)
        let two = VisitIncident.event(decision, received: MemoryDesk.start + .minutes(1))
        #expect(one.source == two.source && one.id == two.id)
        #expect(one.source == "patrold:/operators/wang" && one.source != Decision.source)
        #expect(one.type == EventType.incident("opened") && one.subject == "2021-42")
        #expect(one.payload.flatMap(IncidentEvent.init) == decision)
    }

    @Test("a missed visit, another event and what cannot be read open nothing, and say why")
    func refused() throws {
        #expect {
            try VisitIncident.opening(stored(.missed), by: "wang")
        } throws: { ($0 as? VisitRefusal)?.sentence.contains("the camera is busy") == true }
        for event in [Facts.alarm(0), Facts.event(EventType.patrolVisit, 0, ["plan": "p"])] {
            let stored = StoredEvent(position: 7, event: event, leaf: [])
            #expect {
                try VisitIncident.opening(stored, by: "wang")
            } throws: { ($0 as? VisitRefusal)?.sentence.contains("position 7 is no patrol visit") == true }
        }
    }

    @Test("the rules neither join it nor close it")
    func besideTheRules() throws {
        var desk = MemoryDesk()
        desk.pass(Facts.alarm(0))
        let decision = try VisitIncident.opening(stored(), by: "wang")
        #expect(desk.pass(VisitIncident.event(decision, received: MemoryDesk.start)).isEmpty)
        #expect(desk.pass(stored().event).isEmpty)
        #expect(desk.pass(Facts.alarm(60)).map(\.action) == [.sighted])
    }
}

import Incidents
import Model
import Testing

@testable import Ledger

@Suite("Patrols in the ledger") struct PatrolRowsTests {
    let bench: LedgerBench

    init() throws {
        bench = try LedgerBench()
    }

    private func day(_ text: String) throws -> Day { try #require(Day(text)) }

    private func completeness(
        _ from: String = "2021-06-01", _ through: String = "2021-06-30", plan: String? = nil, section: String? = nil
    ) throws -> [String] {
        try bench.ledger.reader.patrolCompleteness(from: day(from), through: day(through), plan: plan, section: section)
            .map { "\($0.plan) \($0.section) \($0.due) \($0.done) \($0.missed)" }
    }

    @Test("visits are counted by the day on which the round was due, by plan and road section")
    func counted() throws {
        try bench.apply(
            Facts.visit("2021-06-01T08:00:00+08:00", "a"), Facts.visit("2021-06-01T08:00:00+08:00", "b", .missed),
            Facts.visit("2021-06-01T23:50:00+08:00", "a", seen: "2021-06-02T00:10:00+08:00"),
            Facts.visit("2021-06-02T08:00:00+08:00", "a", plan: "q"),
            Facts.visit("2021-06-02T08:00:00+08:00", "c", section: "民族路"))
        #expect(
            try bench.tallies("patrol.done") == [
                Tally(keys: ["2021-06-01", "p", "钢铁大街"], count: 2), Tally(keys: ["2021-06-02", "p", "民族路"], count: 1),
                Tally(keys: ["2021-06-02", "q", "钢铁大街"], count: 1),
            ])
        #expect(try bench.tallies("patrol.missed") == [Tally(keys: ["2021-06-01", "p", "钢铁大街"], count: 1)])
        #expect(try completeness() == ["p 民族路 1 1 0", "p 钢铁大街 3 2 1", "q 钢铁大街 1 1 0"])
        #expect(try completeness("2021-06-02", "2021-06-02") == ["p 民族路 1 1 0", "q 钢铁大街 1 1 0"])
        #expect(try completeness(plan: "q") == ["q 钢铁大街 1 1 0"])
        #expect(try completeness(section: "民族路") == ["p 民族路 1 1 0"])
        #expect(try completeness("2020-01-01", "2022-12-31").count == 3)
        #expect(try completeness("2022-01-01", "2022-12-31").isEmpty)
    }

    @Test("the same spot of the same round counts once, whatever is said the second time")
    func once() throws {
        let round = "2021-06-01T08:00:00+08:00"
        try bench.apply(
            Facts.visit(round, "a"), Facts.visit(round, "a"), Facts.visit(round, "a", .missed),
            Facts.visit("2021-06-01T00:00:00Z", "a"))
        #expect(try completeness() == ["p 钢铁大街 1 1 0"])
        #expect(try bench.ledger.reader.patrolVisits().map(\.position) == [1])
    }

    @Test("the year's last round is of its own year, a visit without a readable round is passed over")
    func edges() throws {
        try bench.apply(
            Facts.visit("2021-12-31T23:59:00+08:00", "a", seen: "2022-01-01T00:05:00+08:00"), Facts.visit("sometime", "b"))
        #expect(try bench.tallies("patrol.done", year: 2021).count == 1)
        #expect(try bench.tallies("patrol.done", year: 2022).isEmpty)
        #expect(try bench.ledger.reader.cursor() == 2)
    }

    @Test("the last round is found with the spots that were told, for a start that goes on with it")
    func lastRound() throws {
        #expect(try bench.ledger.reader.lastPatrolRound(of: "p") == nil)
        try bench.apply(
            Facts.visit("2021-06-01T09:00:00+08:00", "a"), Facts.visit("2021-06-01T09:00:00+08:00", "b", .missed),
            Facts.visit("2021-06-01T08:00:00+08:00", "c"), Facts.visit("2021-06-01T10:00:00+08:00", "a", plan: "q"))
        let last = try #require(try bench.ledger.reader.lastPatrolRound(of: "p"))
        #expect(last.round == Timestamp("2021-06-01T09:00:00+08:00") && last.told == ["a", "b"])
    }

    @Test("a visit is found by its position and by the words of its event")
    func named() throws {
        let round = "2021-06-01T08:00:00+08:00"
        try bench.apply(
            Facts.visit(round, "a"), Facts.visit(round, "b", .missed), Facts.visit(round, "a", plan: "q"))
        let reader = bench.ledger.reader
        #expect(try reader.patrolVisits(named: "2").map(\.spot) == ["b"])
        #expect(try reader.patrolVisits(named: "\(round)/b").map(\.position) == [2])
        #expect(try reader.patrolVisits(named: "\(round)/a").map(\.plan) == ["p", "q"])
        #expect(try reader.patrolVisits(named: "q/\(round)/a").map(\.position) == [3])
        for nothing in ["9", "a", "", "/", "q/a", "q/\(round)/c", "\(round)/", "-1"] {
            #expect(try reader.patrolVisits(named: nothing).isEmpty, "\(nothing)")
        }
        let missed = try #require(try reader.patrolVisits(missedOnly: true).first)
        #expect(missed.reason == "the camera is busy" && !missed.done && missed.snapshot == nil)
        #expect(try reader.patrolVisits(plan: "q").first?.json["state"]?.string == "done")
    }

    @Test("an incident opened from a visit stands in the ledger once, whoever opens it again, and goes its way")
    func incident() throws {
        try bench.apply(Facts.visit("2021-06-01T08:00:00+08:00", "a", seen: "2021-06-01T08:03:00+08:00"))
        let visit = try #require(bench.events.first)
        for by in ["wang", "li"] {
            let decision = try VisitIncident.opening(visit, by: by, alarmClass: "roadside-stall", reason: "占道经营")
            try bench.apply(VisitIncident.event(decision, received: LedgerBench.start))
        }
        let row = try #require(try bench.ledger.reader.incident("2021-1"))
        #expect(row.origin == "patrol" && row.reference == "cam-1" && row.place == "钢铁大街" && row.state == .collected)
        #expect(row.opened == Timestamp("2021-06-01T08:03:00+08:00") && row.sightings == 1)
        #expect(try bench.ledger.reader.incidents(IncidentFilter()).count == 1)
        #expect(
            try bench.tallies("incident.opened") == [Tally(keys: ["2021-06", "patrol", "roadside-stall"], count: 1)])
        try bench.apply(Facts.move("2021-1", .file))
        #expect(try bench.ledger.reader.incident("2021-1")?.state == .filed)
        #expect(try bench.difference() == nil)
    }

    @Test("the feed that watches a camera's video is no camera of its own")
    func videoFeed() throws {
        try bench.apply(Facts.status("cam-1/video", .online), Facts.status("cam-1", .online))
        #expect(try bench.ledger.reader.snapshot { try $0.cameras() }.map(\.device) == ["cam-1"])
    }
}

extension Facts {
    static func visit(
        _ round: String, _ spot: String, _ state: PatrolVisit.State = .done, plan: String = "p", section: String = "钢铁大街",
        seen: String? = nil
    ) -> Event {
        let visit = PatrolVisit(
            plan: plan, round: round, spot: spot, section: section, camera: "cam-1", preset: "7", state: state,
            reason: state == .done ? nil : "the camera is busy", snapshot: state == .done ? "ab" : nil)
        return Event(
            source: "patrold:/patrols/\(plan)", id: "\(round)/\(spot)", type: EventType.patrolVisit, subject: spot,
            time: seen ?? round, received: LedgerBench.start, data: visit.json.bytes)
    }
}

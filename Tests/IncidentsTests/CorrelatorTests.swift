import Incidents
import Model
import Testing

@Suite("Correlating events into incidents")
struct CorrelatorTests {
    @Test("the first alarm opens an incident that names its cause, rules, camera and place")
    func opening() throws {
        var desk = MemoryDesk(
            CorrelationRules(version: "2021-7", places: ["cam-1": "钢铁大街"], categories: ["intrusion": "0501"]))
        desk.pass(Facts.event("org.example.other", 0, [:]))
        let decision = try #require(desk.pass(Facts.alarm(5)).first)
        #expect(decision.action == .opened)
        #expect(decision.incident == "2021-2")
        #expect(decision.cause == 2)
        #expect(decision.rules == "2021-7")
        #expect(decision.by == "rule:correlation")
        let opening = try #require(decision.opening)
        #expect(opening.at == MemoryDesk.start + .seconds(5))
        #expect(opening.origin == "camera")
        #expect(opening.reference == "cam-1")
        #expect(opening.alarmClass == "intrusion")
        #expect(opening.category == "0501")
        #expect(opening.place == "钢铁大街")
        #expect(opening.state == .collected)
    }

    @Test("an alarm up to the window after the last sighting joins, one microsecond later it opens anew", arguments: [0, 1, 100])
    func slidingWindow(lag: Int) {
        var desk = MemoryDesk(lag: lag)
        let actions = [0, 600, 1200, 1800, 2401].map { desk.pass(Facts.alarm($0)).map(\.action) }
        #expect(actions == [[.opened], [.sighted], [.sighted], [.sighted], [.opened]])
        #expect(Set(desk.decisions.map(\.incident)) == ["2021-1", "2021-5"])
        var late = Facts.alarm(3001)
        late.received = late.received + Span(microseconds: 1)
        #expect(desk.pass(late).map(\.action) == [.opened])
    }

    @Test("a late alarm of an earlier moment joins and does not shorten the window")
    func outOfOrder() {
        var desk = MemoryDesk()
        desk.pass(Facts.alarm(500))
        #expect(desk.pass(Facts.alarm(100)).map(\.action) == [.sighted])
        #expect(desk.pass(Facts.alarm(1100)).map(\.action) == [.sighted])
    }

    @Test("another class, camera or channel is another incident")
    func separateKeys() {
        var desk = MemoryDesk(lag: 100)
        let events = [
            Facts.alarm(0), Facts.alarm(0, class: "loitering"), Facts.alarm(0, device: "cam-2"),
            Facts.alarm(0, channel: 1), Facts.alarm(0, channel: 2),
        ]
        for event in events { #expect(desk.pass(event).map(\.action) == [.opened]) }
        for event in events { #expect(desk.pass(event).map(\.action) == [.sighted]) }
        #expect(Set(desk.decisions.map(\.incident)).count == events.count)
    }

    @Test("a stop, a class that opens nothing, and what cannot be read decide nothing")
    func nothingToDecide() {
        var desk = MemoryDesk(CorrelationRules(version: "r", classes: ["intrusion"]))
        #expect(desk.pass(Facts.alarm(0, state: .stop)).isEmpty)
        #expect(desk.pass(Facts.alarm(0, class: "loitering")).isEmpty)
        for type in [
            EventType.cameraAlarm, EventType.complaintReceived, EventType.complaintClosed, EventType.recordingFile,
            EventType.feedGap, EventType.incident("close"), EventType.cameraStatus,
        ] {
            #expect(desk.pass(Facts.event(type, 0, ["unexpected": true])).isEmpty)
            #expect(desk.pass(Facts.event(type, 0, "no object")).isEmpty)
        }
        #expect(desk.pass(Facts.alarm(0, state: .pulse)).map(\.action) == [.opened])
    }

    @Test("a closed incident is not joined, even while its last sighting is on its way", arguments: [0, 1, 100])
    func closedIsNotJoined(lag: Int) {
        var desk = MemoryDesk()
        desk.pass(Facts.alarm(0))
        var slow = desk.lagging(lag)
        slow.pass(Facts.alarm(60))
        slow.close("2021-1")
        #expect(slow.pass(Facts.alarm(120)).map(\.action) == [.opened])
    }

    @Test("a complaint waits to be looked at, unless its channel is trusted")
    func complaints() throws {
        var desk = MemoryDesk(CorrelationRules(version: "r", trustedChannels: ["superior"]))
        let citizen = try #require(desk.pass(Facts.complaint("A1", 0, category: "0501")).first)
        #expect(citizen.opening?.state == .reported)
        #expect(citizen.opening?.origin == "complaint")
        #expect(citizen.opening?.channel == "citizen")
        #expect(citizen.opening?.reference == "A1")
        #expect(citizen.opening?.category == "0501")
        #expect(citizen.opening?.place == "钢铁大街")
        #expect(desk.pass(Facts.complaint("A1", 0, channel: "superior")).first?.opening?.state == .collected)
    }

    @Test("the same complaint opens once", arguments: [0, 1, 100])
    func complaintOnce(lag: Int) {
        var desk = MemoryDesk(lag: lag)
        desk.pass(Facts.complaint("A1", 0))
        #expect(desk.pass(Facts.complaint("A1", 9)).isEmpty)
        #expect(desk.pass(Facts.complaint("A2", 9)).count == 1)
    }

    @Test("its channel's word closes a complaint's incident, once, whatever stage it is in", arguments: [0, 1, 100])
    func channelCloses(lag: Int) throws {
        var desk = MemoryDesk(lag: lag)
        #expect(desk.pass(Facts.complaintClosed("A1", 0)).isEmpty)
        desk.pass(Facts.complaint("A1", 1))
        let closing = try #require(desk.pass(Facts.complaintClosed("A1", 2, outcome: "已处理")).first)
        #expect(closing.action == .close)
        #expect(closing.incident == "2021-2")
        #expect(closing.forced)
        #expect(closing.by == "rule:closed-by-channel")
        #expect(closing.reason == "已处理")
        #expect(desk.pass(Facts.complaintClosed("A1", 3)).isEmpty)
    }

    @Test("a gap opens one incident of its feed, its end closes it, the next gap is a new one", arguments: [0, 1, 2, 100])
    func gaps(lag: Int) throws {
        var desk = MemoryDesk(lag: lag)
        let opened = try #require(desk.pass(Facts.gap(.open, 100, from: 40)).first)
        #expect(opened.opening?.origin == "feed")
        #expect(opened.opening?.at == MemoryDesk.start + .seconds(40))
        #expect(opened.opening?.alarmClass == "unreachable")
        #expect(desk.pass(Facts.gap(.open, 200)).map(\.action) == [.sighted])
        #expect(desk.pass(Facts.gap(.open, 200, feed: "cam-2")).map(\.action) == [.opened])
        let closed = try #require(desk.pass(Facts.gap(.closed, 300)).first)
        #expect(closed.incident == opened.incident)
        #expect(closed.action == .close)
        #expect(closed.forced)
        #expect(desk.pass(Facts.gap(.closed, 300)).isEmpty)
        let next = try #require(desk.pass(Facts.gap(.open, 400)).first)
        #expect(next.action == .opened)
        #expect(next.incident != opened.incident)
    }

    @Test("a gap of the feed that watches a camera's video is where the camera is")
    func videoGap() {
        var desk = MemoryDesk(CorrelationRules(version: "r", places: ["cam-1": "钢铁大街"]))
        for (feed, place) in [("cam-1", "钢铁大街"), ("cam-1/video", "钢铁大街"), ("cam-2/video", nil)] {
            #expect(desk.pass(Facts.gap(.open, 0, feed: feed)).first?.opening?.place == place)
        }
    }

    @Test("an inbound call opens an incident to be looked at; other calls do not")
    func recordings() throws {
        var desk = MemoryDesk()
        #expect(desk.pass(Facts.recording(0, .outbound)).isEmpty)
        #expect(desk.pass(Facts.recording(0, .internal)).isEmpty)
        #expect(desk.pass(Facts.recording(0, nil)).isEmpty)
        let opening = try #require(desk.pass(Facts.recording(0, .inbound)).first?.opening)
        #expect(opening.origin == "telephone")
        #expect(opening.state == .reported)
    }

    @Test(
        "a device's clock dates an incident only where it is near ours",
        arguments: [
            ("2021-06-01T08:04:00+08:00", 240), ("2021-06-01T07:55:00+08:00", -300), ("2021-06-01T07:54:59+08:00", 0),
            ("2021-06-01T08:05:01+08:00", 0), ("1970-01-01T00:00:00Z", 0), ("2021-06-01T08:01:00", 60), ("nonsense", 0),
        ])
    func deviceClock(clock: String, offset: Int64) {
        var desk = MemoryDesk()
        #expect(desk.pass(Facts.alarm(0, clock: clock)).first?.opening?.at == MemoryDesk.start + .seconds(offset))
    }

    @Test("an incident's number has the year of Shanghai, on both sides of midnight")
    func yearOfOpening() {
        for (clock, year) in [("2021-12-31T23:59:59+08:00", "2021"), ("2022-01-01T00:00:00+08:00", "2022")] {
            var desk = MemoryDesk()
            var alarm = Facts.alarm(0)
            alarm.received = Timestamp(clock) ?? MemoryDesk.start
            #expect(desk.pass(alarm).first?.incident == year + "-1")
        }
    }
}

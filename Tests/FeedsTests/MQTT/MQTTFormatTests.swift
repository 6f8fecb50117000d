import Feeds
import FoundationEssentials
import Model
import PatrolSim
import TestKit
import Testing

@Suite struct MQTTFormatTests {
    private let events = AlarmEvents(source: "patrold:/feeds/m", device: "m", adapter: "mqtt", classes: mqttClasses)
    private let now = Timestamp(seconds: 1_622_505_700)

    private func read(_ format: MQTTFormat, _ text: String) throws -> [AlarmSighting] {
        guard case .sightings(let sightings) = try format.read(Array(text.utf8), events: events, received: now) else { return [] }
        return sightings
    }

    @Test("Frigate's event gives label, zones, confidence, time and its id, and no recognised name")
    func frigate() throws {
        let text = SimMQTTMessage.frigate("new", id: "1.2-abc", subLabel: ["张三", .number("0.9")])
        let sighting = try #require(try read(.frigate(cameras: ["gate"]), text).first)
        #expect(sighting.rawType == "person" && sighting.active == true && sighting.identity == "1.2-abc")
        #expect(sighting.confidence == 0.87 && sighting.description == "zones yard")
        #expect(sighting.time == "2021-06-01T08:00:00.250+08:00" && !"\(sighting)".contains("张三"))
        let end = try #require(try read(.frigate(cameras: nil), SimMQTTMessage.frigate("end", id: "1")).first)
        #expect(end.active == false && end.time == "2021-06-01T08:00:09.500+08:00" && end.region == "gate")
    }

    @Test(
        "false positives and other cameras say nothing; a sub label may have any shape",
        arguments: [.null, "x", ["x", .number("0.5")]] as [JSON])
    func passedOver(_ label: JSON) throws {
        let format = MQTTFormat.frigate(cameras: ["gate"])
        #expect(try read(format, SimMQTTMessage.frigate("new", id: "1", isFalsePositive: true, subLabel: label)).isEmpty)
        #expect(try read(format, SimMQTTMessage.frigate("new", id: "1", camera: "yard", subLabel: label)).isEmpty)
        #expect(try read(format, SimMQTTMessage.frigate("new", id: "1", subLabel: label)).count == 1)
    }

    @Test("a review's severity is its word")
    func review() throws {
        let sighting = try #require(
            try read(.frigate(cameras: nil), SimMQTTMessage.review("new", id: "r", severity: "alert")).first)
        #expect(sighting.rawType == "review-alert" && sighting.target == "person,car" && sighting.identity == "r")
    }

    @Test("the Axis bridge's topic loses its prefixes, its values are texts")
    func axis() throws {
        let text = SimMQTTMessage.axis(
            "onvif:Device/tnsaxis:IO/Port", source: [("port", "1")], data: [("state", "1")], time: 1_622_505_600_125)
        let sighting = try #require(try read(.axis, text).first)
        #expect(sighting.rawType == "device/io/port" && sighting.active == true && sighting.region == "port=1")
        #expect(sighting.time == "2021-06-01T08:00:00.125+08:00" && !sighting.isMomentary)
        let momentary = SimMQTTMessage.axis("tns1:VideoSource/Live", source: [("channel", "2")], data: [], time: 1)
        let second = try #require(try read(.axis, momentary).first)
        #expect(second.isMomentary && second.channel == 2)
    }

    @Test("a mapping reads words, numbers and JSON, and refuses what it does not know")
    func generic() throws {
        var mapping = MQTTMapping(word: "door")
        #expect(try read(.generic(mapping), "ON").first?.active == true)
        #expect(try read(.generic(mapping), " off\n").first?.active == false)
        #expect(throws: MQTTFormatError.self) { try read(.generic(mapping), "maybe") }
        mapping.threshold = 20
        #expect(try read(.generic(mapping), "20.5").first?.active == true)
        #expect(try read(.generic(mapping), "-3e2").first?.active == false)
        mapping.valuePath = "sensors.1.value"
        mapping.channelPath = "ch"
        mapping.timePath = "at"
        mapping.identityPath = "n"
        mapping.wordPath = "kind"
        let text = #"{"sensors":[{},{"value":true}],"ch":"3","at":1622505600,"n":17,"kind":"gate"}"#
        let sighting = try #require(try read(.generic(mapping), text).first)
        #expect(sighting.active == true && sighting.channel == 3 && sighting.identity == "17" && sighting.rawType == "gate")
        #expect(sighting.time == "2021-06-01T08:00:00+08:00")
        #expect(throws: MQTTFormatError.self) { try read(.generic(mapping), #"{"sensors":[]}"#) }
    }

    @Test("availability is a bare word or JSON")
    func availability() {
        let availability = MQTTAvailability(topic: "a")
        for (text, answer) in [("online", true), ("OFFLINE", false), (#"{"state":"online"}"#, true), ("true", true)] {
            #expect(availability.read(Array(text.utf8)) == answer)
        }
        #expect(availability.read(Array("perhaps".utf8)) == nil)
    }

    @Test("each of our fixtures is read, or refused, as its name says")
    func fixtures() throws {
        for (name, format, count) in [
            ("frigate-new.json", MQTTFormat.frigate(cameras: nil), 1), ("frigate-review.json", .frigate(cameras: nil), 1),
            ("frigate-sub-label-list.json", .frigate(cameras: nil), 1),
            ("frigate-false-positive.json", .frigate(cameras: nil), 0),
            ("axis-input.json", .axis, 1), ("axis-no-state.json", .axis, 1),
        ] {
            let reading = try format.read(try Fixtures.bytes("mqtt/" + name), events: events, received: now)
            if case .sightings(let sightings) = reading {
                #expect(sightings.count == count, "\(name)")
            } else {
                #expect(count == 0, "\(name)")
            }
        }
    }

    @Test("the recorded payload is read", .enabled(if: Fixtures.shared("fixtures/mqtt") != nil))
    func recorded() throws {
        let path = try #require(Fixtures.shared("fixtures/mqtt/frigate-events-update-v0.11.json"))
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let sighting = try #require(try read(.frigate(cameras: nil), text).first)
        #expect(sighting.identity == "1607123955.475377-mxklsc" && sighting.confidence == 0.958984375)
    }

    @Test("what was quarantined is read again")
    func replay() {
        let arrivals = MQTTFormat.replay(
            Array(SimMQTTMessage.frigate("new", id: "x").utf8), contentType: "application/json", source: "patrold:/feeds/m",
            device: "m", classes: mqttClasses, received: now, format: .frigate(cameras: ["gate"]))
        guard case .event(let event) = arrivals.first else {
            Issue.record("no event")
            return
        }
        #expect(event.id == "alarm/-/person/-/x/-/start")
    }
}

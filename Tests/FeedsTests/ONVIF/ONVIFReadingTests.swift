import Foundation
import Model
import TestKit
import Testing

@testable import Feeds

@Suite struct ONVIFReadingTests {
    private let events = AlarmEvents(
        source: "patrold:/feeds/cam-1", device: "cam-1", adapter: "onvif", classes: ONVIFBench.classes)
    private let access = ONVIFAccess(
        address: DeviceAddress(url: "http://10.0.0.5:8000"), devicePath: "/onvif/device_service")
    private let now = Timestamp(seconds: 1_622_505_600)

    private func answer(_ name: String) throws -> SOAPAnswer { try SOAPAnswer(try Fixtures.bytes("onvif/\(name).xml")) }

    private func sightings(_ name: String) throws -> [AlarmSighting] {
        var states = ONVIFStates()
        return ONVIFNotifications(in: try answer(name).body).messages.flatMap {
            states.sightings(in: $0, events, received: now)
        }
    }

    @Test(
        "topics are matched by local names, whatever stands behind them",
        arguments: ["motion", "topic-end-1", "topic-end-2", "topic-end-3", "topic-end-4"])
    func topics(_ name: String) throws {
        let found = try sightings(name)
        #expect(found.map(\.rawType) == ["ruleengine/cellmotiondetector/motion"])
        #expect(found.first?.active == true && found.first?.channel == 1 && found.first?.region == "R1")
    }

    @Test("vendor prefixes inside the path are dropped, and a state without operation is a fact of its own")
    func vendor() throws {
        let sight = try #require(try sightings("vendor-prefix").first)
        #expect(sight.rawType == "ruleengine/linedetector/crossing" && sight.isMomentary)
        #expect(sight.description == "tns1:RuleEngine/tnsv:LineDetector/Crossing")
    }

    @Test("a topic of nothing, or an endless one, is no topic")
    func noTopic() {
        #expect(ONVIFNotification.word(of: "  /./ . ") == nil)
        #expect(ONVIFNotification.word(of: "") == nil)
        #expect(ONVIFNotification.word(of: String(repeating: "a/", count: 1000)) == nil)
        #expect(ONVIFNotification.word(of: "tns1:Device/Trigger/tnshik:AlarmIn") == "device/trigger/alarmin")
    }

    @Test(
        "times as cameras write them",
        arguments: [
            ("2024-08-17T12:30:45Z", "2024-08-17T12:30:45Z", true), ("2024-08-17-12:30:45Z", "2024-08-17T12:30:45Z", true),
            ("2024-08-17T00:61:16Z", "2024-08-17T01:01:16Z", true), ("2024-08-17T12:30:45", "2024-08-17T12:30:45Z", true),
            ("2024-08-17T12:30:45.25+08:00", "2024-08-17T04:30:45.250Z", true), ("2024-8-7 1:2:3Z", "2024-08-07T01:02:03Z", true),
            ("2024-08-17", "2024-08-17T00:00:00Z", false), ("2024-08-17Z", "2024-08-17T00:00:00Z", false),
            ("0000-00-00T00:00:00Z", nil, false), ("2024-13-01T00:00:00Z", nil, false), ("yesterday", nil, false),
            ("", nil, false), ("2024-08-17T99:00:00Z", nil, false), ("2024-08-17T10:00:00+99:00", nil, false),
        ] as [(String, String?, Bool)])
    func times(_ text: String, _ expected: String?, _ isExact: Bool) {
        let time = ONVIFTime(text)
        #expect(time.moment?.text(in: .utc) == expected && time.isExact == isExact)
    }

    @Test("an alarm whose time is no moment keeps our own time and its own identity", arguments: ["time-zero", "no-time"])
    func noTime(_ name: String) throws {
        let sight = try #require(try sightings(name).first)
        #expect(sight.time == nil && sight.identity == nil && sight.active == true)
    }

    @Test("broken times are repaired", arguments: ["time-dash", "time-overflow", "time-no-zone", "time-date-only"])
    func repaired(_ name: String) throws {
        #expect(try sightings(name).first?.time?.hasPrefix("2024-08-17T") == true)
    }

    @Test("a time is kept as it came where it is right")
    func rightTime() throws {
        #expect(try sightings("motion").first?.time == "2021-06-01T00:00:00Z")
    }

    @Test("Initialized is state and never an alarm")
    func initialized() throws {
        #expect(try sightings("initialized").isEmpty)
    }

    @Test("empty messages are passed over, and one without a topic is counted")
    func broken() throws {
        let empty = ONVIFNotifications(in: try answer("empty-message").body)
        #expect(empty.messages.count == 1 && empty.empty == 2 && empty.nameless == 0)
        let nameless = ONVIFNotifications(in: try answer("no-topic").body)
        #expect(nameless.messages.count == 1 && nameless.nameless == 1)
        let blank = ONVIFNotifications(in: try answer("no-data").body)
        #expect(blank.messages.isEmpty && blank.empty == 1)
    }

    @Test("objects that cross in one second are facts of their own, and the same message twice is one")
    func objects() throws {
        let found = try sightings("two-objects")
        #expect(found.count == 3 && Set(found.map(\.identity)).count == 2)
        #expect(try sightings("stateless").first?.isMomentary == true)
    }

    @Test("what was seen is told by the item's name or by class types, and empty class types are the end")
    func targets() throws {
        #expect(try sightings("is-people").first?.target == "human")
        let types = try sightings("class-types")
        #expect(types.map(\.active) == [true, false] && types.first?.target == "human vehicle")
    }

    @Test("an input names its region, and Deleted ends a state")
    func inputs() throws {
        let input = try #require(try sightings("digital-input").first)
        #expect(input.region == "AlarmIn_2" && input.active == true && input.channel == nil)
        #expect(try sightings("deleted").map(\.active) == [true, false])
        #expect(try sightings("object-key").first?.region == "R1")
    }

    @Test("the same thing under two topics is one alarm, which lasts until both are over")
    func twoTopics() throws {
        var states = ONVIFStates()
        func take(_ topic: String, _ item: String, _ value: String) -> [AlarmSighting] {
            let text =
                "<NotificationMessage><Topic>\(topic)</Topic><Message><Message UtcTime=\"2021-06-01T00:00:00Z\" "
                + "PropertyOperation=\"Changed\"><Source><SimpleItem Name=\"Source\" Value=\"VideoSource_1\"/></Source>"
                + "<Data><SimpleItem Name=\"\(item)\" Value=\"\(value)\"/></Data></Message></Message></NotificationMessage>"
            let message = (try? XMLElement(parsing: Array(text.utf8))).flatMap { ONVIFNotification($0) }
            return message.map { states.sightings(in: $0, events, received: now) } ?? []
        }
        let (cell, source) = ("tns1:RuleEngine/CellMotionDetector/Motion", "tns1:VideoSource/MotionAlarm")
        let begun = take(cell, "IsMotion", "true") + take(source, "State", "true")
        #expect(Set(begun.map(\.rawType)) == ["ruleengine/cellmotiondetector/motion"] && begun.count == 2)
        #expect(take(cell, "IsMotion", "false").isEmpty)
        let over = take(source, "State", "false")
        #expect(over.map(\.active) == [false] && over.first?.rawType == "ruleengine/cellmotiondetector/motion")
        // Another class on the same channel stays apart.
        #expect(
            take("tns1:RuleEngine/FieldDetector/ObjectsInside", "IsInside", "true").first?.rawType.hasSuffix("objectsinside")
                == true)
        #expect(try sightings("two-topics").count == 2)
    }

    @Test("two inputs told under two topics of one class are two alarms")
    func twoInputs() throws {
        let input = AlarmClass(name: "alarm-input", label: "报警输入")
        let events = AlarmEvents(
            source: "patrold:/feeds/cam-1", device: "cam-1", adapter: "onvif",
            classes: ["device/trigger/digitalinput": input, "device/trigger/alarmin": input])
        var states = ONVIFStates()
        var message = try #require(ONVIFNotifications(in: try answer("digital-input").body).messages.first)
        let first = states.sightings(in: message, events, received: now)
        message.topic = "device/trigger/alarmin"
        message.source = [.init(name: "InputToken", value: "AlarmIn_3")]
        let second = states.sightings(in: message, events, received: now)
        #expect((first + second).map(\.region) == ["AlarmIn_2", "AlarmIn_3"])
        #expect(second.first?.rawType == "device/trigger/alarmin")
    }

    @Test("alarms that begin twice in one second of the camera's clock differ in their ids")
    func sameSecond() throws {
        var states = ONVIFStates()
        var folder = AlarmFolder(quiet: .minutes(10))
        func take(_ isTrue: Bool) throws -> [String] {
            var message = try #require(ONVIFNotifications(in: try answer("motion").body).messages.first)
            message.data = [.init(name: "IsMotion", value: isTrue ? "true" : "false")]
            return states.sightings(in: message, events, received: now)
                .flatMap { folder.on($0, at: .zero) }.compactMap { events.event(for: $0, received: now)?.id }
        }
        let ids = try take(true) + take(false) + take(true) + take(false)
        #expect(ids.count == 4 && Set(ids).count == 4)
    }

    @Test("a state that was over before the camera came back ends with Initialized")
    func stale() throws {
        var states = ONVIFStates()
        let motion = try #require(ONVIFNotifications(in: try answer("motion").body).messages.first)
        #expect(states.sightings(in: motion, events, received: now).map(\.active) == [true])
        states.becomeStale()
        var told = motion
        told.operation = .initialized
        #expect(states.sightings(in: told, events, received: now).isEmpty)
        told.data = [.init(name: "IsMotion", value: "false")]
        #expect(states.sightings(in: told, events, received: now).map(\.active) == [false])
    }

    @Test("an object that the camera does not tell of again after its restart holds no alarm open")
    func forgotten() throws {
        var states = ONVIFStates()
        var seven = try #require(ONVIFNotifications(in: try answer("object-key").body).messages.first)
        var eight = seven
        eight.key = [.init(name: "ObjectId", value: "8")]
        for message in [seven, eight] {
            #expect(states.sightings(in: message, events, received: now).map(\.active) == [true])
        }
        eight.data = [.init(name: "IsInside", value: "false")]
        // The seventh is still inside.
        #expect(states.sightings(in: eight, events, received: now).isEmpty)
        eight.data = seven.data
        #expect(states.sightings(in: eight, events, received: now).map(\.active) == [true])
        states.becomeStale()
        seven.operation = .initialized
        #expect(states.sightings(in: seven, events, received: now).isEmpty)
        seven.operation = .changed
        seven.data = [.init(name: "IsInside", value: "false")]
        #expect(states.sightings(in: seven, events, received: now).map(\.active) == [false])
    }

    @Test("addresses keep path and query and get our host and port")
    func rewriting() {
        #expect(access.rewritten("http://0.0.0.0/onvif/e?sub=1") == "http://10.0.0.5:8000/onvif/e?sub=1")
        #expect(access.rewritten("https://192.168.1.2:443/x") == "http://10.0.0.5:8000/x")
        #expect(access.rewritten("/onvif/e") == "http://10.0.0.5:8000/onvif/e")
        #expect(access.rewritten("http://host?x=1") == "http://10.0.0.5:8000/?x=1")
        #expect(access.rewritten("http://host") == "http://10.0.0.5:8000")
        #expect(access.rewritten("urn:uuid:1") == nil && access.rewritten("http://h/\r\nX: y") == nil)
        let gateway = ONVIFAccess(address: DeviceAddress(url: "https://gw/cam7"), devicePath: "/onvif/device_service")
        #expect(gateway.rewritten("http://10.1.1.1/onvif/e") == "https://gw/cam7/onvif/e")
        #expect(gateway.rewritten("http://10.1.1.1/cam7/onvif/e") == "https://gw/cam7/onvif/e")
    }

    @Test("a subscription is known by its query, or by reference parameters that are copied as they are")
    func subscriptions() throws {
        let query = try #require(try answer("create-query").subscription(access))
        #expect(query.url == "http://10.0.0.5:8000/onvif/sub?Idx=00_1" && query.parameters.isEmpty)
        #expect(try answer("create-query").lifetime(cameraTime: now) == .minutes(10))
        let parameters = try #require(try answer("create-parameters").subscription(access)).parameters
        let wrapped = "<x>" + parameters + "</x>"
        let read = try XMLElement(parsing: Array(wrapped.utf8))
        #expect(read.children.map(\.name) == ["Id", "Plain"] && read.children.first?.text == "17 & 4")
        #expect(parameters.contains("xmlns:v=\"urn:example:subscription\"") && parameters.contains("xmlns=\"urn:example:plain\""))
        #expect(parameters.hasPrefix("<v:Id"))
    }

    @Test("faults of either SOAP version are understood")
    func faults() throws {
        func fault(_ name: String) -> SOAPFault? {
            do {
                _ = try answer(name)
                return nil
            } catch SOAPError.fault(let fault) {
                return fault
            } catch {
                return nil
            }
        }
        #expect(fault("fault-12")?.isAuthorization == true && fault("fault-12")?.codes == ["Sender", "NotAuthorized"])
        #expect(fault("fault-11")?.codes == ["Client"] && fault("fault-11")?.reason == "Unknown subscription")
    }

    @Test("what is no SOAP envelope is unreadable, and so is a document type", arguments: ["page", "wrong-envelope", "doctype"])
    func unreadable(_ name: String) throws {
        let bytes = try Fixtures.bytes("onvif/\(name).xml")
        #expect {
            _ = try SOAPAnswer(bytes)
        } throws: { if case SOAPError.unreadable = $0 { true } else { false } }
    }

    @Test("depth, length and number of elements are capped")
    func caps() {
        func envelope(_ inside: String) -> [UInt8] { Array("<Envelope><Body>\(inside)</Body></Envelope>".utf8) }
        let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
        for bytes in [
            envelope(deep), envelope(String(repeating: "<a/>", count: 30_000)), envelope(String(repeating: " ", count: 2 << 20)),
        ] {
            #expect(throws: SOAPError.self) { try SOAPAnswer(bytes) }
        }
    }

    @Test("the clock is read, also where the request stands behind the answer", arguments: ["time", "time-echo"])
    func clock(_ name: String) throws {
        #expect(try answer(name).clockOffset(at: now) == .seconds(90))
    }

    @Test("the event service is found among the services, at our host")
    func services() throws {
        let url = try #require(try answer("services").services[SOAPNamespaces.events])
        #expect(access.rewritten(url) == "http://10.0.0.5:8000/onvif/Events")
    }

    @Test("the password digest is the standard's own example")
    func token() {
        let nonce = [UInt8](Data(base64Encoded: "LKqI6G/AikKCQrN0zqZFlg==") ?? Data())
        let created = Timestamp("2010-09-16T07:50:45Z") ?? Timestamp(seconds: 0)
        let token = UsernameToken(user: "user", password: "userpassword", created: created, nonce: nonce)
        #expect(token.digest == "tuOSpGlFlIXsozq4HFNeeGeFLEI=" && token.created == "2010-09-16T07:50:45Z")
        #expect(token.header.contains("#PasswordDigest") && token.header.contains("#Base64Binary"))
    }

    @Test("a quarantined answer is decoded again, and refused again where it is still unreadable")
    func replay() throws {
        func replay(_ name: String) throws -> [Arrival] {
            ONVIFDecoder.replay(
                try Fixtures.bytes("onvif/\(name).xml"), contentType: "application/soap+xml", source: "patrold:/feeds/cam-1",
                device: "cam-1", classes: ONVIFBench.classes, received: now)
        }
        guard case .event(let event)? = try replay("notify").first else { throw ONVIFTestError.nothing }
        #expect(event.payload.flatMap(CameraAlarm.init)?.alarmClass == "motion")
        guard case .unreadable(let bytes)? = try replay("page").first else { throw ONVIFTestError.nothing }
        #expect(bytes.adapter == "onvif")
        #expect(try replay("no-topic").count == 2 && replay("time").count == 1 && replay("fault-11").count == 1)
    }

    @Test("every recorded answer reads, and its messages are understood", .enabled(if: ONVIFTestError.recorded != nil))
    func recorded() throws {
        let folder = try #require(ONVIFTestError.recorded)
        var sights = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".xml") {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
            if name.contains("fault") {
                #expect(throws: SOAPError.self, "\(name)") { try SOAPAnswer(bytes) }
                continue
            }
            let answer = try SOAPAnswer(bytes)
            if name.contains("GetSystemDateAndTime") { #expect(answer.clockOffset(at: now) != nil) }
            if name.contains("CreatePullPoint") { #expect(answer.subscription(access)?.url.hasSuffix("?sub=1") == true) }
            guard name.hasPrefix("parsers-") || name.contains("PullMessages") else { continue }
            let found = ONVIFNotifications(in: answer.body)
            #expect(found.messages.count >= 1 && found.nameless == 0, "\(name)")
            var states = ONVIFStates()
            sights += found.messages.flatMap { states.sightings(in: $0, events, received: now) }.count
        }
        #expect(sights >= 10)
    }
}

enum ONVIFTestError: Error {
    case nothing

    /// The folder of recorded answers, also where the checkout is reached through symbolic links.
    static var recorded: String? {
        if let path = Fixtures.shared("fixtures/onvif") { return path }
        let tests = URL(fileURLWithPath: Fixtures.root + "/Tests").resolvingSymlinksInPath()
        let path = tests.deletingLastPathComponent().deletingLastPathComponent().path + "/shared/fixtures/onvif"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}
